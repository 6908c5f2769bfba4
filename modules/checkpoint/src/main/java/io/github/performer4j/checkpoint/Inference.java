package io.github.performer4j.checkpoint;

import io.github.performer4j.data.Tokenizer;
import java.util.Arrays;
import java.util.List;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** Runs the net over token ids: windows, padding and masks; one window at a time, [1,T]. */
final class Inference {
    /** Activation [B,T,E] of the last LayerNorm, and the output [B,T,V]: the names every performer4j graph gives them. */
    private static final String HIDDEN = "final-norm";

    private static final String HEAD = "head";

    /** Lengths are padded to a multiple of this, so that a growing text does not rebuild the net's buffers at every token. */
    private static final int BUCKET = 32;

    private final ComputationGraph net;
    private final Tokenizer tokenizer;
    private final int maxTokens;

    Inference(ComputationGraph net, Tokenizer tokenizer, int maxTokens) {
        this.net = net;
        this.tokenizer = tokenizer;
        this.maxTokens = maxTokens;
    }

    /** Hidden states of all tokens, [T,E]. */
    float[][] hidden(int[] ids, boolean bos) {
        return windows(HIDDEN, ids, bos);
    }

    /** Probabilities at all tokens, [T,V]. */
    float[][] probabilities(int[] ids, boolean bos) {
        return windows(HEAD, ids, bos);
    }

    /**
     * Probabilities of the token after the last one, [V]; tokens that only frame text (padding, mask, start, unknown) have 0, the end
     * keeps its own.
     */
    double[] next(int[] ids) {
        float[] last = run(HEAD, ids, ids.length - 1)[0];
        double[] next = new double[last.length];
        for (int token = 0; token < last.length; token++) {
            next[token] = tokenizer.special(token) && token != tokenizer.eos() ? 0 : last[token];
        }
        return next;
    }

    private float[][] windows(String vertex, int[] ids, boolean bos) {
        int[] framed = ids;
        if (bos) {
            framed = new int[ids.length + 1];
            framed[0] = tokenizer.bos();
            System.arraycopy(ids, 0, framed, 1, ids.length);
        }
        int windows = (framed.length + maxTokens - 1) / maxTokens;
        float[][] all = new float[framed.length][];
        for (int w = 0; w < windows; w++) {
            int from = (int) ((long) framed.length * w / windows);
            int to = (int) ((long) framed.length * (w + 1) / windows);
            float[][] rows = run(vertex, Arrays.copyOfRange(framed, from, to), 0);
            System.arraycopy(rows, 0, all, from, rows.length);
        }
        return bos ? Arrays.copyOfRange(all, 1, all.length) : all;
    }

    /** Rows first, …, T − 1 of a vertex's activation for one window, [T − first, *]. */
    private float[][] run(String vertex, int[] ids, int first) {
        int padded = Math.min(maxTokens, (ids.length + BUCKET - 1) / BUCKET * BUCKET);
        int[] row = Arrays.copyOf(ids, padded);
        Arrays.fill(row, ids.length, padded, tokenizer.pad());
        float[] real = new float[padded];
        Arrays.fill(real, 0, ids.length, 1);
        INDArray tokens = Nd4j.createFromArray(new int[][] {row}).castTo(DataType.FLOAT); // [1,T]
        INDArray mask = Nd4j.createFromArray(new float[][] {real}); // [1,T]
        INDArray activation = net.output(
                List.of(vertex), false, new INDArray[] {tokens}, new INDArray[] {mask})[0]; // [1,T,*]
        return activation
                .get(NDArrayIndex.point(0), NDArrayIndex.interval(first, ids.length), NDArrayIndex.all())
                .toFloatMatrix();
    }
}
