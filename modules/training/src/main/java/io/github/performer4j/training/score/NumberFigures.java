package io.github.performer4j.training.score;

import io.github.performer4j.training.Rule;
import it.unimi.dsi.fastutil.floats.FloatArrayList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * D numbers per example: root mean square error, mean absolute error, R², Pearson's and Spearman's correlation, by
 * dimension and their means.
 *
 * <p>The formulae and what constant columns give are {@link NumberFigure}'s. A mean is over the dimensions in which
 * the figure is defined, so dimensions with a constant truth are left out of R² and the correlations, and
 * {@code constantDimensions} says how many those are.
 *
 * <p>Ranks need all values, and so does taking the mean off first: memory is {@code 8·D} bytes an example. Merged
 * figures are those of the whole, bit for bit.
 */
public final class NumberFigures {
    private final double[] trainingMeans;
    private final FloatArrayList[] truth;
    private final FloatArrayList[] prediction;

    private NumberFigures(int dimensions, double[] trainingMeans) {
        this.trainingMeans = trainingMeans;
        truth = columns(dimensions);
        prediction = columns(dimensions);
    }

    /**
     * Figures whose baseline is the evaluated side's own mean, which no predictor could know.
     *
     * @param dimensions D
     * @throws IllegalArgumentException if D is not positive
     */
    public static NumberFigures of(int dimensions) {
        Rule.that(dimensions > 0, "dimensions must be positive", "dimensions", dimensions);
        return new NumberFigures(dimensions, null);
    }

    /**
     * Figures whose baseline is the training side's mean.
     *
     * @param means of the training side's truth {@code [D] float64}
     * @throws IllegalArgumentException if there is none, or one is not finite
     */
    public static NumberFigures withTraining(double... means) {
        Rule.that(means.length > 0, "dimensions must be positive", "dimensions", means.length);
        for (int d = 0; d < means.length; d++) {
            Rule.that(Double.isFinite(means[d]), "means must be finite", "dimension", d, "mean", means[d]);
        }
        return new NumberFigures(means.length, means.clone());
    }

    /** Returns D. */
    public int dimensions() {
        return truth.length;
    }

    /**
     * Adds an example.
     *
     * @param truths {@code [D] float32}
     * @param predictions {@code [D] float32}
     * @throws IllegalArgumentException if there are not D of each, or one is not finite
     */
    public void add(float[] truths, float... predictions) {
        finite("truths must be finite, one for each dimension", truths);
        finite("predictions must be finite, one for each dimension", predictions);
        for (int d = 0; d < truth.length; d++) {
            truth[d].add(truths[d]);
            prediction[d].add(predictions[d]);
        }
    }

    /**
     * Returns the figures of this one's examples, then the other's.
     *
     * @throws IllegalArgumentException if the other has other dimensions or another training side
     */
    public NumberFigures plus(NumberFigures other) {
        Rule.that(
                dimensions() == other.dimensions(),
                "dimensions must agree",
                "left",
                dimensions(),
                "right",
                other.dimensions());
        Rule.that(
                Arrays.equals(trainingMeans, other.trainingMeans),
                "training sides must agree",
                "left",
                Arrays.toString(trainingMeans),
                "right",
                Arrays.toString(other.trainingMeans));
        NumberFigures sum = new NumberFigures(dimensions(), trainingMeans);
        for (int d = 0; d < dimensions(); d++) {
            for (NumberFigures part : List.of(this, other)) {
                sum.truth[d].addAll(part.truth[d]);
                sum.prediction[d].addAll(part.prediction[d]);
            }
        }
        return sum;
    }

    /** Returns the number of examples. */
    public long count() {
        return truth[0].size();
    }

    /** Returns a copy of a dimension's truths, {@code [n] float32}. */
    public float[] truth(int dimension) {
        return truth[dimension].toFloatArray();
    }

    /** Returns a copy of a dimension's predictions, {@code [n] float32}. */
    public float[] prediction(int dimension) {
        return prediction[dimension].toFloatArray();
    }

    /** Returns the figures of each dimension, D of them. */
    public List<NumberFigure> perDimension() {
        return IntStream.range(0, dimensions())
                .mapToObj(d -> NumberFigure.of(truth(d), prediction(d)))
                .toList();
    }

    /**
     * Returns the means {@code rmse, mae, r2, pearson, spearman} over dimensions, null where undefined, and
     * {@code constantDimensions}.
     */
    public Map<String, Double> figures() {
        List<NumberFigure> all = perDimension();
        Map<String, Double> figures = means(all);
        figures.put("constantDimensions", (double)
                all.stream().filter(d -> d.r2() == null).count());
        return figures;
    }

    /**
     * Returns {@code meanValueRmse, meanValueMae, meanValueR2, meanValuePearson, meanValueSpearman} of predicting the
     * mean of each dimension, on the training side where it is known; averaged as {@link #figures()}.
     */
    public Map<String, Double> baselines() {
        return rules().flat();
    }

    /** Returns rule → its value of one figure, as {@link #baselines()}; empty if no rule has it, or it is undefined. */
    public Map<String, Double> baselines(String figure) {
        return rules().of(figure);
    }

    private Baselines rules() {
        List<NumberFigure> all = new ArrayList<>();
        for (int d = 0; d < dimensions(); d++) {
            float[] column = truth(d);
            Double own = Means.of(column);
            double mean = trainingMeans != null ? trainingMeans[d] : own == null ? 0 : own;
            all.add(NumberFigure.ofConstant(column, mean));
        }
        Baselines baselines = new Baselines();
        means(all).forEach((figure, value) -> baselines.put("meanValue", figure, value));
        return baselines;
    }

    private static Map<String, Double> means(List<NumberFigure> all) {
        Map<String, Double> figures = new LinkedHashMap<>();
        figures.put("rmse", mean(all, NumberFigure::rmse));
        figures.put("mae", mean(all, NumberFigure::mae));
        figures.put("r2", mean(all, NumberFigure::r2));
        figures.put("pearson", mean(all, NumberFigure::pearson));
        figures.put("spearman", mean(all, NumberFigure::spearman));
        return figures;
    }

    private static Double mean(List<NumberFigure> all, Function<NumberFigure, Double> figure) {
        return Means.ofDefined(all.stream().map(figure).toList());
    }

    private void finite(String rule, float... values) {
        Rule.that(values.length == dimensions(), rule, "dimensions", dimensions(), "values", values.length);
        for (int d = 0; d < values.length; d++) {
            Rule.that(Float.isFinite(values[d]), rule, "dimension", d, "value", values[d]);
        }
    }

    private static FloatArrayList[] columns(int dimensions) {
        return IntStream.range(0, dimensions)
                .mapToObj(d -> new FloatArrayList())
                .toArray(FloatArrayList[]::new);
    }
}
