package io.github.performer4j.cli.kernels;

import io.github.performer4j.cli.options.LinearAttention;
import picocli.CommandLine.Option;

/** {@code --error} and {@code --most-features}: from when on features may stand in for a trained model's attention. */
final class AdviceOptions {
    private static final double ERROR = 0.5;
    private static final int MOST = 1024;

    @Option(
            names = "--error",
            paramLabel = "E",
            description =
                    "Of a model: the relative error of exp(x·y) that is small enough for a block to be linear (default: "
                            + ERROR + ").")
    private Double error;

    @Option(
            names = "--most-features",
            paramLabel = "M",
            description = "Of a model: blocks that need more features for it stay exact (default: " + MOST + ").")
    private Integer most;

    /** Returns whether one was given. */
    boolean given() {
        return error != null || most != null;
    }

    /** Refuses what cannot be, before anything is measured. */
    void check() {
        error();
        most();
    }

    /**
     * Returns E.
     *
     * @throws IllegalArgumentException if it is not positive
     */
    double error() {
        double value = error == null ? ERROR : error;
        if (!(value > 0 && value < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("--error must be positive and finite; --error=" + value);
        }
        return value;
    }

    /**
     * Returns the largest M.
     *
     * @throws IllegalArgumentException if it is none
     */
    int most() {
        int value = most == null ? MOST : most;
        if (value < 1 || value > LinearAttention.MOST_FEATURES) {
            throw new IllegalArgumentException("--most-features must be from 1 to " + LinearAttention.MOST_FEATURES
                    + "; --most-features=" + value);
        }
        return value;
    }
}
