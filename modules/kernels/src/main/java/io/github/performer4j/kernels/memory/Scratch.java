package io.github.performer4j.kernels.memory;

import java.util.ArrayList;
import java.util.List;

/**
 * Memory that a thread uses during one task and whose content is worth nothing afterwards: blocks by number, grown where needed.
 *
 * <p>One for each thread, see {@link #mine}; the numbers that a kernel uses are its own business, because kernels on one thread do not
 * run inside each other.
 */
public final class Scratch {
    private static final ThreadLocal<Scratch> MINE = ThreadLocal.withInitial(Scratch::new);

    private static final ThreadLocal<Scratch> INNER = ThreadLocal.withInitial(Scratch::new);

    private final List<FloatBlock> blocks = new ArrayList<>();
    private final List<float[]> arrays = new ArrayList<>();

    private Scratch() {}

    /** Returns the calling thread's scratch. */
    public static Scratch mine() {
        return MINE.get();
    }

    /** Returns the calling thread's second scratch: of products, which run inside kernels' tasks. */
    public static Scratch inner() {
        return INNER.get();
    }

    /** Returns a matrix over block number {@code slot}, content undefined. */
    public Matrix matrix(int slot, int rows, int columns) {
        long needed = (long) rows * columns;
        while (blocks.size() <= slot) {
            blocks.add(null);
        }
        FloatBlock block = blocks.get(slot);
        if (block == null || block.length() < needed) {
            block = FloatBlock.allocate(needed);
            blocks.set(slot, block);
        }
        return Matrix.of(block, rows, columns);
    }

    /** Returns heap array number {@code slot} of at least n values, content undefined. */
    public float[] array(int slot, int n) {
        while (arrays.size() <= slot) {
            arrays.add(new float[0]);
        }
        if (arrays.get(slot).length < n) {
            arrays.set(slot, new float[n]);
        }
        return arrays.get(slot);
    }

    /** Fills everything with NaN, for tests. */
    public void poison() {
        for (FloatBlock block : blocks) {
            if (block != null) {
                block.poison();
            }
        }
        for (float[] array : arrays) {
            java.util.Arrays.fill(array, Float.NaN);
        }
    }
}
