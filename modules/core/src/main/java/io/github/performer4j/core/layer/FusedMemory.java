package io.github.performer4j.core.layer;

import io.github.performer4j.kernels.FloatBlock;
import io.github.performer4j.kernels.Matrix;
import java.util.EnumMap;
import java.util.Map;

/**
 * Native memory of the fused layers, in named parts that only grow.
 *
 * <p>Fresh memory costs more than the operations that fill it, so the same parts serve again and again. Each layer has one for what lives
 * from forward to backward; each thread has one for what lives within one pass of one layer, shared by all its layers, and one for what
 * lives within one task on a block of rows. Parts are taken before tasks run; taking them is not thread-safe.
 */
final class FusedMemory {
    private static final ThreadLocal<FusedMemory> PHASE = ThreadLocal.withInitial(FusedMemory::new);
    private static final ThreadLocal<FusedMemory> TASK = ThreadLocal.withInitial(FusedMemory::new);

    /** What a part holds; d stands for the derivative of the net's loss. */
    enum Part {
        /** A padded input with zeros where it is padded, [N,E]. */
        INPUT,
        /** The same for the error that comes in. */
        ERROR,
        /** Queries, keys and values beside each other, [N,3E]. */
        QKV,
        /** Attended values, [N,E]. */
        ATTENDED,
        /** Projections, constants and coordinates of each head, where features take them from data. */
        FRAMES,
        /** The cluster of each query, [B·H,T]. */
        QUERY_CLUSTERS,
        /** The cluster of each key, [B·H,T]. */
        KEY_CLUSTERS,
        /** Moments of the queries of each head. */
        MOMENTS_Q,
        /** Moments of the keys of each head. */
        MOMENTS_K,
        /** Wq and bq, times temperatures. */
        TEMPERED_Q,
        /** Wk and bk, times temperatures. */
        TEMPERED_K,
        /** What attention saves. */
        SAVED,
        /** Sum after attention, [N,E]. */
        Y,
        /** Sum after the feed-forward, [N,E]. */
        SUM,
        /** Moments of the first norm, [N,2]. */
        MOMENTS_1,
        /** Moments of the second norm, [N,2]. */
        MOMENTS_2,
        /** The feed-forward's values before f, [N,F]. */
        Z,
        /** Its gate, [N,F]. */
        GATE,
        /** Its values behind f, [N,F]. */
        HIDDEN,
        /** Normed rows, [N,E]. */
        NORMED_1,
        /** Normed rows, [N,E]. */
        NORMED_2,
        /** A residual branch, [N,E]. */
        BRANCH,
        /** Derivatives of queries, keys and values, [N,3E]. */
        D_QKV,
        /** Wq, Wk and Wv beside each other and, in one more row, their biases, [E+1,3E]. */
        W_QKV,
        /** Gradients of Wq, Wk and Wv, [E,3E]. */
        DW_QKV,
        /** Wqᵀ, Wkᵀ and Wvᵀ below each other, [3E,E]. */
        W_QKV_T,
        /** Woᵀ, [E,E]. */
        WO_T,
        /** W1ᵀ, [F,E]. */
        W1_T,
        /** W2ᵀ, [E,F]. */
        W2_T,
        /** W3ᵀ, [F,E]. */
        W3_T,
        D_ATTENDED,
        D_Y,
        D_SUM,
        D_Z,
        D_NORMED,
        /** Gradient of attention's branch where entries are dropped, [N,E]. */
        D_BRANCH_1,
        /** Gradient of the feed-forward's branch where entries are dropped, [N,E]. */
        D_BRANCH_2,
        /** Logits of a chunk of rows, then their gradient, [n,V]. */
        LOGITS,
        /** Column sums of each block of rows. */
        SUMS
    }

    private final Map<Part, FloatBlock> blocks = new EnumMap<>(Part.class);

    /** Returns the calling thread's memory for one pass of one layer. */
    static FusedMemory phase() {
        return PHASE.get();
    }

    /** Returns the calling thread's memory for one task. */
    static FusedMemory task() {
        return TASK.get();
    }

    /** Returns a part as a matrix whose content is undefined, or what was last written to it in this shape. */
    Matrix matrix(Part part, int rows, int columns) {
        return Matrix.of(block(part, (long) rows * columns), rows, columns);
    }

    /** Returns a part of at least this many values. */
    FloatBlock block(Part part, long length) {
        FloatBlock block = blocks.get(part);
        if (block == null || block.length() < length) {
            block = FloatBlock.allocate(length);
            blocks.put(part, block);
        }
        return block;
    }

    /** Fills everything with NaN, for tests. */
    void poison() {
        blocks.values().forEach(FloatBlock::poison);
    }
}
