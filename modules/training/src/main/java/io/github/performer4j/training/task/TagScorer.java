package io.github.performer4j.training.task;

import io.github.performer4j.core.task.Tagging;
import io.github.performer4j.data.rows.Batch;
import io.github.performer4j.training.score.ConfusionPicture;
import io.github.performer4j.training.score.TagFigures;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Figures of taggers: {@link TagFigures} over tokens, and over entities where the labels spell them. The primary figure is the F1 of entities, or where there are none the accuracy.
 *
 * <p>The windows of a document are put together first, so that an entity may reach over their ends.
 */
final class TagScorer implements Scorer<List<TagScorer.Window>> {
    private final Tagging task;
    private final TreeMap<Long, TreeMap<Long, Window>> documents = new TreeMap<>();
    private boolean finite = true;
    private Map<String, byte[]> pictures = Map.of();

    TagScorer(Tagging task) {
        this.task = task;
    }

    /**
     * A window's labelled tokens.
     *
     * @param document its number
     * @param place of the window in it
     * @param truth labels
     * @param predicted most probable ones
     * @param finite whether all outputs are numbers
     */
    record Window(long document, long place, int[] truth, int[] predicted, boolean finite) implements Serializable {}

    @Override
    public List<Window> part(INDArray output, Batch batch) {
        int labels = task.labels().size();
        int length = batch.length();
        float[] p = output.dup('c').data().asFloat();
        int[] ids = batch.label().ids();
        List<Window> windows = new ArrayList<>();
        for (int r = 0; r < batch.size(); r++) {
            List<Integer> truth = new ArrayList<>();
            List<Integer> predicted = new ArrayList<>();
            boolean numbers = true;
            for (int i = r * length; i < (r + 1) * length; i++) {
                if (ids[i] != Batch.IGNORED) {
                    truth.add(ids[i]);
                    predicted.add(best(p, i * labels, labels));
                    numbers &= Float.isFinite(p[i * labels]);
                }
            }
            if (!truth.isEmpty()) {
                windows.add(new Window(
                        Documents.document(batch, r),
                        Documents.place(batch, r),
                        ints(truth),
                        ints(predicted),
                        numbers));
            }
        }
        return windows;
    }

    private static int[] ints(List<Integer> values) {
        return values.stream().mapToInt(v -> v).toArray();
    }

    private static int best(float[] p, int from, int count) {
        int best = 0;
        for (int c = 1; c < count; c++) {
            best = p[from + c] > p[from + best] ? c : best;
        }
        return best;
    }

    @Override
    public void add(List<Window> part) {
        for (Window window : part) {
            finite &= window.finite();
            documents.computeIfAbsent(window.document(), d -> new TreeMap<>()).put(window.place(), window);
        }
    }

    @Override
    public Evaluation evaluation() {
        if (documents.isEmpty()) {
            throw new IllegalArgumentException("the evaluation data must have a labelled token; tokens=0");
        }
        TagFigures figures = figures();
        if (!finite) {
            return new Evaluation("accuracy", true, Map.of("accuracy", Double.NaN), Map.of(), 0);
        }
        for (TreeMap<Long, Window> windows : documents.values()) {
            int[] truth = windows.values().stream()
                    .flatMapToInt(w -> java.util.Arrays.stream(w.truth()))
                    .toArray();
            int[] predicted = windows.values().stream()
                    .flatMapToInt(w -> java.util.Arrays.stream(w.predicted()))
                    .toArray();
            figures.add(truth, predicted);
        }
        pictures = Map.of(
                "confusion.png",
                ConfusionPicture.png(figures.confusion(), task.labels(), ConfusionPicture.Numbers.ROW_PERCENT));
        String primary = figures.figures().get("entityF1") == null ? "accuracy" : "entityF1";
        return new Evaluation(primary, true, figures.figures(), figures.baselines(primary), figures.count());
    }

    /** Labels of which some have prefixes and others are no O spell no entities. */
    private TagFigures figures() {
        try {
            return TagFigures.of(task.labels());
        } catch (IllegalArgumentException e) {
            return TagFigures.ofTokens(task.labels());
        }
    }

    @Override
    public Map<String, byte[]> pictures() {
        return pictures;
    }
}
