package io.github.performer4j.training.step;

import io.github.performer4j.training.task.Evaluation;
import java.nio.file.Path;
import java.util.Map;

/** Hears what happens in a run, in the trainer's thread; all methods do nothing unless overridden. */
public interface RunListener {
    /** A listener that does nothing. */
    RunListener NONE = new RunListener() {};

    /**
     * What is about to run.
     *
     * @param parameters number of trained values
     * @param threads worker threads in use
     * @param firstStep steps already done by an earlier session
     * @param totalSteps steps of the whole run, or -1 while the clock has not decided
     * @param minutes length of a timed run, or 0
     */
    record Summary(long parameters, int threads, long firstStep, long totalSteps, double minutes) {}

    /**
     * One step.
     *
     * @param step parameter updates done
     * @param totalSteps steps of the whole run, or -1 while the clock has not decided
     * @param fraction share of the run that is done, in [0, 1]
     * @param epoch the epoch being read, from 0
     * @param loss mean nats per predicted token of this step
     * @param learningRate the rate of this step
     * @param gradientNorm norm of the gradient before clipping
     * @param tokensPerSecond real tokens of this step by its time
     * @param elapsed seconds of training so far
     * @param secondsLeft estimated
     */
    record Progress(
            long step,
            long totalSteps,
            double fraction,
            long epoch,
            double loss,
            double learningRate,
            double gradientNorm,
            double tokensPerSecond,
            double elapsed,
            double secondsLeft) {}

    /**
     * A side of the data is read, before the run starts.
     *
     * @param data where it comes from
     * @param symbols symbols outside the vocabulary, which the run masks, with their counts; empty if there are none
     * @param unit what they are: {@code letter}, {@code word} or {@code token}, as the tokenizer says
     */
    default void unknown(Path data, Map<String, Long> symbols, String unit) {}

    /** A line about the data, before the run starts: what was left out, what looks wrong, what is held out. */
    default void data(String line) {}

    /** The run starts, or goes on. */
    default void start(Summary summary) {}

    /** A step is done. */
    default void step(Progress progress) {}

    /**
     * An evaluation is done.
     *
     * @param step parameter updates done
     * @param evaluation its figures
     * @param best whether the loss is the least so far
     */
    default void evaluation(long step, Evaluation evaluation, boolean best) {}

    /** A checkpoint is written. */
    default void checkpoint(long step, Path file) {}

    /** The trainer returns. */
    default void finish(Outcome outcome, long step, double elapsed) {}

    /** Something worth a line. */
    default void note(String text) {}
}
