package io.github.performer4j.core.attention;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.nd4j.autodiff.samediff.SDVariable;

/** An operation in Java that reads queries and keys, and through which no gradient flows. */
abstract class HeadsOperation extends HostOperation {
    /** B·H. */
    final int batchHeads;

    private final int tokens;
    private final int keyTokens;
    /** D. */
    final int size;

    private final boolean queriesMasked;
    private final boolean keysMasked;

    /**
     * Adds an operation to a graph.
     *
     * @param inputs read, never differentiated
     * @param shapes of the outputs, all of the attention's type
     */
    HeadsOperation(AttentionInput in, SDVariable[] inputs, long[]... shapes) {
        super(in.sd(), in.type(), inputs, shapes);
        this.batchHeads = (int) in.batchHeads();
        this.tokens = (int) in.tokens();
        this.size = in.headSize();
        this.keyTokens = (int) in.keyTokens();
        this.queriesMasked = in.queryMask() != null;
        this.keysMasked = in.mask() != null;
    }

    /** Returns what an operation reads that calls {@link #queries} or {@link #keys}: the given inputs, and behind them the masks of queries and of keys, those that there are. */
    static SDVariable[] withMasks(AttentionInput in, SDVariable... inputs) {
        List<SDVariable> all = new ArrayList<>(List.of(inputs));
        if (in.queryMask() != null) {
            all.add(in.queryMask());
        }
        if (in.mask() != null) {
            all.add(in.mask());
        }
        return all.toArray(SDVariable[]::new);
    }

    /** Returns an input [BH,Tq,D] as rows; the inputs must be those of {@link #withMasks}. */
    final HeadRows queries(double[][] inputs, int which) {
        double[] mask = queriesMasked ? inputs[inputs.length - (keysMasked ? 2 : 1)] : null;
        return new HeadRows(inputs[which], mask, tokens, size);
    }

    /** Returns an input [BH,Tk,D] as rows; the inputs must be those of {@link #withMasks}. */
    final HeadRows keys(double[][] inputs, int which) {
        return new HeadRows(inputs[which], keysMasked ? inputs[inputs.length - 1] : null, keyTokens, size);
    }

    /** Returns a matrix of given values as rows of n. */
    static double[][] matrix(double[] values, int n) {
        double[][] rows = new double[values.length / n][];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = Arrays.copyOfRange(values, i * n, (i + 1) * n);
        }
        return rows;
    }
}
