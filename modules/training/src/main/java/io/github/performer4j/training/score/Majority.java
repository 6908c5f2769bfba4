package io.github.performer4j.training.score;

import io.github.performer4j.training.Rule;
import java.util.List;

/**
 * What is reached without looking at the input: always the most frequent class (the first of equals).
 *
 * <p>Frequencies are the training side's where it is known, else the evaluated side's own, which no predictor could
 * know: an upper bound.
 */
final class Majority {
    private Majority() {}

    /**
     * Returns the rule {@code majority} with {@code accuracy, macroF1, matthews}; each null if nothing was counted.
     *
     * @param confusion of the evaluated side
     * @param training how often each class is the truth on the training side {@code [C]}, or null
     */
    static Baselines baselines(Confusion confusion, long[] training) {
        int majority = 0;
        double[] frequencies = frequencies(confusion, training);
        for (int k = 1; k < frequencies.length; k++) {
            majority = frequencies[k] > frequencies[majority] ? k : majority;
        }
        Confusion constant = new Confusion(confusion.classes());
        List<ClassFigure> perClass = confusion.perClass();
        for (int k = 0; k < perClass.size(); k++) {
            constant.add(k, majority, perClass.get(k).support());
        }
        Baselines baselines = new Baselines();
        constant.figures().forEach((figure, value) -> baselines.put("majority", figure, value));
        return baselines;
    }

    /**
     * Returns how often each class is the truth, {@code [C] float64}; of the training side one more than counted
     * (Laplace), so that a class it lacks has a probability.
     */
    static double[] frequencies(Confusion confusion, long[] training) {
        double[] frequencies = new double[confusion.classes()];
        List<ClassFigure> perClass = confusion.perClass();
        for (int k = 0; k < frequencies.length; k++) {
            frequencies[k] = training == null ? perClass.get(k).support() : training[k] + 1.0;
        }
        return frequencies;
    }

    /**
     * Checks counts of the training side.
     *
     * @return a copy
     * @throws IllegalArgumentException if one is negative
     */
    static long[] checked(long... training) {
        for (int k = 0; k < training.length; k++) {
            Rule.that(training[k] >= 0, "counts must not be negative", "class", k, "count", training[k]);
        }
        return training.clone();
    }
}
