package io.github.performer4j.training.score;

import io.github.performer4j.training.Rule;
import java.util.Arrays;

/**
 * How well one column of numbers is predicted; truth y and prediction x, {@code [n]}, sums in float64 of float32
 * values.
 *
 * <pre>
 * rmse      √(Σ (x − y)² / n)
 * mae       Σ |x − y| / n
 * r2        1 − Σ (x − y)² / Σ (y − ȳ)²
 * pearson   Σ (x − x̄)(y − ȳ) / √(Σ (x − x̄)² Σ (y − ȳ)²), the mean taken off first
 * spearman  pearson of the mid-ranks
 * </pre>
 *
 * <p>Neither library in the tree does this: Nd4j's {@code RegressionEvaluation} takes variance as the difference of
 * two large sums, so a column far from 0 gets nonsense, and commons-math3 takes Pearson's r as the root of r², which
 * is off by 1e-8 near 0; both divide by 0 for constants ({@code LibraryTrapsTest}).
 *
 * @param rmse null if there are no values
 * @param mae null if there are no values
 * @param r2 null if the truth is constant: there is nothing to explain
 * @param pearson null if the truth is constant, 0 if only the prediction is: it tells nothing apart
 * @param spearman null or 0 as pearson
 */
public record NumberFigure(Double rmse, Double mae, Double r2, Double pearson, Double spearman) {
    /**
     * Measures a column.
     *
     * @param truth {@code [n] float32}
     * @param prediction {@code [n] float32}
     * @throws IllegalArgumentException if they differ in length
     */
    public static NumberFigure of(float[] truth, float[] prediction) {
        double[] predicted = new double[prediction.length];
        Arrays.setAll(predicted, i -> prediction[i]);
        NumberFigure errors = errors(truth, predicted);
        if (errors.r2 == null) {
            return errors;
        }
        double spearman = correlation(Ranking.midRanks(truth), Ranking.midRanks(prediction));
        double pearson = correlation(doubles(truth), predicted);
        return new NumberFigure(errors.rmse, errors.mae, errors.r2, pearson, spearman);
    }

    /** Measures a constant prediction: its correlations are 0, or null if the truth is constant too. */
    static NumberFigure ofConstant(float[] truth, double prediction) {
        double[] predicted = new double[truth.length];
        Arrays.fill(predicted, prediction);
        NumberFigure errors = errors(truth, predicted);
        Double none = errors.r2 == null ? null : (Double) 0.0;
        return new NumberFigure(errors.rmse, errors.mae, errors.r2, none, none);
    }

    private static NumberFigure errors(float[] truth, double... prediction) {
        int n = truth.length;
        Rule.that(n == prediction.length, "lengths must agree", "truth", n, "prediction", prediction.length);
        if (n == 0) {
            return new NumberFigure(null, null, null, null, null);
        }
        double[] values = doubles(truth);
        double mean = mean(values);
        double squares = 0;
        double absolute = 0;
        double spread = 0;
        for (int i = 0; i < n; i++) {
            double error = prediction[i] - values[i];
            squares += error * error;
            absolute += Math.abs(error);
            spread += (values[i] - mean) * (values[i] - mean);
        }
        Double r2 = constant(values) ? null : (Double) (1 - squares / spread);
        return new NumberFigure(Math.sqrt(squares / n), absolute / n, r2, null, null);
    }

    private static double correlation(double[] x, double... y) {
        if (constant(x) || constant(y)) {
            return 0;
        }
        double meanX = mean(x);
        double meanY = mean(y);
        double xx = 0;
        double yy = 0;
        double xy = 0;
        for (int i = 0; i < x.length; i++) {
            xx += (x[i] - meanX) * (x[i] - meanX);
            yy += (y[i] - meanY) * (y[i] - meanY);
            xy += (x[i] - meanX) * (y[i] - meanY);
        }
        double r = xy / Math.sqrt(xx * yy);
        return Math.max(-1, Math.min(1, r)); // rounding may leave [-1,1] by an ulp
    }

    private static double mean(double... values) {
        double sum = 0;
        for (double value : values) {
            sum += value;
        }
        return sum / values.length;
    }

    /** By value, not by spread: the mean of equal numbers is rounded, so their spread need not be 0. */
    private static boolean constant(double... values) {
        for (double value : values) {
            if (value != values[0]) {
                return false;
            }
        }
        return true;
    }

    private static double[] doubles(float... values) {
        double[] wide = new double[values.length];
        Arrays.setAll(wide, i -> values[i]);
        return wide;
    }
}
