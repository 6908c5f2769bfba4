package io.github.performer4j.training.score;

import io.github.performer4j.training.Rule;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The confusion matrix {@code n [C,C] float64}, truth by row and prediction by column, and what follows from it alone.
 *
 * <p>With {@code t_k} the sum of row k, {@code p_k} of column k, {@code s} of all:
 *
 * <pre>
 * accuracy  Σ n_kk / s
 * macro F1  mean of 2 n_kk / (t_k + p_k) over the classes with t_k + p_k &gt; 0 (scikit-learn's default)
 * Matthews  (s Σ n_kk − Σ t_k p_k) / √((s² − Σ p_k²)(s² − Σ t_k²)), 0 if either has one class only
 * </pre>
 *
 * <p>Matthews' correlation for more than two classes is R_K of Gorodkin, Comput. Biol. Chem. 28 (2004), eq. 8. Nd4j's
 * {@code Evaluation} is not used: its macro F1 leaves out a class that was never right (0/0 precision), for two
 * classes it returns the F1 of class 1 instead, and it averages Matthews' correlations one against the rest.
 * {@code LibraryTrapsTest} shows all three.
 */
public final class Confusion {
    private final double[][] counts;

    /**
     * An empty matrix.
     *
     * @param classes C
     * @throws IllegalArgumentException if C is not positive
     */
    public Confusion(int classes) {
        Rule.that(classes > 0, "classes must be positive", "classes", classes);
        counts = new double[classes][classes];
    }

    /** Returns C. */
    public int classes() {
        return counts.length;
    }

    /**
     * Counts one example.
     *
     * @param weight what it counts, not negative
     * @throws IllegalArgumentException if a class is not in [0,C), or the weight is negative or not finite
     */
    public void add(int truth, int predicted, double weight) {
        check(truth, predicted);
        Rule.that(
                weight >= 0 && weight < Double.POSITIVE_INFINITY,
                "weight must be finite, at least 0",
                "weight",
                weight);
        counts[truth][predicted] += weight;
    }

    /**
     * Returns this matrix and the other together.
     *
     * @throws IllegalArgumentException if the other has another number of classes
     */
    public Confusion plus(Confusion other) {
        Rule.that(classes() == other.classes(), "classes must agree", "left", classes(), "right", other.classes());
        Confusion sum = new Confusion(classes());
        for (int i = 0; i < classes(); i++) {
            for (int j = 0; j < classes(); j++) {
                sum.counts[i][j] = counts[i][j] + other.counts[i][j];
            }
        }
        return sum;
    }

    /** Returns a copy of the matrix, {@code [C,C] float64}: truth by row, prediction by column. */
    public double[][] counts() {
        double[][] copy = new double[classes()][];
        for (int i = 0; i < copy.length; i++) {
            copy[i] = counts[i].clone();
        }
        return copy;
    }

    /** Returns precision, recall and F1 of each class, C of them. */
    public List<ClassFigure> perClass() {
        double[] truth = new double[classes()];
        double[] predicted = new double[classes()];
        for (int i = 0; i < classes(); i++) {
            for (int j = 0; j < classes(); j++) {
                truth[i] += counts[i][j];
                predicted[j] += counts[i][j];
            }
        }
        List<ClassFigure> figures = new ArrayList<>();
        for (int k = 0; k < classes(); k++) {
            figures.add(ClassFigure.of(counts[k][k], truth[k], predicted[k]));
        }
        return figures;
    }

    /** Returns {@code accuracy, macroF1, matthews}; each null if nothing was counted. */
    public Map<String, Double> figures() {
        List<ClassFigure> perClass = perClass();
        double right = 0;
        double all = 0;
        for (int k = 0; k < classes(); k++) {
            right += counts[k][k];
            all += perClass.get(k).support();
        }
        Map<String, Double> figures = new LinkedHashMap<>();
        figures.put("accuracy", all > 0 ? (Double) (right / all) : null);
        figures.put("macroF1", all > 0 ? (Double) macroF1(perClass) : null);
        figures.put("matthews", all > 0 ? (Double) matthews(perClass, right, all) : null);
        return figures;
    }

    private static double macroF1(List<ClassFigure> perClass) {
        return perClass.stream()
                .filter(ClassFigure::present)
                .mapToDouble(ClassFigure::f1)
                .average()
                .orElse(0);
    }

    private static double matthews(List<ClassFigure> perClass, double right, double all) {
        double chance = 0;
        double ofTruth = all * all;
        double ofPredicted = all * all;
        for (ClassFigure k : perClass) {
            chance += k.support() * k.predicted();
            ofTruth -= k.support() * k.support();
            ofPredicted -= k.predicted() * k.predicted();
        }
        boolean oneClass = perClass.stream().filter(k -> k.support() > 0).count() < 2
                || perClass.stream().filter(k -> k.predicted() > 0).count() < 2;
        if (oneClass) {
            return 0;
        }
        double matthews = (right * all - chance) / Math.sqrt(ofTruth * ofPredicted);
        return Math.max(-1, Math.min(1, matthews)); // rounding may leave [-1,1] by an ulp
    }

    /** Refuses what is not in [0,C). */
    void check(int truth, int predicted) {
        inRange("truth must be one of the classes", "truth", truth);
        inRange("prediction must be one of the classes", "prediction", predicted);
    }

    private void inRange(String rule, String name, int value) {
        Rule.that(value >= 0 && value < classes(), rule, name, value, "classes", classes());
    }
}
