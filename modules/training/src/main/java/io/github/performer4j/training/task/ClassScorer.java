package io.github.performer4j.training.task;

import io.github.performer4j.core.task.Classification;
import io.github.performer4j.data.Batch;
import io.github.performer4j.training.score.ClassFigures;
import io.github.performer4j.training.score.ConfusionPicture;
import io.github.performer4j.training.score.MultiLabelFigures;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Figures of classifiers, over documents: {@link ClassFigures} of one label with accuracy as the primary figure, {@link MultiLabelFigures} of label sets with micro F1.
 */
final class ClassScorer implements Scorer<List<Pooled.Window>> {
    private final Classification task;
    private final Pooled pooled = new Pooled();
    private Map<String, byte[]> pictures = Map.of();

    ClassScorer(Classification task) {
        this.task = task;
    }

    @Override
    public List<Pooled.Window> part(INDArray output, Batch batch) {
        return Pooled.windows(output, batch);
    }

    @Override
    public void add(List<Pooled.Window> part) {
        pooled.add(part);
    }

    @Override
    public Evaluation evaluation() {
        if (pooled.isEmpty()) {
            throw new IllegalArgumentException("the evaluation data must have a labelled example; examples=0");
        }
        String primary = task.multiLabel() ? "microF1" : "accuracy";
        if (!pooled.finite()) {
            return new Evaluation(primary, true, Map.of(primary, Double.NaN), Map.of(), 0);
        }
        return task.multiLabel() ? sets(primary) : classes(primary);
    }

    private Evaluation classes(String primary) {
        ClassFigures figures = ClassFigures.of(task.labels().size());
        pooled.each((window, output) -> figures.add(window.ids()[0], normalised(output)));
        pictures = Map.of(
                "confusion.png",
                ConfusionPicture.png(figures.confusion(), task.labels(), ConfusionPicture.Numbers.COUNTS));
        return new Evaluation(primary, true, ordered(figures.figures()), figures.baselines(primary), figures.count());
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

    private Evaluation sets(String primary) {
        int labels = task.labels().size();
        MultiLabelFigures figures = MultiLabelFigures.of(labels);
        pooled.each((window, output) -> {
            boolean[] truth = new boolean[labels];
            for (int c = 0; c < labels; c++) {
                truth[c] = window.numbers()[c] > 0;
            }
            figures.add(truth, output);
        });
        return new Evaluation(primary, true, ordered(figures.figures()), figures.baselines(primary), figures.count());
    }

    /** The logarithmic loss is called the loss, as everywhere. */
    private static Map<String, Double> ordered(Map<String, Double> figures) {
        Map<String, Double> named = new LinkedHashMap<>();
        figures.forEach((name, value) -> named.put(name.equals("logLoss") ? "loss" : name, value));
        return named;
    }

    @Override
    public Map<String, byte[]> pictures() {
        return pictures;
    }
}
