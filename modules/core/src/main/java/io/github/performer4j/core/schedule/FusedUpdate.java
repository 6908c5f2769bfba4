package io.github.performer4j.core.schedule;

import io.github.performer4j.core.state.NativeArrays;
import io.github.performer4j.kernels.CpuKernels;
import io.github.performer4j.kernels.Kernels;
import io.github.performer4j.kernels.layer.AdamW;
import io.github.performer4j.kernels.memory.FloatBlock;
import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.deeplearning4j.nn.api.Trainable;
import org.deeplearning4j.nn.conf.GradientNormalization;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.updater.UpdaterBlock;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.regularization.Regularization;
import org.nd4j.linalg.learning.regularization.WeightDecay;

/**
 * A net's update by {@link FusedAdam} in one parallel pass over parameters, gradients and moments,
 *
 * <pre>u = rate · (m̂/(√v̂ + ε) + decay · p),   p ← p − u,   g ← u</pre>
 *
 * <p>where Deeplearning4j's updater makes one pass for the moments, one for the decay of each parameter and the caller one that subtracts. Its values are those to rounding; the gradient buffer holds what
 * was subtracted afterwards, as there.
 */
public final class FusedUpdate {
    /** Values of a task; a multiple of every vector's length, so that cutting changes no bit. */
    private static final int TASK = 1 << 16;

    private final ComputationGraph net;
    private final List<Span> spans;

    private FusedUpdate(ComputationGraph net, List<Span> spans) {
        this.net = net;
        this.spans = spans;
    }

    /** Neighbouring parameters of one updater and one decay: places in the parameters, of their first and of their second moments, and how many. */
    private record Span(FusedAdam adam, WeightDecay decay, long at, long first, long second, long size) {}

    /** A part of a span that one thread computes. */
    private record Task(Span span, AdamW options, float rate, long from, long size) {}

    /**
     * Returns the update of a net; empty if an updater is not {@link FusedAdam} on kernels, a regularisation is not weight decay times the rate, or gradients are normalised: Deeplearning4j's own has to do it then.
     *
     * @param net as it will be updated; its updaters and their rates may change, its layers not
     */
    public static Optional<FusedUpdate> of(ComputationGraph net) {
        List<Span> spans = new ArrayList<>();
        for (UpdaterBlock block : net.getUpdater().getUpdaterBlocks()) {
            if (!(block.getGradientUpdater() instanceof FusedAdamUpdater updater) || block.isPretrainUpdaterBlock()) {
                return Optional.empty();
            }
            for (UpdaterBlock.ParamState parameter : block.getLayersAndVariablesInBlock()) {
                Trainable layer = parameter.getLayer();
                GradientNormalization normalization = layer.getConfig().getGradientNormalization();
                List<Regularization> all = layer.getConfig().getRegularizationByParam(parameter.getParamName());
                boolean plain = all == null || all.isEmpty();
                if (normalization != null && normalization != GradientNormalization.None
                        || !plain
                                && !(all.size() == 1 && all.get(0) instanceof WeightDecay decay && decay.isApplyLR())) {
                    return Optional.empty();
                }
                long in = (long) parameter.getParamOffsetStart() - block.getParamOffsetStart();
                long moments = block.getUpdaterViewOffsetStart() + in;
                long others = moments + (long) block.getParamOffsetEnd() - block.getParamOffsetStart();
                add(
                        spans,
                        new Span(
                                updater.getConfig(),
                                plain ? null : (WeightDecay) all.get(0),
                                parameter.getParamOffsetStart(),
                                moments,
                                others,
                                (long) parameter.getParamOffsetEnd() - parameter.getParamOffsetStart()));
            }
        }
        return spans.isEmpty() ? Optional.empty() : Optional.of(new FusedUpdate(net, List.copyOf(spans)));
    }

    /** Adds a span, to the last one where it goes on with it. */
    private static void add(List<Span> spans, Span next) {
        Span last = spans.isEmpty() ? null : spans.get(spans.size() - 1);
        boolean on = last != null
                && last.adam.equals(next.adam)
                && Objects.equals(last.decay, next.decay)
                && last.at + last.size == next.at
                && last.first + last.size == next.first;
        if (on) {
            spans.set(
                    spans.size() - 1,
                    new Span(last.adam, last.decay, last.at, last.first, last.second, last.size + next.size));
        } else {
            spans.add(next);
        }
    }

    /**
     * Updates the net's parameters by its gradient buffer.
     *
     * @param iteration updates made before
     * @param epoch of the step
     */
    public void apply(int iteration, int epoch) {
        INDArray params = net.params();
        INDArray gradient = net.getFlattenedGradients();
        INDArray state = net.getUpdater().getStateViewArray();
        FloatBlock p = NativeArrays.block(params);
        FloatBlock g = NativeArrays.block(gradient);
        FloatBlock moments = NativeArrays.block(state);
        List<Task> tasks = new ArrayList<>();
        for (Span span : spans) {
            double rate = span.adam.getLearningRate(iteration, epoch);
            double decay = span.decay == null ? 0 : span.decay.getCoeff().valueAt(iteration, epoch);
            AdamW options = span.adam.options(iteration, decay);
            for (long from = 0; from < span.size; from += TASK) {
                tasks.add(new Task(span, options, (float) rate, from, Math.min(TASK, span.size - from)));
            }
        }
        Kernels kernels = CpuKernels.shared();
        kernels.tasks(tasks.size(), index -> {
            Task task = tasks.get(index);
            Span span = task.span;
            kernels.elements()
                    .adamW(
                            p,
                            span.at + task.from,
                            g,
                            span.at + task.from,
                            moments,
                            span.first + task.from,
                            moments,
                            span.second + task.from,
                            task.size,
                            task.options,
                            iteration + 1L,
                            task.rate);
        });
        Reference.reachabilityFence(params);
        Reference.reachabilityFence(gradient);
        Reference.reachabilityFence(state);
    }
}
