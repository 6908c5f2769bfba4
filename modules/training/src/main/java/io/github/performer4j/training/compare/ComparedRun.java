package io.github.performer4j.training.compare;

import io.github.performer4j.training.Rule;
import io.github.performer4j.training.run.ResumedRun;
import io.github.performer4j.training.run.RunConfig;
import io.github.performer4j.training.step.TrainingConfig;
import io.github.performer4j.training.task.Trainings;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * One run of a {@link Comparison}.
 *
 * @param name of the {@link Variant}, for example a feature map
 * @param seed of initial weights, data order, masks and projections
 * @param config the whole configuration, but for what the comparison itself sets: see {@link #training}
 */
public record ComparedRun(String name, long seed, RunConfig config) {
    private static final Pattern NO_FILE_NAME = Pattern.compile("[^A-Za-z0-9._+-]");

    /** Checks the length: it is either in steps or in minutes, since whichever comes first is equal in neither. */
    public ComparedRun {
        Rule.that(
                config.training().steps() > 0 ^ config.training().timed(),
                "a compared run needs a number of steps or of minutes, not both",
                "steps",
                config.training().steps(),
                "minutes",
                config.training().minutes());
    }

    /**
     * Checks that runs can stand in one comparison.
     *
     * @throws IllegalArgumentException if two have one folder, or they read data in different ways or are not of one
     *     length
     */
    static void requireComparable(List<ComparedRun> runs) {
        long folders = different(runs, ComparedRun::folder);
        long readings = different(runs, run -> run.config().data());
        Rule.that(
                folders == runs.size() && readings == 1,
                "runs to compare must have different names or seeds, and equal data settings",
                "runs",
                runs.size(),
                "different",
                folders,
                "data settings",
                readings);
        long lengths = different(
                runs,
                run -> List.of(
                        run.config().training().steps(), run.config().training().minutes()));
        Rule.that(lengths == 1, "runs to compare must have equal steps, or equal minutes", "different", lengths);
    }

    private static long different(List<ComparedRun> runs, Function<ComparedRun, Object> what) {
        return runs.stream().map(what).distinct().count();
    }

    /**
     * Returns the name of its folder, {@code relu-1}; what a name of a file cannot hold everywhere becomes '_', {@code
     * gerf_-0.1-1}.
     */
    public String folder() {
        return NO_FILE_NAME.matcher(name).replaceAll("_") + "-" + seed;
    }

    /**
     * Returns the configuration of its training: this seed, no early end, and one held-out batch at the end, or where a
     * task's evaluations look at all examples, all of them. The figures come from an evaluation of their own, because
     * the masks of a run's evaluation depend on the run's seed.
     */
    RunConfig training() {
        boolean sampled = Trainings.of(config.task(), config.data()).sampled();
        TrainingConfig training = config.training();
        return config.withTraining(training.withSeed(seed)
                .withPatience(0)
                .withEvalEvery(0)
                .withEvalTokens(sampled ? 1 : training.evalTokens())
                .withKeepCheckpoints(1));
    }

    /**
     * Refuses the folder of a run with other settings.
     *
     * @param saved the configuration of the folder
     * @throws IllegalArgumentException naming all differences at once
     */
    void check(RunConfig saved) {
        try {
            RunConfig wanted = training();
            ResumedRun.check(wanted, saved);
            requireSame("steps", wanted.training().steps(), saved.training().steps());
            requireSame("minutes", wanted.training().minutes(), saved.training().minutes());
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "a comparison goes on with the settings it was begun with, or in another folder; run=" + folder()
                            + ": " + e.getMessage(),
                    e);
        }
    }

    private static void requireSame(String what, Object wanted, Object saved) {
        Rule.that(wanted.equals(saved), what + " must be those of the run", what, wanted, "run", saved);
    }
}
