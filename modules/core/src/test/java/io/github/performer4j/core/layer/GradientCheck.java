package io.github.performer4j.core.layer;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.performer4j.core.Samples;
import io.github.performer4j.kernels.math.CounterRandom;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Central differences of a net's score against its gradient, float64, relative error below {@value #BOUND}.
 *
 * <p>{@link #entries} takes single parameters, {@link #directions} one random direction through each whole parameter array, which a wrong
 * entry anywhere in it changes.
 */
final class GradientCheck {
    private static final double BOUND = 1e-5;
    private static final double STEP = 1e-5;
    /** Gradients below this count as this: central differences of a score near 1 carry an error of about 1e-10. */
    private static final double SMALLEST = 1e-4;

    private final Model net;
    private final Nets.Feed feed;
    private final double factor;
    private final Map<String, INDArray> gradients = new HashMap<>();

    /**
     * Computes the gradient.
     *
     * @param net in float64
     * @param feed the batch
     * @param factor by which the net's raw gradient exceeds that of its score (the batch size where miniBatch is on)
     */
    GradientCheck(Model net, Nets.Feed feed, double factor) {
        this.net = net;
        this.feed = feed;
        this.factor = factor;
        feed.set();
        net.computeGradientAndScore(LayerWorkspaceMgr.noWorkspaces());
        assertThat(feed.score()).as("score of the pass alone").isEqualTo(net.score());
        net.gradient().gradientForVariable().forEach((name, g) -> gradients.put(name, g.dup()));
    }

    /** Checks a seeded sample of single parameters. */
    void entries(int count, long seed) {
        List<String> names = new ArrayList<>(net.paramTable().keySet());
        CounterRandom random = CounterRandom.of(seed);
        for (int i = 0; i < count; i++) {
            String name = names.get(i % names.size());
            INDArray p = net.paramTable().get(name);
            long index = random.nextInt(Math.toIntExact(p.length()));
            INDArray direction = p.like();
            direction.putScalar(index, 1);
            check(name + "[" + index + "]", name, direction);
        }
    }

    /** Checks one direction through each parameter array. */
    void directions(long seed) {
        directions(seed, List.copyOf(net.paramTable().keySet()));
    }

    /** Checks one direction through each of some parameter arrays. */
    void directions(long seed, List<String> names) {
        for (String name : names) {
            INDArray p = net.paramTable().get(name);
            INDArray direction = Samples.gaussian(p.dataType(), seed + name.hashCode(), 1, p.shape());
            check(name, name, direction.divi(direction.norm2Number()));
        }
    }

    private void check(String what, String name, INDArray direction) {
        INDArray p = net.paramTable().get(name);
        INDArray before = p.dup();
        p.addi(direction.mul(STEP));
        double above = feed.score();
        p.assign(before).subi(direction.mul(STEP));
        double below = feed.score();
        p.assign(before);
        double numeric = (above - below) / (2 * STEP);
        double analytic = gradients.get(name).mul(direction).sumNumber().doubleValue() / factor;
        double error =
                Math.abs(numeric - analytic) / Math.max(SMALLEST, Math.max(Math.abs(numeric), Math.abs(analytic)));
        assertThat(error)
                .as("gradient of " + what + "; numeric=" + numeric + ", analytic=" + analytic)
                .isLessThan(BOUND);
    }
}
