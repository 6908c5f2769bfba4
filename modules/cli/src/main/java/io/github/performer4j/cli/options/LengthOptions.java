package io.github.performer4j.cli.options;

import io.github.performer4j.training.step.TrainingConfig;
import picocli.CommandLine.Option;

/** {@code --steps} or {@code --minutes-each}: what all runs of a comparison or a search have equal; for an exclusive group. */
public final class LengthOptions {
    @Option(names = "--steps", paramLabel = "N", description = "Equal steps: so many in each run.")
    private Long steps;

    @Option(
            names = "--minutes-each",
            paramLabel = "B",
            description =
                    "Equal time: each run trains so long, and the table shows its steps. Its own clock stands still"
                            + " between two starts.")
    private Double minutesEach;

    /**
     * Returns the training with this length.
     *
     * @throws IllegalArgumentException if there is none of this length
     */
    public TrainingConfig apply(TrainingConfig training) {
        if (steps != null) {
            return training.bySteps(steps);
        }
        if (!(minutesEach > 0) || minutesEach.isInfinite()) {
            throw new IllegalArgumentException("minutes of a run must be positive; --minutes-each=" + minutesEach);
        }
        return training.withMinutes(minutesEach);
    }

    /** Returns the option that is given. */
    public String option() {
        return steps != null ? "--steps" : "--minutes-each";
    }
}
