package io.github.performer4j.training.score;

import io.github.performer4j.training.Rule;

/**
 * What a model must hand over as probabilities. NaN, logits and shifted columns are found here, not in a strange
 * figure.
 */
public final class Probabilities {
    /** How far a float32 softmax over many classes may be from 1. */
    private static final double ROUNDING = 1e-3;

    private Probabilities() {}

    /**
     * Checks probabilities of which each stands for itself.
     *
     * @throws IllegalArgumentException if there are not so many, or one is not in [0,1]
     */
    static void areOfEach(float[] probabilities, int classes) {
        Rule.that(
                probabilities.length == classes,
                "there must be a probability for each class",
                "classes",
                classes,
                "probabilities",
                probabilities.length);
        for (int k = 0; k < classes; k++) {
            Rule.that(
                    probabilities[k] >= 0 && probabilities[k] <= 1 + ROUNDING,
                    "probabilities must be in [0,1]",
                    "class",
                    k,
                    "probability",
                    probabilities[k]);
        }
    }

    /**
     * Checks probabilities of which one comes true.
     *
     * @throws IllegalArgumentException as {@link #areOfEach}, and if their sum is not 1 up to rounding
     */
    static void areOfOne(float[] probabilities, int classes) {
        areOfEach(probabilities, classes);
        double sum = 0;
        for (float probability : probabilities) {
            sum += probability;
        }
        Rule.that(Math.abs(sum - 1) <= ROUNDING, "probabilities must have sum 1", "sum", sum);
    }

    /** Returns where the largest is, the first of equals. */
    public static int largest(float... values) {
        int largest = 0;
        for (int k = 1; k < values.length; k++) {
            largest = values[k] > values[largest] ? k : largest;
        }
        return largest;
    }
}
