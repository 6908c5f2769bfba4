package io.github.performer4j.core.schedule;

import io.github.performer4j.core.engine.Engines;
import io.github.performer4j.kernels.layer.AdamW;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.GradientUpdater;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.schedule.ISchedule;

/**
 * {@link Adam} whose step runs on kernels where the layers do (float32, {@code performer4j.engine=cpu}), and by ND4J's operation elsewhere:
 * {@code update = rate · m̂/(√v̂ + ε/√(1 − β₂ᵗ))}, arXiv 1412.6980, the more efficient form at the end of its Section 2.
 *
 * <p>Settings, state, its layout and ε, which ND4J adds before v is corrected, are Adam's, so either may continue a run of the other. With
 * Deeplearning4j's weight decay, which it adds to the update, this is AdamW (arXiv 1711.05101).
 */
public class FusedAdam extends Adam {

    /** Makes Adam(0.9, 0.999, 1e-8) with a rate of 1e-3; for JSON. */
    public FusedAdam() {}

    /**
     * Makes an updater.
     *
     * @param rate of learning, for every step
     * @param beta1 decay of the first moment
     * @param beta2 decay of the second moment
     * @param epsilon ε
     */
    public FusedAdam(double rate, double beta1, double beta2, double epsilon) {
        super(rate, beta1, beta2, epsilon);
    }

    /** Makes an updater whose rate follows a schedule. */
    public FusedAdam(ISchedule schedule, double beta1, double beta2, double epsilon) {
        super(Double.NaN, beta1, beta2, epsilon);
        setLearningRateSchedule(schedule);
    }

    @Override
    @SuppressWarnings("rawtypes") // as Adam has it
    public GradientUpdater instantiate(INDArray view, boolean initialize) {
        if (!Engines.kernels(view.dataType())) {
            return super.instantiate(view, initialize);
        }
        FusedAdamUpdater updater = new FusedAdamUpdater(this);
        updater.setStateViewArray(view, new long[] {1, view.length() / 2}, 'c', initialize);
        return updater;
    }

    /** Returns the constants of a step, with ND4J's ε. */
    AdamW options(int iteration, double decay) {
        double corrected = Math.sqrt(1 - Math.pow(getBeta2(), iteration + 1.0));
        return new AdamW(getBeta1(), getBeta2(), getEpsilon() / corrected, decay);
    }

    @Override
    public FusedAdam clone() {
        FusedAdam copy = new FusedAdam(getLearningRate(), getBeta1(), getBeta2(), getEpsilon());
        copy.setLearningRateSchedule(
                getLearningRateSchedule() == null
                        ? null
                        : getLearningRateSchedule().clone());
        return copy;
    }

    /** Keeps it apart from Adam: a net updates parameters with equal updaters together, by one of them. */
    @Override
    protected boolean canEqual(Object other) {
        return other instanceof FusedAdam;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof FusedAdam && super.equals(other);
    }

    @Override
    public int hashCode() {
        return 31 * super.hashCode() + 1;
    }
}
