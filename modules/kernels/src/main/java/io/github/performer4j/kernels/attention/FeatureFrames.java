package io.github.performer4j.kernels.attention;

import io.github.performer4j.kernels.memory.FloatBlock;
import io.github.performer4j.kernels.memory.Matrix;

/**
 * What exponential features take from their data, one set for each batch item and head:
 * {@code φ_i(x) = exp(w_i·y + c_i − |y|²/2) + ε} with y = s x C, C_q for queries and C_k for keys, which stand as rows.
 *
 * <p>A set is laid out as rows W [M,D], constants c [M] and, with coordinates, the matrices C_q and C_k [D,D]; without, C = I. No
 * gradient flows to a set. Batch items may share the sets of heads, and heads one set.
 *
 * @param block all sets, one after the other
 * @param draws M
 * @param size D
 * @param coordinates whether there are C_q and C_k
 * @param sets number of sets: B·H, H or 1; {@link #EACH} for B·H
 */
public record FeatureFrames(FloatBlock block, int draws, int size, boolean coordinates, int sets) implements Frames {
    /** As many sets as there are batch items and heads. */
    public static final int EACH = 0;

    /**
     * Checks the layout.
     *
     * @throws IllegalArgumentException if there is no room for the sets
     */
    public FeatureFrames {
        if (block == null
                || draws < 1
                || size < 1
                || sets < 0
                || block.length() < Math.max(1, sets) * length(draws, size, coordinates)) {
            throw new IllegalArgumentException("frames need room for a set, with positive draws and size; draws="
                    + draws + ", size=" + size + ", sets=" + sets + ", block="
                    + (block == null ? "null" : block.length()));
        }
    }

    /** The same with a set for each batch item and head. */
    public FeatureFrames(FloatBlock block, int draws, int size, boolean coordinates) {
        this(block, draws, size, coordinates, EACH);
    }

    /** Returns the number of values of a set. */
    public static long length(int draws, int size, boolean coordinates) {
        return (long) draws * size + draws + (coordinates ? 2L * size * size : 0);
    }

    @Override
    public int sets(int batch, int heads) {
        return sets == EACH ? batch * heads : sets;
    }

    @Override
    public long setLength() {
        return length(draws, size, coordinates);
    }

    @Override
    public boolean fits(FeatureKernel features) {
        return features instanceof FeatureKernel.Positive positive && positive.projected();
    }

    @Override
    public FeatureChunk chunk(ChunkPlace place) {
        return new FramedChunk(place, this);
    }

    private long at(int index) {
        return setLength() * (sets == EACH ? index : index % sets);
    }

    /**
     * Returns W of a set, [M,D].
     *
     * @param index b·H + h
     */
    public Matrix w(int index) {
        return new Matrix(block, at(index), draws, size, size);
    }

    /** Returns c of a set, [1,M]. */
    public Matrix constants(int index) {
        return new Matrix(block, at(index) + (long) draws * size, 1, draws, draws);
    }

    /** Returns C_q of a set, [D,D]; null for the unit matrix. */
    public Matrix queryCoordinates(int index) {
        return coordinates(index, 0);
    }

    /** Returns C_k of a set, [D,D]; null for the unit matrix. */
    public Matrix keyCoordinates(int index) {
        return coordinates(index, (long) size * size);
    }

    private Matrix coordinates(int index, long further) {
        return coordinates
                ? new Matrix(block, at(index) + (long) draws * size + draws + further, size, size, size)
                : null;
    }
}
