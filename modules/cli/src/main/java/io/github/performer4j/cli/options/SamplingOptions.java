package io.github.performer4j.cli.options;

import io.github.performer4j.checkpoint.Sampling;
import picocli.CommandLine.Option;

/** How tokens are drawn. */
public final class SamplingOptions {
    @Option(
            names = "--temperature",
            paramLabel = "X",
            description =
                    "1: the model's own probabilities; lower is bolder; 0: always the most probable token (default: 1).")
    private double temperature = 1;

    @Option(names = "--top-k", paramLabel = "N", description = "Draw from the N most probable tokens (default: all).")
    private int topK;

    @Option(
            names = "--top-p",
            paramLabel = "P",
            description = "Draw from the fewest tokens that hold probability P together (default: all).")
    private double topP = 1;

    @Option(
            names = "--min-p",
            paramLabel = "P",
            description = "Draw from tokens of at least P times the largest probability (default: all).")
    private double minP;

    @Option(
            names = "--repetition-penalty",
            paramLabel = "X",
            description = "Tokens that the text has already count p^X; greater than 1: fewer repetitions (default: 1).")
    private double repetitionPenalty = 1;

    /**
     * Returns the rules.
     *
     * @throws IllegalArgumentException if a number is outside its range
     */
    public Sampling sampling() {
        return new Sampling(temperature, topK, topP, minP, repetitionPenalty);
    }
}
