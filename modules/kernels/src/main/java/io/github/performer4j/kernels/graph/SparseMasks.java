package io.github.performer4j.kernels.graph;

import io.github.performer4j.kernels.mask.Mask;

/**
 * The graph kernel of one graph as masks of attention, {@code K = Φ Φ'ᵀ}, {@code Φ = Σ_l f_l C_l}, one for each head's weights f: see {@link io.github.performer4j.kernels.mask.MaskedAttention}.
 * Products are linear in the places of Φ and Φ', so attention takes O(places·M·C) time at most.
 */
public final class SparseMasks {
    private final FactorColumns left;
    private final FactorColumns right;

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
        this(GraphEntries.read(numbers, offset, count, nodes, lengths), 0, lengths);
    }

    /**
     * Takes the kernel of some of the lengths of entries, where they hold several kernels side by side.
     *
     * @param first of its lengths
     * @param count of them; weights of others are not used
     */
    public SparseMasks(GraphEntries entries, int first, int count) {
        left = FactorColumns.of(entries, entries.left(), first, count);
        right = FactorColumns.of(entries, entries.right(), first, count);
    }

    /**
     * Returns the mask of weights of lengths, its parameters.
     *
     * @param f holds them, [L] from {@code at} on, for all lengths of the entries
     */
    public Mask mask(double[] f, int at) {
        return new FactorMask(left, right, f, at);
    }
}
