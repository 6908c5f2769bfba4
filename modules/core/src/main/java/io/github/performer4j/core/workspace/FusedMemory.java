package io.github.performer4j.core.workspace;

import io.github.performer4j.kernels.memory.FloatBlock;
import io.github.performer4j.kernels.memory.Matrix;
import java.util.HashMap;
import java.util.Map;

/**
 * Native memory of the fused layers, in named parts that only grow.
 *
 * <p>Fresh memory costs more than the operations that fill it, so the same parts serve again and again. Each layer has one for what lives
 * from forward to backward; each thread has one for what lives within one pass of one layer, shared by all its layers, and one for what
 * lives within one task on a block of rows. Parts are taken before tasks run; taking them is not thread-safe.
 */
public final class FusedMemory {
    private static final ThreadLocal<FusedMemory> PHASE = ThreadLocal.withInitial(FusedMemory::new);
    private static final ThreadLocal<FusedMemory> TASK = ThreadLocal.withInitial(FusedMemory::new);

    /** What a part holds; d stands for the derivative of the net's loss. */
    public enum Part {
        /** A padded input with zeros where it is padded, [N,E]. */
        INPUT,
        /** The same for the error that comes in. */
        ERROR,
        /** The frames of each head, where features take them from data. */
        FRAMES,
        /** The number that a fitted map gives each query, [B·H,T]. */
        QUERY_MARKS,
        /** The number that it gives each key, [B·H,T]. */
        KEY_MARKS,
        /** Moments of the queries of each head. */
        MOMENTS_Q,
        /** Moments of the keys of each head. */
        MOMENTS_K,
        /** What attention saves. */
        SAVED,
        /** A residual branch, [N,E]. */
        BRANCH,
        /** Logits of a chunk of rows, then their gradient, [n,V]. */
        LOGITS,
        /** Column sums of each block of rows. */
        SUMS,
        /** What graphs say, as it was read. */
        GRAPHS
    }

    private final Map<Object, FloatBlock> blocks = new HashMap<>();
    private final Map<Object, Object> values = new HashMap<>();

    /** Returns the calling thread's memory for one pass of one layer. */
    public static FusedMemory phase() {
        return PHASE.get();
    }

    /** Returns the calling thread's memory for one task. */
    public static FusedMemory task() {
        return TASK.get();
    }

    /** Returns a part as a matrix whose content is undefined, or what was last written to it in this shape. */
    public Matrix matrix(Object part, int rows, int columns) {
        return Matrix.of(block(part, (long) rows * columns), rows, columns);
    }

    /** Returns a part of at least this many values. */
    FloatBlock block(Object part, long length) {
        FloatBlock block = blocks.get(part);
        if (block == null || block.length() < length) {
            block = FloatBlock.allocate(length);
            blocks.put(part, block);
        }
        return block;
    }

    void put(Object part, Object value) {
        values.put(part, value);
    }

    Object take(Object part) {
        return values.remove(part);
    }

    /** Fills everything with NaN, for tests. */
    public void poison() {
        blocks.values().forEach(FloatBlock::poison);
    }
}
