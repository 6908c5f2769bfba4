package io.github.performer4j.training.task;

import io.github.performer4j.data.rows.Batch;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Predictions of documents from those of their windows: the mean of the windows' outputs [C], weighted by their tokens.
 */
final class Pooled {
    private final TreeMap<Long, Sum> documents = new TreeMap<>();

    /**
     * A window's prediction.
     *
     * @param document its number
     * @param tokens of the window
     * @param ids label ids of the document; null if it has numbers
     * @param numbers numbers of the document; null if it has ids
     * @param output of the head [C]
     * @param bag what {@link NodeBag} says of a graph; null where there is none
     */
    record Window(long document, int tokens, int[] ids, float[] numbers, float[] output, float[] bag)
            implements Serializable {}

    /** What is known of a document. */
    private static final class Sum {
        private final Window first;
        private final double[] output;
        private long tokens;

        Sum(Window first) {
            this.first = first;
            this.output = new double[first.output().length];
        }
    }

    /**
     * Returns the windows of a batch.
     *
     * @param bag weights of {@link NodeBag}; null where there are none
     */
    static List<Window> windows(INDArray output, Batch batch, List<List<Double>> bag) {
        float[][] said = bag == null ? null : NodeBag.predict(batch, bag);
        float[][] rows = output.toFloatMatrix();
        boolean[] real = batch.label().mask();
        int width = batch.label().size(1);
        List<Window> windows = new ArrayList<>();
        for (int r = 0; r < batch.size(); r++) {
            if (real[r]) {
                int[] ids = batch.label().ids() == null
                        ? null
                        : new int[] {batch.label().ids()[r * width]};
                float[] numbers = batch.label().floats() == null
                        ? null
                        : java.util.Arrays.copyOfRange(batch.label().floats(), r * width, (r + 1) * width);
                windows.add(new Window(
                        Documents.document(batch, r),
                        Documents.tokens(batch, r),
                        ids,
                        numbers,
                        rows[r],
                        said == null ? null : said[r]));
            }
        }
        return windows;
    }

    void add(List<Window> windows) {
        for (Window window : windows) {
            Sum sum = documents.computeIfAbsent(window.document(), number -> new Sum(window));
            sum.tokens += window.tokens();
            for (int c = 0; c < sum.output.length; c++) {
                sum.output[c] += (double) window.tokens() * window.output()[c];
            }
        }
    }

    /** Returns whether nothing was added. */
    boolean isEmpty() {
        return documents.isEmpty();
    }

    /** Hands over each document's first window, for its label, and its mean output, in the order of the documents. */
    void each(BiConsumer<Window, float[]> consumer) {
        for (Sum sum : documents.values()) {
            float[] mean = new float[sum.output.length];
            for (int c = 0; c < mean.length; c++) {
                mean[c] = (float) (sum.output[c] / sum.tokens);
            }
            consumer.accept(sum.first, mean);
        }
    }

    /** Returns whether all outputs are numbers; a net that has diverged has none to measure. */
    boolean finite() {
        return documents.values().stream()
                .allMatch(sum -> java.util.Arrays.stream(sum.output).allMatch(Double::isFinite));
    }
}
