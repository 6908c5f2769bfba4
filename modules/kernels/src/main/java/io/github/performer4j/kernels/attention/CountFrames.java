package io.github.performer4j.kernels.attention;

import io.github.performer4j.kernels.memory.FloatBlock;
import io.github.performer4j.kernels.memory.Matrix;

/**
 * What discrete features take from their data, one set for each batch item and head: counts W [M,D], constants [M], the shift c [D] and
 * 1/unit [1], in this order; see {@link FeatureKernel.Discrete}. No gradient flows to a set.
 *
 * @param block B·H sets, one after the other
 * @param draws M
 * @param size D
 */
public record CountFrames(FloatBlock block, int draws, int size) implements Frames {

    /**
     * Checks the layout.
     *
     * @throws IllegalArgumentException if there is no room for a set
     */
    public CountFrames {
        if (block == null || draws < 1 || size < 1 || block.length() < length(draws, size)) {
            throw new IllegalArgumentException("counts need room for a set, with positive draws and size; draws="
                    + draws + ", size=" + size + ", block=" + (block == null ? "null" : block.length()));
        }
    }

    /** Returns the number of values of a set. */
    public static long length(int draws, int size) {
        return (long) draws * size + draws + size + 1;
    }

    @Override
    public long setLength() {
        return length(draws, size);
    }

    @Override
    public boolean fits(FeatureKernel features) {
        return features instanceof FeatureKernel.Discrete;
    }

    @Override
    public FeatureChunk chunk(ChunkPlace place) {
        return new CountChunk(place, this);
    }

    /**
     * Returns the counts of a set, [M,D], not negative.
     *
     * @param index b·H + h
     */
    public Matrix w(int index) {
        return new Matrix(block, setLength() * index, draws, size, size);
    }

    /** Returns the constants of a set, [1,M]. */
    public Matrix constants(int index) {
        return new Matrix(block, setLength() * index + (long) draws * size, 1, draws, draws);
    }

    /** Returns c of a set, [1,D]. */
    public Matrix shift(int index) {
        return new Matrix(block, setLength() * index + (long) draws * size + draws, 1, size, size);
    }

    /** Returns 1/unit of a set, [1,1], positive. */
    public Matrix inverseUnit(int index) {
        return new Matrix(block, setLength() * (index + 1) - 1, 1, 1, 1);
    }
}
