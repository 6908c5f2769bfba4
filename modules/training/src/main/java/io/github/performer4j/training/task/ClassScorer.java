package io.github.performer4j.training.task;

import io.github.performer4j.core.task.Classification;
import io.github.performer4j.training.score.ClassFigures;
import io.github.performer4j.training.score.ConfusionPicture;
import io.github.performer4j.training.score.MultiLabelFigures;
import io.github.performer4j.training.score.Probabilities;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Figures of classifiers, over documents: {@link ClassFigures} of one label with accuracy as the primary figure, {@link MultiLabelFigures} of label sets with micro F1.
 */
final class ClassScorer extends DocumentScorer {
    private final Classification task;

    ClassScorer(Classification task) {
        super(task.multiLabel() ? "microF1" : "accuracy", true, task.bag());
        this.task = task;
    }

    @Override
    Measured measure(Pooled documents) {
        return task.multiLabel() ? sets(documents) : classes(documents);
    }

    private Measured classes(Pooled documents) {
        ClassFigures figures = ClassFigures.of(task.labels().size());
        documents.each((window, output) -> figures.add(window.ids()[0], normalised(output)));
        byte[] confusion = ConfusionPicture.png(figures.confusion(), task.labels(), ConfusionPicture.Numbers.COUNTS);
        return new Measured(
                ordered(figures.figures()),
                withBag(figures.baselines(primary()), () -> accuracyOfBag(documents)),
                figures.count(),
                Map.of("confusion.png", confusion));
    }

    private static double accuracyOfBag(Pooled documents) {
        double[] counts = new double[2];
        documents.each((window, output) -> {
            counts[0] += Probabilities.largest(window.bag()) == window.ids()[0] ? 1 : 0;
            counts[1]++;
        });
        return counts[0] / counts[1];
    }

    /** Rounding of float32 sums, and no more, is taken off. */
    private static float[] normalised(float[] p) {
        double sum = 0;
        for (float value : p) {
            sum += value;
        }
        float[] q = new float[p.length];
        for (int c = 0; c < p.length; c++) {
            q[c] = (float) (p[c] / sum);
        }
        return q;
    }

    private Measured sets(Pooled documents) {
        int labels = task.labels().size();
        MultiLabelFigures figures = MultiLabelFigures.of(labels);
        documents.each((window, output) -> {
            boolean[] truth = new boolean[labels];
            for (int c = 0; c < labels; c++) {
                truth[c] = window.numbers()[c] > 0;
            }
            figures.add(truth, output);
        });
        return new Measured(ordered(figures.figures()), figures.baselines(primary()), figures.count(), Map.of());
    }

    /** The logarithmic loss is called the loss, as everywhere. */
    private static Map<String, Double> ordered(Map<String, Double> figures) {
        Map<String, Double> named = new LinkedHashMap<>();
        figures.forEach((name, value) -> named.put(name.equals("logLoss") ? "loss" : name, value));
        return named;
    }
}
