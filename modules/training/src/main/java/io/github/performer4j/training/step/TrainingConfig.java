package io.github.performer4j.training.step;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.performer4j.core.base.Recomputation;
import io.github.performer4j.core.schedule.FusedAdam;
import io.github.performer4j.core.schedule.WarmupSchedule;
import io.github.performer4j.core.schedule.WarmupSchedule.Shape;
import io.github.performer4j.training.Json;
import io.github.performer4j.training.Rule;
import java.util.Map;
import org.nd4j.linalg.learning.config.Adam;

/**
 * How a model is trained: length, learning rate, Adam, clipping, evaluation, checkpoints.
 *
 * <p>The defaults are the Performer paper's (arXiv 2009.14794, appendix B): Adam(0.9, 0.98, 1e-9), rate 1e-3, clipping at 0.5,
 * decoupled weight decay 0.1. If a value exists, it is valid.
 *
 * @param steps parameter updates of the run, and of a timed run the most of them; 0 = a timed run without such a limit
 * @param minutes training time of a timed run; 0 = the run goes by steps. With both, whichever comes first ends the run: see {@link Phases}
 * @param learningRate the highest learning rate
 * @param warmupSteps steps of linear warm-up
 * @param schedule what follows the warm-up
 * @param finalRate the rate at the end of the decay, as a fraction of {@code learningRate}
 * @param decayFraction the share of a timed run spent in decay, in (0, 1]
 * @param decayStart the step at which the decay starts; -1 = chosen: COSINE decays from the end of the warm-up in a run by steps
 *     and for the last {@code decayFraction} of a timed run, the others do not decay
 * @param weightDecay decoupled weight decay λ: each step takes {@code rate · λ · w} off every weight
 * @param beta1 Adam's decay of the first moment
 * @param beta2 Adam's decay of the second moment
 * @param epsilon Adam's ε
 * @param tokenDropout probability with which a token of a training row is hidden, see {@link io.github.performer4j.data.rows.TokenDropout}; null in configurations that do not say, which is 0
 * @param clipNorm the largest norm of the whole gradient; 0 = no clipping
 * @param accumulate micro-batches a step
 * @param chunk tokens of a part of long sequences, whose gradients go through the parts' states so that memory is that of one part; causal models only; 0 = sequences are whole
 * @param evalEvery steps between evaluations; 0 = only at the end
 * @param evalTokens the most predicted tokens of one evaluation
 * @param patience evaluations without a better loss before the run stops; 0 = never
 * @param checkpointEvery steps between checkpoints; 0 = only at the end
 * @param keepCheckpoints newest checkpoints kept
 * @param seed of parameters, shuffling, masks and dropout
 * @param threads worker threads; no more than {@code accumulate} are used for training
 * @param recompute whether layers keep only their inputs and run forward again in the backward pass, see {@link Recomputation}; null in configurations that do not say, which is false
 */
public record TrainingConfig(
        long steps,
        double minutes,
        double learningRate,
        long warmupSteps,
        Shape schedule,
        double finalRate,
        double decayFraction,
        long decayStart,
        double weightDecay,
        double beta1,
        double beta2,
        double epsilon,
        Double tokenDropout,
        double clipNorm,
        int accumulate,
        int chunk,
        long evalEvery,
        long evalTokens,
        int patience,
        long checkpointEvery,
        int keepCheckpoints,
        long seed,
        int threads,
        Boolean recompute) {

    /** Checks every value. */
    public TrainingConfig {
        Rule.that(steps >= 0, "steps must not be negative", "steps", steps);
        Rule.that(minutes >= 0 && Double.isFinite(minutes), "minutes must not be negative", "minutes", minutes);
        Rule.that(steps > 0 || minutes > 0, "a run needs steps or minutes", "steps", steps, "minutes", minutes);
        Rule.that(steps <= Integer.MAX_VALUE, "Deeplearning4j counts steps in 31 bits", "steps", steps);
        Rule.that(
                learningRate > 0 && Double.isFinite(learningRate),
                "learningRate must be positive",
                "learningRate",
                learningRate);
        Rule.that(warmupSteps >= 0, "warmupSteps must not be negative", "warmupSteps", warmupSteps);
        Rule.that(schedule != null, "schedule must be CONSTANT, COSINE or INVERSE_SQRT", "schedule", schedule);
        Rule.that(finalRate >= 0 && finalRate <= 1, "finalRate must be a fraction in [0, 1]", "finalRate", finalRate);
        Rule.that(
                decayFraction > 0 && decayFraction <= 1,
                "decayFraction must be in (0, 1]",
                "decayFraction",
                decayFraction);
        Rule.that(decayStart >= -1, "decayStart must be a step, or -1 to choose it", "decayStart", decayStart);
        Rule.that(
                decayStart < 0 || minutes > 0 || decayStart < steps,
                "decayStart must be below steps",
                "decayStart",
                decayStart,
                "steps",
                steps);
        Rule.that(
                decayStart < 0 || minutes == 0,
                "a timed run chooses its decayStart",
                "decayStart",
                decayStart,
                "minutes",
                minutes);
        Rule.that(
                weightDecay >= 0 && Double.isFinite(weightDecay),
                "weightDecay must not be negative",
                "weightDecay",
                weightDecay);
        Rule.that(beta1 >= 0 && beta1 < 1, "beta1 must be in [0, 1)", "beta1", beta1);
        Rule.that(beta2 >= 0 && beta2 < 1, "beta2 must be in [0, 1)", "beta2", beta2);
        Rule.that(epsilon > 0 && Double.isFinite(epsilon), "epsilon must be positive", "epsilon", epsilon);
        tokenDropout = tokenDropout == null ? 0 : tokenDropout;
        Rule.that(
                tokenDropout >= 0 && tokenDropout < 1, "tokenDropout must be in [0, 1)", "tokenDropout", tokenDropout);
        Rule.that(clipNorm >= 0 && Double.isFinite(clipNorm), "clipNorm must not be negative", "clipNorm", clipNorm);
        Rule.that(accumulate >= 1, "accumulate must be at least 1", "accumulate", accumulate);
        Rule.that(chunk >= 0, "chunk must not be negative", "chunk", chunk);
        Rule.that(evalEvery >= 0, "evalEvery must not be negative", "evalEvery", evalEvery);
        Rule.that(evalTokens >= 1, "evalTokens must be at least 1", "evalTokens", evalTokens);
        Rule.that(patience >= 0, "patience must not be negative", "patience", patience);
        Rule.that(checkpointEvery >= 0, "checkpointEvery must not be negative", "checkpointEvery", checkpointEvery);
        Rule.that(keepCheckpoints >= 1, "keepCheckpoints must be at least 1", "keepCheckpoints", keepCheckpoints);
        Rule.that(threads >= 1, "threads must be at least 1", "threads", threads);
        recompute = recompute != null && recompute;
    }

    /** Returns the paper's settings for a run of 1,000 steps on one thread. */
    public static TrainingConfig defaults() {
        return new TrainingConfig(
                1000,
                0,
                1e-3,
                100,
                Shape.COSINE,
                0.1,
                0.2,
                -1,
                0.1,
                0.9,
                0.98,
                1e-9,
                0.0,
                0.5,
                1,
                0,
                200,
                10_000,
                0,
                200,
                2,
                1,
                1,
                false);
    }

    /** True if the run ends by the clock. */
    @JsonIgnore
    public boolean timed() {
        return minutes > 0;
    }

    /** Returns the learning-rate schedule known before the run: a timed run has no decay yet. */
    public WarmupSchedule rates() {
        if (timed()) {
            return rates(WarmupSchedule.NEVER, 0);
        }
        boolean fromWarmup = decayStart < 0 && schedule == Shape.COSINE;
        // A warm-up longer than the run leaves no room for a decay.
        return rates(fromWarmup && warmupSteps < steps ? warmupSteps : decayStart, steps);
    }

    /**
     * Returns the learning-rate schedule with known phases.
     *
     * @param start first step of the decay, or {@link WarmupSchedule#NEVER}
     * @param end steps of the run
     */
    WarmupSchedule rates(long start, long end) {
        return new WarmupSchedule(learningRate, warmupSteps, schedule, start, end, finalRate);
    }

    /** Returns Adam with this configuration's rates, for {@code PerformerConfig.graph}. */
    public Adam updater() {
        return new FusedAdam(rates(), beta1, beta2, epsilon);
    }

    /** Returns this configuration as a run of so many steps, whatever the clock says. */
    public TrainingConfig bySteps(long value) {
        return with(Map.of("steps", value, "minutes", 0));
    }

    /** Returns this configuration with another number of steps, the most of them if it is timed; see {@link #bySteps}. */
    public TrainingConfig withSteps(long value) {
        return with("steps", value);
    }

    /** Returns this configuration as a timed run without a limit of steps, which {@link #withSteps} sets; 0 = as a run by steps. */
    public TrainingConfig withMinutes(double value) {
        return with(value > 0 ? Map.of("minutes", value, "steps", 0) : Map.of("minutes", value));
    }

    /** Returns this configuration with another learning rate. */
    public TrainingConfig withLearningRate(double value) {
        return with("learningRate", value);
    }

    /** Returns this configuration with another warm-up. */
    public TrainingConfig withWarmupSteps(long value) {
        return with("warmupSteps", value);
    }

    /** Returns this configuration with another schedule. */
    public TrainingConfig withSchedule(Shape value) {
        return with("schedule", value);
    }

    /** Returns this configuration with another final rate. */
    public TrainingConfig withFinalRate(double value) {
        return with("finalRate", value);
    }

    /** Returns this configuration with another share of decay. */
    public TrainingConfig withDecayFraction(double value) {
        return with("decayFraction", value);
    }

    /** Returns this configuration with another start of the decay. */
    public TrainingConfig withDecayStart(long value) {
        return with("decayStart", value);
    }

    /** Returns this configuration with another weight decay. */
    public TrainingConfig withWeightDecay(double value) {
        return with("weightDecay", value);
    }

    /** Returns this configuration with another β₁. */
    public TrainingConfig withBeta1(double value) {
        return with("beta1", value);
    }

    /** Returns this configuration with another β₂. */
    public TrainingConfig withBeta2(double value) {
        return with("beta2", value);
    }

    /** Returns this configuration with another ε of Adam. */
    public TrainingConfig withEpsilon(double value) {
        return with("epsilon", value);
    }

    /** Returns this configuration with another probability of hidden tokens. */
    public TrainingConfig withTokenDropout(double value) {
        return with("tokenDropout", value);
    }

    /** Returns this configuration with another largest gradient norm. */
    public TrainingConfig withClipNorm(double value) {
        return with("clipNorm", value);
    }

    /** Returns this configuration with another number of micro-batches a step. */
    public TrainingConfig withAccumulate(int value) {
        return with("accumulate", value);
    }

    /** Returns this configuration with chunks of so many tokens; 0 = none. */
    public TrainingConfig withChunk(int value) {
        return with("chunk", value);
    }

    /** Returns this configuration with another distance of evaluations. */
    public TrainingConfig withEvalEvery(long value) {
        return with("evalEvery", value);
    }

    /** Returns this configuration with another bound of evaluation. */
    public TrainingConfig withEvalTokens(long value) {
        return with("evalTokens", value);
    }

    /** Returns whether a run ends early after so many evaluations without a better one. */
    public boolean early(int misses) {
        return patience > 0 && misses >= patience;
    }

    /** Returns this configuration with another patience. */
    public TrainingConfig withPatience(int value) {
        return with("patience", value);
    }

    /** Returns this configuration with another distance of checkpoints. */
    public TrainingConfig withCheckpointEvery(long value) {
        return with("checkpointEvery", value);
    }

    /** Returns this configuration with another number of kept checkpoints. */
    public TrainingConfig withKeepCheckpoints(int value) {
        return with("keepCheckpoints", value);
    }

    /** Returns this configuration with another seed. */
    public TrainingConfig withSeed(long value) {
        return with("seed", value);
    }

    /** Returns this configuration with another number of threads. */
    public TrainingConfig withThreads(int value) {
        return with("threads", value);
    }

    /** Returns this configuration with activations recomputed, or kept. */
    public TrainingConfig withRecompute(boolean value) {
        return with("recompute", value);
    }

    private TrainingConfig with(String key, Object value) {
        return with(Map.of(key, value));
    }

    /** Changes several values at once: they may be possible only together. */
    private TrainingConfig with(Map<String, Object> values) {
        ObjectNode tree = Json.MAPPER.valueToTree(this);
        values.forEach((key, value) -> tree.set(key, Json.MAPPER.valueToTree(value)));
        return Json.read(tree, TrainingConfig.class);
    }
}
