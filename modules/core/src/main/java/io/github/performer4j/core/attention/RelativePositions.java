package io.github.performer4j.core.attention;

import io.github.performer4j.kernels.mask.Offsets;

/**
 * Relative positions: each head h learns b[h, Δ] of the offset Δ = j − i of a key from its query, 0 at first. Exact attention adds it to scores, {@code softmax(q kᵀ/√D + b)}, and linear attention
 * multiplies by it, {@code out_i = Σ_j e^{b[j−i]} φ(q_i)·φ(k_j) v_j / Σ_j e^{b[j−i]} φ(q_i)·φ(k_j)}, which estimates the same. Offsets share b by T5's buckets (arXiv 1910.10683, in linear time by
 * a band and two sums), or each has its own (arXiv 2106.12566, by Fourier transforms).
 *
 * @param buckets how many there are, half of them for each side where attention is not causal; 0 for an own b of each offset
 * @param reach distance from which all share a bucket; with an own b each, how many distances have one, 0 included: those further away share the last
 */
public record RelativePositions(int buckets, int reach) implements Weighting {
    /** T5's number of buckets. */
    public static final int BUCKETS = 32;
    /** T5's distance from which all share one. */
    public static final int REACH = 128;

    /**
     * Checks the values; {@link #offsets} checks whether buckets divide.
     *
     * @throws IllegalArgumentException naming the rule and the values
     */
    public RelativePositions {
        new Offsets(0, reach, true);
        if (buckets < 0) {
            throw new IllegalArgumentException("buckets must not be negative, and 0 is none; buckets=" + buckets);
        }
    }

    @Override
    public void check(AttentionOptions.Kind kind, Visibility sees) {
        offsets(sees.causal());
        if (sees.decay() != null || sees.grid() != null) {
            throw new IllegalArgumentException(
                    "relative positions have weights of their own, beside which there is no decay and no grid; relative="
                            + this + ", decay=" + sees.decay() + ", grid=" + sees.grid());
        }
    }

    /** Returns T5's 32 buckets up to 128 tokens. */
    public static RelativePositions t5() {
        return new RelativePositions(BUCKETS, REACH);
    }

    /** Returns a b of its own for each of so many distances, 0 included. */
    public static RelativePositions offsets(int reach) {
        return new RelativePositions(0, reach);
    }

    /**
     * Returns which b each offset has.
     *
     * @throws IllegalArgumentException if buckets do not divide, or reach is among those with a bucket each
     */
    public Offsets offsets(boolean causal) {
        return new Offsets(buckets, reach, causal);
    }
}
