package io.github.performer4j.training.step;

import io.github.performer4j.core.schedule.WarmupSchedule;
import io.github.performer4j.training.Json;
import io.github.performer4j.training.task.Evaluation;
import java.nio.charset.StandardCharsets;

/**
 * Where a run stands: with parameters and updater state, all that resuming needs. It is the entry {@value #ENTRY} of a checkpoint.
 *
 * @param step parameter updates done
 * @param epoch the epoch being read, from 0
 * @param batches micro-batches read of that epoch
 * @param tokens real tokens seen so far
 * @param longest real tokens of the longest row seen so far; 0 before the first, and null in checkpoints that do not say
 * @param elapsed seconds of training so far, over all sessions
 * @param decayStart first step of the decay, or -1 while it is not known or there is none
 * @param totalSteps steps of the whole run, or 0 while a timed run does not know them
 * @param bestFigure the best primary figure of an evaluation; null before the first
 * @param bestStep the step of that evaluation
 * @param misses evaluations since
 * @param evaluated the step of the last evaluation; 0 before the first
 * @param training the configuration of the run
 */
public record TrainerState(
        long step,
        long epoch,
        long batches,
        long tokens,
        Integer longest,
        double elapsed,
        long decayStart,
        long totalSteps,
        Double bestFigure,
        long bestStep,
        int misses,
        long evaluated,
        TrainingConfig training) {
    /** Name of the entry in a checkpoint's zip. */
    public static final String ENTRY = "trainer.json";

    /** Makes a checkpoint that does not say how long its rows were one of no rows. */
    public TrainerState {
        longest = longest == null ? Integer.valueOf(0) : longest;
    }

    /** Returns the start of a run. */
    static TrainerState start(TrainingConfig training) {
        WarmupSchedule rates = training.rates();
        return new TrainerState(
                0, 0, 0, 0, 0, 0, rates.decayStart(), training.timed() ? 0 : training.steps(), null, 0, 0, 0, training);
    }

    /** Returns the learning-rate schedule as far as it is known. */
    WarmupSchedule rates() {
        return training.rates(decayStart, totalSteps);
    }

    /** Returns this run's configuration as a run by steps that repeats it, once its phases are known. */
    public TrainingConfig bySteps() {
        return training.bySteps(totalSteps).withDecayStart(decayStart);
    }

    TrainerState withElapsed(double seconds) {
        return new TrainerState(
                step,
                epoch,
                batches,
                tokens,
                longest,
                seconds,
                decayStart,
                totalSteps,
                bestFigure,
                bestStep,
                misses,
                evaluated,
                training);
    }

    TrainerState withPhases(long start, long total) {
        return new TrainerState(
                step,
                epoch,
                batches,
                tokens,
                longest,
                elapsed,
                start,
                total,
                bestFigure,
                bestStep,
                misses,
                evaluated,
                training);
    }

    /** Returns the state after one more step that read the data up to a position. */
    TrainerState afterStep(long nextEpoch, long nextBatches, long seen, int row, double seconds) {
        return new TrainerState(
                step + 1,
                nextEpoch,
                nextBatches,
                tokens + seen,
                Math.max(longest, row),
                seconds,
                decayStart,
                totalSteps,
                bestFigure,
                bestStep,
                misses,
                evaluated,
                training);
    }

    /**
     * Returns the state with its data read up to another position: that of one of several workers.
     *
     * @param position the epoch being read, from 0
     * @param read micro-batches read of that epoch
     */
    public TrainerState at(long position, long read) {
        return new TrainerState(
                step,
                position,
                read,
                tokens,
                longest,
                elapsed,
                decayStart,
                totalSteps,
                bestFigure,
                bestStep,
                misses,
                evaluated,
                training);
    }

    /** Returns the state after steps that workers made, each on data of its own: so many steps, tokens, seconds in all. */
    public TrainerState after(long steps, long seen, int row, double seconds) {
        return new TrainerState(
                steps,
                epoch,
                batches,
                seen,
                row,
                seconds,
                decayStart,
                totalSteps,
                bestFigure,
                bestStep,
                misses,
                evaluated,
                training);
    }

    /** True if an evaluation is the best so far. */
    public boolean better(Evaluation evaluation) {
        double figure = evaluation.value();
        return bestFigure == null || (evaluation.higherIsBetter() ? figure > bestFigure : figure < bestFigure);
    }

    /** Returns the state after an evaluation at this step. */
    public TrainerState evaluated(Evaluation evaluation) {
        return better(evaluation)
                ? withBest(evaluation.value(), step, 0, step)
                : withBest(bestFigure, bestStep, misses + 1, step);
    }

    /** Returns the state without a best evaluation: the next one is the best. */
    public TrainerState withoutBest() {
        return withBest(null, 0, 0, evaluated);
    }

    private TrainerState withBest(Double figure, long at, int since, long measured) {
        return new TrainerState(
                step,
                epoch,
                batches,
                tokens,
                longest,
                elapsed,
                decayStart,
                totalSteps,
                figure,
                at,
                since,
                measured,
                training);
    }

    /** Returns the entry of a checkpoint, JSON in UTF-8. */
    public byte[] toBytes() {
        return Json.pretty(this).getBytes(StandardCharsets.UTF_8);
    }

    /**
     * Reads the entry of a checkpoint.
     *
     * @throws IllegalArgumentException in one line, if the bytes are no such entry
     */
    public static TrainerState fromBytes(byte[] bytes) {
        return Json.read(Json.object(new String(bytes, StandardCharsets.UTF_8)), TrainerState.class);
    }
}
