package io.github.performer4j.training.score;

import java.util.ArrayList;
import java.util.List;

/**
 * What label sets give without a look at the input. A label that is true for t of n examples, C labels:
 *
 * <pre>
 * every label is predicted      micro F1 2 Σ t / (Σ t + n C), macro F1 mean of 2 t / (t + n)
 * its frequency f = t / n is    average precision f, area ½, log loss −f ln f − (1 − f) ln (1 − f)
 * its probability
 * </pre>
 */
final class LabelPriors {
    private LabelPriors() {}

    /**
     * Returns the rules {@code everyLabel} and {@code prior}; values are null where undefined.
     *
     * @param perClass of the evaluated side {@code [C]}
     * @param count n
     */
    static Baselines baselines(List<ClassFigure> perClass, long count) {
        double supports = 0;
        List<Double> everyLabel = new ArrayList<>();
        List<Double> precisions = new ArrayList<>();
        List<Double> areas = new ArrayList<>();
        List<Double> nats = new ArrayList<>();
        for (ClassFigure label : perClass) {
            double support = label.support();
            double frequency = support / count;
            supports += support;
            everyLabel.add(count > 0 ? (Double) (2 * support / (support + count)) : null);
            precisions.add(support > 0 ? (Double) frequency : null);
            areas.add(support > 0 && support < count ? (Double) 0.5 : null);
            nats.add(count > 0 ? (Double) (surprise(frequency) + surprise(1 - frequency)) : null);
        }
        double all = supports + (double) count * perClass.size();
        return new Baselines()
                .put("everyLabel", "microF1", count > 0 ? (Double) (2 * supports / all) : null)
                .put("everyLabel", "macroF1", Means.ofDefined(everyLabel))
                .put("prior", "meanAveragePrecision", Means.ofDefined(precisions))
                .put("prior", "macroAuc", Means.ofDefined(areas))
                .put("prior", "logLoss", Means.ofDefined(nats));
    }

    private static double surprise(double frequency) {
        return frequency > 0 ? -frequency * Math.log(frequency) : 0;
    }
}
