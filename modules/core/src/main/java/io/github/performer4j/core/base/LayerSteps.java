package io.github.performer4j.core.base;

import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Counts a layer's training steps, which name its draws. With s steps done and N the net's iteration count,
 *
 * <pre>
 * base       = s − N      found as the runtime is made: 0, unless the net's count began anew
 * training   draws of step base + N; the gradient that is taken makes it s − 1
 * inference  draws of step s − 1: those of the last update, to which the weights were fitted
 * </pre>
 *
 * <p>A layer without {@link Progress}, as those of older files, takes s from the net. Frozen layers take no gradient of training, so their s
 * stays. A gradient counts at once, because listeners evaluate and save before Deeplearning4j counts the update; one that came to nothing (the
 * count and the parameters are as they were) does not.
 */
public final class LayerSteps {
    private static final int SAMPLES = 32; // parameters looked at to see an update; spread evenly

    private final GraphLayer layer;
    private Progress made; // what the configuration said as the runtime was made, or null
    private int first = -1; // the first N told
    private boolean trained; // whether a gradient was taken since the runtime was made
    private long base;
    private long ahead; // of the net's count: by how much the layer's schedules were moved
    private int iteration;
    private Taken last;

    /** What was when the last step's gradient was taken: the progress before it, N, and some parameters. */
    private record Taken(Progress before, int iteration, double[] parameters) {}

    LayerSteps(GraphLayer layer) {
        this.layer = layer;
        made = layer.getProgress();
        base = made == null ? 0 : made.steps();
    }

    /** Receives the net's count N. */
    void iteration(int n) {
        if (trained) {
            // put back while training: the layer goes on
            base = n < iteration ? Math.max(base, layer.getProgress().steps() - n) : base;
        } else if (made != null) {
            long counted = Math.min(n, made.ofNet());
            base = made.steps() - counted;
            continueSchedules(made.ofNet() - counted);
            layer.setProgress(new Progress(made.steps(), counted));
        } else if (first < 0) {
            first = n;
        } else if (n != first) {
            layer.setProgress(new Progress(first, first)); // the net is trained, and the layer is not
        }
        iteration = n;
    }

    /** Makes the schedules those that are so many steps ahead of the net's count. */
    private void continueSchedules(long steps) {
        if (steps != ahead) {
            layer.continueSchedules(steps - ahead);
            ahead = steps;
        }
    }

    /** Returns the step that names the draws of a pass. */
    long step(boolean training, INDArray parameters) {
        return training ? base + iteration : Math.max(0, done(parameters) - 1);
    }

    private long done(INDArray parameters) {
        Progress progress = layer.getProgress();
        if (last != null && last.iteration() == iteration && Arrays.equals(last.parameters(), sample(parameters))) {
            progress = last.before();
        }
        return progress == null ? Math.max(0, first) : progress.steps();
    }

    /** Records that the gradient of a training pass was taken. */
    void gradientTaken(INDArray parameters) {
        Progress now = now();
        if (!trained || !now.equals(layer.getProgress())) {
            last = new Taken(layer.getProgress(), iteration, sample(parameters));
            layer.trained(now);
        }
        trained = true;
    }

    /** Records that this iteration's update was made with gradients of the layer's copies. */
    void updated() {
        layer.trained(now());
        trained = true;
        last = null;
    }

    private Progress now() {
        return new Progress(base + iteration + 1, iteration + 1L);
    }

    /** Takes over the steps of the same layer in another net. */
    void copy(LayerSteps other) {
        made = other.made;
        first = other.first;
        trained = other.trained;
        base = other.base;
        ahead = other.ahead;
        iteration = other.iteration;
        last = null;
        layer.setProgress(other.layer.getProgress());
    }

    private static double[] sample(INDArray parameters) {
        long n = parameters == null ? 0 : parameters.length();
        double[] some = new double[(int) Math.min(n, SAMPLES)];
        for (int i = 0; i < some.length; i++) {
            some[i] = parameters.getDouble(i * n / some.length);
        }
        return some;
    }
}
