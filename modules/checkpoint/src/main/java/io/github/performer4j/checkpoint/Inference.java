package io.github.performer4j.checkpoint;

import io.github.performer4j.core.task.HeadPlace;
import io.github.performer4j.data.graph.GraphInput;
import io.github.performer4j.data.token.Tokenizer;
import java.util.List;
import java.util.function.Function;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** Runs the net over the tokens of one sequence: windows, padding and masks; one window at a time, [1,T]. */
final class Inference {
    /**
     * Lengths are padded to a multiple of this, so that a growing text does not rebuild the net's buffers at every
     * token.
     */
    private static final int BUCKET = 32;
    /** Rows that are copied at once. */
    private static final int BLOCK = 1024;

    private final PaddedNet net;
    private final Tokenizer tokenizer;
    private final ModelRows rows;
    private final int window;
    private final String hiddenVertex;
    private final boolean causal;

    /**
     * Makes it.
     *
     * @param window most positions that are seen at once
     */
    Inference(PaddedNet net, ModelInfo info, int window) {
        this.net = net;
        this.tokenizer = info.tokenizer();
        this.rows = ModelRows.of(info);
        this.window = window;
        this.hiddenVertex = info.model().hiddenVertex();
        this.causal = info.model().attention().causal();
    }

    /** Takes one row of an activation. */
    @FunctionalInterface
    interface Rows {
        /**
         * Takes the row of token t.
         *
         * @param t index of the token in the sequence, from 0, ascending
         * @param row [E] hidden state or [V] probabilities
         */
        void row(int t, float[] row);
    }

    /** Hands over the hidden states of all tokens, window by window. */
    void hidden(int[] ids, Rows rows) {
        windows(hiddenVertex, ids, rows);
    }

    /** Returns the hidden states of all nodes of a graph, [N,E]; it is seen whole. */
    float[][] nodes(GraphInput graph) {
        int padded = (graph.nodes() + BUCKET - 1) / BUCKET * BUCKET;
        return net.run(hiddenVertex, List.of(graph), padded, activation -> rows(activation, 0, graph.nodes()));
    }

    /** Hands over the probabilities at all tokens, window by window. */
    void probabilities(int[] ids, Rows rows) {
        windows(HeadPlace.OUTPUT, ids, rows);
    }

    /**
     * Probabilities of the token after the last one, [V]; tokens that only frame text (padding, mask, start, unknown)
     * have 0, the end
     * keeps its own.
     */
    double[] next(int... ids) {
        float[] last = run(HeadPlace.OUTPUT, ids, ids.length - 1)[0];
        double[] next = new double[last.length];
        for (int token = 0; token < last.length; token++) {
            next[token] =
                    tokenizer.special(token) && token != tokenizer.specials().eos() ? 0 : last[token];
        }
        return next;
    }

    /** Returns the number of windows of a sequence, given without its frame. */
    int windows(int... ids) {
        return rows.windows(ids, window);
    }

    /** Returns the number of tokens, or of patches, of a sequence. */
    int positions(int... ids) {
        return rows.positions(ids);
    }

    /** Returns how much attention each token receives. */
    Explanation explain(int... ids) {
        int[] framed = rows.framed(ids);
        Explanation.Parts parts = new Explanation.Parts(rows.positions(ids), causal);
        for (Windows.Window w : Windows.of(rows.positions(framed), window)) {
            parts.add(net.masses(rows.window(framed, w)), w.from() - rows.head());
        }
        return parts.whole();
    }

    /** Frames the tokens as in training, cuts into windows, and drops the frame from the result. */
    private void windows(String vertex, int[] ids, Rows sink) {
        int[] framed = rows.framed(ids);
        int head = rows.head();
        int length = rows.positions(ids);
        for (Windows.Window w : Windows.of(rows.positions(framed), window)) {
            run(vertex, rows.window(framed, w), activation -> {
                for (int from = w.from(); from < w.to(); from += BLOCK) {
                    int to = Math.min(w.to(), from + BLOCK);
                    float[][] block = rows(activation, from - w.from(), to - w.from());
                    for (int t = Math.max(from, head); t < Math.min(to, head + length); t++) {
                        sink.row(t - head, block[t - from]);
                    }
                }
                return null;
            });
        }
    }

    /** Rows first, …, T − 1 of a vertex's activation for one window, [T − first, *]. */
    private float[][] run(String vertex, int[] ids, int first) {
        return run(vertex, ids, activation -> rows(activation, first, rows.positions(ids)));
    }

    /** Runs one window. */
    private <R> R run(String vertex, int[] ids, Function<INDArray, R> reader) {
        int padded = Math.min(window, (rows.positions(ids) + BUCKET - 1) / BUCKET * BUCKET);
        return net.run(vertex, new int[][] {ids}, padded, reader);
    }

    private static float[][] rows(INDArray activation, int from, int to) {
        return activation
                .get(NDArrayIndex.point(0), NDArrayIndex.interval(from, to), NDArrayIndex.all())
                .toFloatMatrix();
    }
}
