package io.github.performer4j.checkpoint;

import io.github.performer4j.core.task.HeadPlace;
import io.github.performer4j.data.graph.GraphInput;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * What the head, or another vertex, says of many inputs, computed in few batches: all windows of all inputs, those of like length together.
 *
 * <p>A row is padded to one of few lengths by its own length alone, so that its result does not depend on the rows
 * beside it but for the rounding of sums. A batch has 2^k rows, and no
 * more tokens than a batch of training.
 */
final class WindowBatches {
    /** Shortest padded length. */
    private static final int SHORTEST = 32;
    /** Longer rows are padded to multiples of it: to a power of 2 they would take up to half as much time again. */
    private static final int STEP = 2048;
    /** Tokens whose rows are handed out at once. */
    private static final int BLOCK = 1024;

    private final PaddedNet net;
    private final String vertex;
    private final ModelRows rows;
    private final int window;
    private final int tokensPerBatch;

    /** Asks the head. */
    WindowBatches(PaddedNet net, ModelInfo info) {
        this(net, info, HeadPlace.OUTPUT, info.window());
    }

    /**
     * Asks the head.
     *
     * @param window most tokens that are seen at once
     */
    WindowBatches(PaddedNet net, ModelInfo info, int window) {
        this(net, info, HeadPlace.OUTPUT, window);
    }

    /**
     * Asks another vertex.
     *
     * @param vertex whose activation is wanted
     * @param window most tokens that are seen at once
     */
    WindowBatches(PaddedNet net, ModelInfo info, String vertex, int window) {
        this.net = net;
        this.vertex = vertex;
        this.rows = ModelRows.of(info);
        this.window = info.data().graph().given() ? Integer.MAX_VALUE : window; // a graph is seen whole
        this.tokensPerBatch = info.data().tokensPerBatch();
    }

    /** Takes the result of one window. */
    @FunctionalInterface
    interface Sink {
        /**
         * Takes it; calls for different windows come in no order to rely on.
         *
         * @param place where the window lies
         * @param values [C], or [T,C] row by row, frame and padding included
         */
        void window(Place place, double[] values);
    }

    /**
     * A window of an input.
     *
     * @param input number of the input
     * @param index number of the window in the input
     * @param from number in the input of the token in its first row; −1 where that is the frame's
     * @param tokens its tokens, the frame's included
     */
    record Place(int input, int index, int from, int tokens) {}

    private record Row(Place place, GraphInput graph, int... ids) {}

    /** Returns the number of windows of an input; a graph is seen whole. */
    int windows(ModelInput input) {
        return input.graph() != null ? 1 : rows.windows(input.ids(), window);
    }

    /** Returns the number of tokens, patches or nodes of an input, its frame left out. */
    int positions(ModelInput input) {
        return input.graph() != null ? input.length() : rows.positions(input.ids());
    }

    /** Takes the row of one token. */
    @FunctionalInterface
    interface RowSink {
        /**
         * Takes it; calls for different tokens come in no order to rely on.
         *
         * @param input number of the input
         * @param token number in the input
         * @param row [C]
         */
        void row(int input, int token, float... row);
    }

    /** Says whether the row of a token is wanted. */
    @FunctionalInterface
    interface Wanted {
        boolean of(int input, int token);
    }

    /** Runs all windows of all inputs, each of which has a token. */
    void run(List<ModelInput> inputs, Sink sink) {
        each(inputs, (length, batch) -> run(length, batch, sink));
    }

    /** Takes rows of one window. */
    @FunctionalInterface
    interface BlockSink {
        /**
         * Takes them; blocks of a window come in order.
         *
         * @param place where the window lies
         * @param from number in the window of the first token, the frame's included
         * @param values [n,C], row by row
         */
        void rows(Place place, int from, double... values);
    }

    /** Runs all windows of all inputs, and hands out the rows of their tokens, padding left out, in blocks, so that no more is copied at once. */
    void blocks(List<ModelInput> inputs, BlockSink sink) {
        each(inputs, (length, batch) -> {
            run(length, batch, activation -> {
                for (int b = 0; b < batch.size(); b++) {
                    Place place = batch.get(b).place();
                    for (int from = 0; from < place.tokens(); from += BLOCK) {
                        int to = Math.min(place.tokens(), from + BLOCK);
                        INDArray rows = activation.get(NDArrayIndex.point(b), NDArrayIndex.interval(from, to));
                        sink.rows(
                                place,
                                from,
                                rows.castTo(DataType.DOUBLE).dup('c').ravel().toDoubleVector());
                    }
                }
                return null;
            });
        });
    }

    /** Returns the number of the window of each token of an input. */
    int[] windowOf(ModelInput input) {
        int[] all = new int[input.ids().length];
        for (Row row : rows(0, input)) {
            Place place = row.place();
            int end = Math.min(all.length, place.from() + place.tokens());
            if (place.from() < end) {
                Arrays.fill(all, Math.max(0, place.from()), end, place.index());
            }
        }
        return all;
    }

    /** Runs the windows in which a token is wanted, and hands out the rows of these tokens only, so that no more than these are copied. */
    void rows(List<ModelInput> inputs, Wanted wanted, RowSink sink) {
        Predicate<Place> some = place -> IntStream.range(
                        Math.max(0, place.from()),
                        Math.min(inputs.get(place.input()).ids().length, place.from() + place.tokens()))
                .anyMatch(token -> wanted.of(place.input(), token));
        each(inputs, some, (length, batch) -> {
            int[][] ids = batch.stream().map(Row::ids).toArray(int[][]::new);
            net.run(vertex, ids, length, activation -> {
                for (int b = 0; b < ids.length; b++) {
                    Place place = batch.get(b).place();
                    for (int t = 0; t < place.tokens(); t++) {
                        int token = place.from() + t;
                        boolean own =
                                token >= 0 && token < inputs.get(place.input()).ids().length; // else the frame's
                        if (own && wanted.of(place.input(), token)) {
                            INDArray row = activation.get(NDArrayIndex.point(b), NDArrayIndex.point(t));
                            sink.row(place.input(), token, row.toFloatVector());
                        }
                    }
                }
                return null;
            });
        });
    }

    /** Windows of all inputs in batches of like length. */
    private void each(List<ModelInput> inputs, BiConsumer<Integer, List<Row>> use) {
        each(inputs, place -> true, use);
    }

    private void each(List<ModelInput> inputs, Predicate<Place> some, BiConsumer<Integer, List<Row>> use) {
        Map<Integer, List<Row>> byLength = new TreeMap<>();
        for (int i = 0; i < inputs.size(); i++) {
            for (Row row : rows(i, inputs.get(i))) {
                if (some.test(row.place())) {
                    byLength.computeIfAbsent(padded(row.place().tokens()), length -> new ArrayList<>())
                            .add(row);
                }
            }
        }
        byLength.forEach((length, alike) -> {
            int most = Integer.highestOneBit(Math.max(1, tokensPerBatch / length));
            for (int from = 0; from < alike.size(); ) {
                int size = Math.min(most, Integer.highestOneBit(alike.size() - from));
                use.accept(length, alike.subList(from, from + size));
                from += size;
            }
        });
    }

    private List<Row> rows(int number, ModelInput input) {
        if (input.graph() != null) {
            return List.of(new Row(new Place(number, 0, 0, input.length()), input.graph()));
        }
        int[] framed = rows.framed(input.ids());
        List<Row> cut = new ArrayList<>();
        for (Windows.Window w : Windows.of(rows.positions(framed), window)) {
            Place place = new Place(number, cut.size(), w.from() - rows.head(), w.to() - w.from());
            cut.add(new Row(place, null, rows.window(framed, w)));
        }
        return cut;
    }

    /** Returns the least of 32, 48, 64, 96, 128, 192, …, 2048, 4096, 6144, … that holds so many tokens, or the window. */
    private int padded(int tokens) {
        if (tokens > STEP) {
            return (int) Math.min(window, (tokens + STEP - 1L) / STEP * STEP);
        }
        int power = SHORTEST;
        while (power < tokens && power < window) {
            power *= 2;
        }
        int between = power / 4 * 3;
        return Math.min(window, power > SHORTEST && tokens <= between ? between : power);
    }

    private void run(int length, List<Row> batch, Sink sink) {
        Function<INDArray, double[]> copy = activation ->
                activation.castTo(DataType.DOUBLE).dup('c').ravel().toDoubleVector();
        double[] all = run(length, batch, copy);
        int each = all.length / batch.size();
        for (int b = 0; b < batch.size(); b++) {
            sink.window(batch.get(b).place(), Arrays.copyOfRange(all, b * each, (b + 1) * each));
        }
    }

    private <R> R run(int length, List<Row> batch, Function<INDArray, R> reader) {
        return batch.get(0).graph() != null
                ? net.run(vertex, batch.stream().map(Row::graph).toList(), length, reader)
                : net.run(vertex, batch.stream().map(Row::ids).toArray(int[][]::new), length, reader);
    }
}
