package io.github.performer4j.kernels.graph;

import io.github.performer4j.kernels.mask.Mask;

/**
 * The graph kernel of one graph as masks of attention, {@code K = Φ Φ'ᵀ}, {@code Φ = Σ_l f_l C_l}, one for each head's weights f: see {@link io.github.performer4j.kernels.mask.MaskedAttention}.
 * Products are linear in the places of Φ and Φ', so attention takes O(places·M·C) time.
 */
public final class SparseMasks {
    private final GraphEntries entries;
    private final int[] usedLeft;
    private final int[] usedRight;

    /**
     * Reads a graph.
     *
     * @param numbers entries, [S,2+2L] from {@code offset} on, as {@link GraphRows} writes them
     * @param count S
     * @param nodes N
     * @param lengths L
     * @throws IllegalArgumentException naming the entry, if it names no nodes, or a value is negative or not finite
     */
    public SparseMasks(double[] numbers, int offset, int count, int nodes, int lengths) {
        entries = GraphEntries.read(numbers, offset, count, nodes, lengths);
        usedLeft = entries.used(entries.left());
        usedRight = entries.used(entries.right());
    }

    /**
     * Returns the mask of weights of lengths, its parameters.
     *
     * @param f holds them, [L] from {@code at} on
     */
    public Mask mask(double[] f, int at) {
        return new FactorMask(entries, usedLeft, usedRight, f, at);
    }
}
