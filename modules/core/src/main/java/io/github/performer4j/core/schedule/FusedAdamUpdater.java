package io.github.performer4j.core.schedule;

import io.github.performer4j.core.state.NativeArrays;
import io.github.performer4j.kernels.CpuKernels;
import io.github.performer4j.kernels.Kernels;
import io.github.performer4j.kernels.layer.AdamW;
import io.github.performer4j.kernels.memory.FloatBlock;
import java.lang.ref.Reference;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.learning.AdamUpdater;
import org.nd4j.linalg.learning.GradientUpdater;

/** The steps of {@link FusedAdam}: moments in place, one array [1,2n] of all first and then all second ones, as Adam's. */
final class FusedAdamUpdater implements GradientUpdater<FusedAdam> {
    /** Values of a task; a multiple of every vector's length, so that cutting changes no bit. */
    private static final int TASK = 1 << 16;

    private final FusedAdam config;
    private INDArray state;

    FusedAdamUpdater(FusedAdam config) {
        this.config = config;
    }

    @Override
    public FusedAdam getConfig() {
        return config;
    }

    @Override
    public void setStateViewArray(INDArray view, long[] gradientShape, char gradientOrder, boolean initialize) {
        state = view.reshape(view.length());
        if (initialize) {
            state.assign(0);
        }
    }

    @Override
    public Map<String, INDArray> getState() {
        long n = state.length() / 2;
        return Map.of(
                AdamUpdater.M_STATE, state.get(NDArrayIndex.interval(0, n)),
                AdamUpdater.V_STATE, state.get(NDArrayIndex.interval(n, 2 * n)));
    }

    @Override
    public void setState(Map<String, INDArray> values, boolean initialize) {
        getState().forEach((name, part) -> {
            if (initialize) {
                part.assign(0);
            } else {
                part.assign(values.get(name).reshape(part.length()));
            }
        });
    }

    /**
     * Replaces a gradient by what is subtracted from the parameters.
     *
     * @throws IllegalArgumentException if it is not float32, row-major and without gaps, or not half as long as the state
     */
    @Override
    public void applyUpdater(INDArray gradient, int iteration, int epoch) {
        long n = state.length() / 2;
        if (gradient.length() != n) {
            throw new IllegalArgumentException(
                    "state must hold two moments per gradient; gradient=" + gradient.length() + ", state=" + 2 * n);
        }
        float rate = (float) config.getLearningRate(iteration, epoch);
        AdamW options = config.options(iteration, 0);
        FloatBlock g = NativeArrays.block(gradient);
        FloatBlock moments = NativeArrays.block(state);
        Kernels kernels = CpuKernels.shared();
        kernels.tasks(Math.toIntExact((n + TASK - 1) / TASK), task -> {
            long from = (long) task * TASK;
            long size = Math.min(TASK, n - from);
            kernels.elements().adam(g, from, moments, from, moments, n + from, size, options, iteration + 1L, rate);
        });
        Reference.reachabilityFence(gradient);
    }
}
