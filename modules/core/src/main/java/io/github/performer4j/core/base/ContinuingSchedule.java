package io.github.performer4j.core.base;

import org.nd4j.linalg.schedule.ISchedule;

/**
 * A learning-rate schedule that goes on with a layer's weights where Deeplearning4j begins a net's iterations anew, as in
 * {@code ComputationGraph.clone} and {@code TransferLearning}: without it a trained layer would be warmed up to its peak again.
 */
public interface ContinuingSchedule extends ISchedule {

    /**
     * Returns the schedule whose iteration i is this one's iteration i + steps.
     *
     * @param steps any number that leaves no iteration negative
     */
    ISchedule after(long steps);
}
