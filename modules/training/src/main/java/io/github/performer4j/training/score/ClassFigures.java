package io.github.performer4j.training.score;

import io.github.performer4j.training.Rule;
import it.unimi.dsi.fastutil.floats.FloatArrayList;
import it.unimi.dsi.fastutil.ints.IntArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * One class per example: accuracy, macro F1, Matthews' correlation (see {@link Confusion}), log loss, area under the
 * curve.
 *
 * <p>The prediction is the most probable class, the first of equals. Log loss is {@code −Σ w ln p(truth) / Σ w} in
 * nats, with p no smaller than {@link #LEAST}: a softmax in float32 can be 0, and an infinite mean says nothing of
 * the other examples. The area for two classes is that of class 1; for more, the mean of each class against the rest,
 * over the classes with both positives and negatives; null if there is none.
 *
 * <p>The area needs all scores: memory is {@code 4·C} bytes an example ({@code C = 2}: 4), and 8 more for labels and
 * weights. Sort and sums are {@code O(n C)}. scikit-learn is the oracle of every figure ({@code ClassFiguresTest}).
 */
public final class ClassFigures {
    /** The least probability that log loss tells from 0: the least normal float32, 1.2e-38, 87.3 nats. */
    public static final float LEAST = Float.MIN_NORMAL;

    private final long[] training;
    private final Confusion confusion;
    private final IntArrayList labels = new IntArrayList();
    private final FloatArrayList weights = new FloatArrayList();
    private final FloatArrayList[] scores;
    private double nats;

    private ClassFigures(Confusion confusion, long[] training) {
        this.confusion = confusion;
        this.training = training;
        int ranked = confusion.classes() == 2 ? 1 : confusion.classes();
        scores = IntStream.range(0, ranked).mapToObj(k -> new FloatArrayList()).toArray(FloatArrayList[]::new);
    }

    /**
     * Figures whose baselines know the evaluated side's own frequencies only.
     *
     * @param classes C
     * @throws IllegalArgumentException if C is less than 2
     */
    public static ClassFigures of(int classes) {
        Rule.that(classes > 1, "classes must be at least 2", "classes", classes);
        return new ClassFigures(new Confusion(classes), null);
    }

    /**
     * Figures whose baselines are the training side's.
     *
     * @param training how often each class is the truth on the training side {@code [C]}
     * @throws IllegalArgumentException if C is less than 2, or a count is negative
     */
    public static ClassFigures withTraining(long... training) {
        Rule.that(training.length > 1, "classes must be at least 2", "classes", training.length);
        return new ClassFigures(new Confusion(training.length), Majority.checked(training));
    }

    /** Adds an example of weight 1, see {@link #add(int, float[], float)}. */
    public void add(int label, float... probabilities) {
        add(label, probabilities, 1);
    }

    /**
     * Adds an example.
     *
     * @param label its class, in [0,C)
     * @param probabilities of the classes {@code [C] float32}, with sum 1
     * @param weight what it counts, not negative
     * @throws IllegalArgumentException if one of these is not so
     */
    public void add(int label, float[] probabilities, float weight) {
        Probabilities.areOfOne(probabilities, confusion.classes());
        confusion.add(label, Probabilities.largest(probabilities), weight);
        nats -= weight * Math.log(Math.max(probabilities[label], LEAST));
        labels.add(label);
        weights.add(weight);
        for (int k = 0; k < scores.length; k++) {
            scores[k].add(probabilities[rankedClass(k)]);
        }
    }

    /**
     * Returns the figures of this one's examples, then the other's.
     *
     * @throws IllegalArgumentException if the other has other classes or another training side
     */
    public ClassFigures plus(ClassFigures other) {
        Rule.that(
                Arrays.equals(training, other.training),
                "training sides must agree",
                "left",
                Arrays.toString(training),
                "right",
                Arrays.toString(other.training));
        ClassFigures sum = new ClassFigures(confusion.plus(other.confusion), training);
        for (ClassFigures part : List.of(this, other)) {
            sum.nats += part.nats;
            sum.labels.addAll(part.labels);
            sum.weights.addAll(part.weights);
            for (int k = 0; k < scores.length; k++) {
                sum.scores[k].addAll(part.scores[k]);
            }
        }
        return sum;
    }

    /** Returns the number of examples, whatever their weights. */
    public long count() {
        return labels.size();
    }

    /** Returns a copy of the confusion matrix. */
    public Confusion confusion() {
        return confusion.plus(new Confusion(confusion.classes()));
    }

    /** Returns {@code accuracy, macroF1, matthews, logLoss, auc}; null where undefined. */
    public Map<String, Double> figures() {
        Map<String, Double> figures = confusion.figures();
        double all = total();
        figures.put("logLoss", all > 0 ? (Double) (nats / all) : null);
        figures.put("auc", area());
        return figures;
    }

    /**
     * Returns {@code majorityAccuracy, majorityMacroF1, majorityMatthews} of the most frequent class, and
     * {@code priorLogLoss, priorAuc} of the classes' frequencies as probabilities; null where undefined. Frequencies
     * are the training side's (each count one more than found) or, without it, the evaluated side's own.
     */
    public Map<String, Double> baselines() {
        return rules().flat();
    }

    /** Returns rule → its value of one figure, as {@link #baselines()}; empty if no rule has it, or it is undefined. */
    public Map<String, Double> baselines(String figure) {
        return rules().of(figure);
    }

    private Baselines rules() {
        double[] prior = Majority.frequencies(confusion, training);
        double sum = Arrays.stream(prior).sum();
        double priorNats = 0;
        int seen = 0;
        List<ClassFigure> perClass = confusion.perClass();
        for (int k = 0; k < prior.length; k++) {
            double support = perClass.get(k).support();
            priorNats -= support > 0 ? support * Math.log(prior[k] / sum) : 0;
            seen += support > 0 ? 1 : 0;
        }
        return Majority.baselines(confusion, training)
                .put("prior", "logLoss", seen > 0 ? (Double) (priorNats / total()) : null)
                .put("prior", "auc", seen > 1 ? (Double) 0.5 : null);
    }

    private Double area() {
        float[] ofExamples = weights.toFloatArray();
        double sum = 0;
        int defined = 0;
        for (int k = 0; k < scores.length; k++) {
            int positive = rankedClass(k);
            Double area = Ranking.area(scores[k].toFloatArray(), i -> labels.getInt(i) == positive, ofExamples);
            if (area != null) {
                sum += area;
                defined++;
            }
        }
        return defined > 0 ? sum / defined : null;
    }

    private int rankedClass(int k) {
        return scores.length == 1 ? 1 : k;
    }

    private double total() {
        return confusion.perClass().stream().mapToDouble(ClassFigure::support).sum();
    }
}
