package io.github.performer4j.training.score;

import io.github.performer4j.training.Rule;
import it.unimi.dsi.fastutil.booleans.BooleanArrayList;
import it.unimi.dsi.fastutil.floats.FloatArrayList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * A set of labels per example: F1, subset accuracy, average precision, area under the curve, log loss.
 *
 * <p>A label is predicted if its probability is at least the threshold. With true positives tp, support t and
 * predicted p of a label:
 *
 * <pre>
 * micro F1         2 Σ tp / (Σ t + Σ p)
 * macro F1         mean of 2 tp / (t + p) over all C labels, 0/0 = 0 (scikit-learn: every label counts)
 * subset accuracy  share of the examples whose whole set is right
 * mean average precision, macro area   means over the labels for which they are defined, see below
 * log loss         mean of −ln p(truth) over examples and labels, nats per decision
 * </pre>
 *
 * <p>Average precision is defined for labels that occur, the area for labels that occur and are missing; scikit-learn
 * counts the former as 0 where it is not defined, which says more of the sample than of the model. Probabilities of
 * the truth count as at least {@link ClassFigures#LEAST}. Nd4j's {@code EvaluationBinary} has none of the means over
 * labels. Memory is {@code 5·C} bytes an example.
 */
public final class MultiLabelFigures {
    private final int classes;
    private final float threshold;
    private final FloatArrayList[] scores;
    private final BooleanArrayList[] truth;
    private long count;
    private long wholeSets;
    private double nats;

    private MultiLabelFigures(int classes, float threshold) {
        this.classes = classes;
        this.threshold = threshold;
        scores = IntStream.range(0, classes).mapToObj(k -> new FloatArrayList()).toArray(FloatArrayList[]::new);
        truth = IntStream.range(0, classes)
                .mapToObj(k -> new BooleanArrayList())
                .toArray(BooleanArrayList[]::new);
    }

    /** Figures with the threshold 0.5, see {@link #of(int, float)}. */
    public static MultiLabelFigures of(int classes) {
        return of(classes, 0.5f);
    }

    /**
     * Figures of no example yet.
     *
     * @param classes C, the number of labels
     * @param threshold the least probability at which a label is predicted, in (0,1]
     * @throws IllegalArgumentException if one of these is not so
     */
    public static MultiLabelFigures of(int classes, float threshold) {
        Rule.that(classes > 0, "classes must be positive", "classes", classes);
        Rule.that(threshold > 0 && threshold <= 1, "threshold must be in (0,1]", "threshold", threshold);
        return new MultiLabelFigures(classes, threshold);
    }

    /**
     * Adds an example.
     *
     * @param labels which labels it has {@code [C]}
     * @param probabilities of each label {@code [C] float32}
     * @throws IllegalArgumentException if there are not C of them, or a probability is not in [0,1]
     */
    public void add(boolean[] labels, float... probabilities) {
        Rule.that(
                labels.length == classes,
                "there must be a truth for each class",
                "classes",
                classes,
                "truths",
                labels.length);
        Probabilities.areOfEach(probabilities, classes);
        boolean whole = true;
        for (int k = 0; k < classes; k++) {
            double right = labels[k] ? probabilities[k] : 1.0 - probabilities[k];
            nats -= Math.log(Math.max(right, ClassFigures.LEAST));
            whole &= labels[k] == (probabilities[k] >= threshold);
            scores[k].add(probabilities[k]);
            truth[k].add(labels[k]);
        }
        wholeSets += whole ? 1 : 0;
        count++;
    }

    /**
     * Returns the figures of this one's examples, then the other's.
     *
     * @throws IllegalArgumentException if the other has other classes or another threshold
     */
    public MultiLabelFigures plus(MultiLabelFigures other) {
        Rule.that(classes == other.classes, "classes must agree", "left", classes, "right", other.classes);
        Rule.that(threshold == other.threshold, "thresholds must agree", "left", threshold, "right", other.threshold);
        MultiLabelFigures sum = new MultiLabelFigures(classes, threshold);
        for (MultiLabelFigures part : List.of(this, other)) {
            sum.count += part.count;
            sum.wholeSets += part.wholeSets;
            sum.nats += part.nats;
            for (int k = 0; k < classes; k++) {
                sum.scores[k].addAll(part.scores[k]);
                sum.truth[k].addAll(part.truth[k]);
            }
        }
        return sum;
    }

    /** Returns the number of examples. */
    public long count() {
        return count;
    }

    /** Returns precision, recall and F1 of each label, C of them. */
    public List<ClassFigure> perClass() {
        return IntStream.range(0, classes)
                .mapToObj(this::counts)
                .map(n -> ClassFigure.of(n[0], n[1], n[2]))
                .toList();
    }

    /**
     * Returns {@code microF1, macroF1, subsetAccuracy, meanAveragePrecision, macroAuc, logLoss}; null where undefined.
     */
    public Map<String, Double> figures() {
        Map<String, Double> figures = new LinkedHashMap<>();
        long[] all = new long[3];
        double macro = 0;
        for (int k = 0; k < classes; k++) {
            long[] ofLabel = counts(k);
            Arrays.setAll(all, i -> all[i] + ofLabel[i]);
            macro += ClassFigure.of(ofLabel[0], ofLabel[1], ofLabel[2]).f1() / classes;
        }
        figures.put("microF1", ifCounted(ClassFigure.of(all[0], all[1], all[2]).f1()));
        figures.put("macroF1", ifCounted(macro));
        figures.put("subsetAccuracy", ifCounted((double) wholeSets / count));
        List<Double> precisions = new ArrayList<>();
        List<Double> areas = new ArrayList<>();
        for (int k = 0; k < classes; k++) {
            float[] ofLabel = scores[k].toFloatArray();
            precisions.add(Ranking.averagePrecision(ofLabel, truth[k]::getBoolean));
            areas.add(Ranking.area(ofLabel, truth[k]::getBoolean, null));
        }
        figures.put("meanAveragePrecision", Means.ofDefined(precisions));
        figures.put("macroAuc", Means.ofDefined(areas));
        figures.put("logLoss", ifCounted(nats / count / classes));
        return figures;
    }

    /**
     * Returns what is reached without looking at the input, by the evaluated side's own frequencies:
     * {@code everyLabelMicroF1, everyLabelMacroF1} (all labels are predicted for all examples), and
     * {@code priorMeanAveragePrecision, priorMacroAuc, priorLogLoss} (each label's frequency is its probability);
     * null where undefined.
     */
    public Map<String, Double> baselines() {
        return LabelPriors.baselines(perClass(), count).flat();
    }

    /** Returns rule → its value of one figure, as {@link #baselines()}; empty if no rule has it, or it is undefined. */
    public Map<String, Double> baselines(String figure) {
        return LabelPriors.baselines(perClass(), count).of(figure);
    }

    /** Returns how often a label is rightly predicted, true, predicted. */
    private long[] counts(int k) {
        long[] counts = new long[3];
        for (int i = 0; i < count; i++) {
            boolean predicted = scores[k].getFloat(i) >= threshold;
            counts[0] += predicted && truth[k].getBoolean(i) ? 1 : 0;
            counts[1] += truth[k].getBoolean(i) ? 1 : 0;
            counts[2] += predicted ? 1 : 0;
        }
        return counts;
    }

    private Double ifCounted(double figure) {
        return count > 0 ? figure : null;
    }
}
