package io.github.performer4j.checkpoint;

import io.github.performer4j.data.Framing;
import io.github.performer4j.data.token.Specials;
import io.github.performer4j.data.token.Tokenizer;
import java.util.Arrays;
import java.util.List;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** Runs the net over token ids: windows, padding and masks; one window at a time, [1,T]. */
final class Inference {
    /** The output [B,T,V] of every performer4j graph. */
    private static final String HEAD = "head";

    /** Lengths are padded to a multiple of this, so that a growing text does not rebuild the net's buffers at every token. */
    private static final int BUCKET = 32;

    private final ComputationGraph net;
    private final Tokenizer tokenizer;
    private final Framing framing;
    private final int window;
    private final String hiddenVertex;

    Inference(ComputationGraph net, ModelInfo info) {
        this.net = net;
        this.tokenizer = info.tokenizer();
        this.framing = info.data().framing();
        this.window = info.window();
        this.hiddenVertex = info.model().hiddenVertex();
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

    /** Hands over the probabilities at all tokens, window by window. */
    void probabilities(int[] ids, Rows rows) {
        windows(HEAD, ids, rows);
    }

    /**
     * Probabilities of the token after the last one, [V]; tokens that only frame text (padding, mask, start, unknown) have 0, the end
     * keeps its own.
     */
    double[] next(int... ids) {
        float[] last = run(HEAD, ids, ids.length - 1)[0];
        double[] next = new double[last.length];
        for (int token = 0; token < last.length; token++) {
            next[token] =
                    tokenizer.special(token) && token != tokenizer.specials().eos() ? 0 : last[token];
        }
        return next;
    }

    /** Returns the number of windows of a sequence, given without its frame. */
    int windows(int... ids) {
        return count(framing.frame(tokenizer, ids).length);
    }

    private int count(int framed) {
        return (framed + window - 1) / window;
    }

    /** Frames the tokens as in training, cuts into the fewest windows of near-equal length, and drops the frame from the result. */
    private void windows(String vertex, int[] ids, Rows rows) {
        int[] framed = framing.frame(tokenizer, ids);
        int windows = count(framed.length);
        int head = framing.head(tokenizer) == Specials.ABSENT ? 0 : 1;
        for (int w = 0; w < windows; w++) {
            int from = (int) ((long) framed.length * w / windows);
            int to = (int) ((long) framed.length * (w + 1) / windows);
            float[][] activation = run(vertex, Arrays.copyOfRange(framed, from, to), 0);
            for (int t = from; t < to; t++) {
                if (t >= head && t - head < ids.length) {
                    rows.row(t - head, activation[t - from]);
                }
            }
        }
    }

    /** Rows first, …, T − 1 of a vertex's activation for one window, [T − first, *]. */
    private float[][] run(String vertex, int[] ids, int first) {
        int padded = Math.min(window, (ids.length + BUCKET - 1) / BUCKET * BUCKET);
        int[] row = Arrays.copyOf(ids, padded);
        Arrays.fill(row, ids.length, padded, tokenizer.pad());
        float[] real = new float[padded];
        Arrays.fill(real, 0, ids.length, 1);
        INDArray tokens = Nd4j.createFromArray(new int[][] {row}).castTo(DataType.FLOAT); // [1,T]
        INDArray mask = Nd4j.createFromArray(new float[][] {real}); // [1,T]
        INDArray activation =
                net.output(List.of(vertex), false, new INDArray[] {tokens}, new INDArray[] {mask})[0]; // [1,T,*]
        net.clearLayerMaskArrays(); // output() leaves them for the next caller to trip over
        return activation
                .get(NDArrayIndex.point(0), NDArrayIndex.interval(first, ids.length), NDArrayIndex.all())
                .toFloatMatrix();
    }
}
