package io.github.performer4j.training.step;

/** How a call of the trainer ended. */
public enum Outcome {
    /** All steps done, or the time used up. */
    FINISHED,
    /** The validation loss stopped getting better. */
    EARLY_STOPPED,
    /** A stop was asked for; the run can be resumed. */
    STOPPED
}
