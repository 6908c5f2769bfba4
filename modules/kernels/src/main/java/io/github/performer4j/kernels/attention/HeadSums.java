package io.github.performer4j.kernels.attention;

import io.github.performer4j.kernels.mask.Mask;
import io.github.performer4j.kernels.mask.MaskFactors;
import io.github.performer4j.kernels.mask.MaskedAttention;
import io.github.performer4j.kernels.memory.Scratch;

/** Chooses how the sums {@code S_i = Σ_j K_ij (φ(q_i)·φ(k_j)) v_j} of one head are computed: by what the mask itself knows, in float64, or by products in float32 where those are fewer. */
final class HeadSums {
    /** How many numbers of scratch matrices, and of arrays, they use. */
    static final int SLOTS = 6;

    /** Most places of a square. */
    private static final int LARGEST_SQUARE = 1024;

    /** What a place of a square costs beside its products, in multiplications of the library of products: measured, about. */
    private static final double OF_PLACE = 50;

    private HeadSums() {}

    /**
     * Chooses: a square of few places, else column by column of a mask's sparse factors, else as the mask says; always so where sizes of features may be any of float64.
     *
     * @param features M
     * @param width C
     * @param wide whether features may be larger or smaller than float32 holds, or no row may depend on keys that K hides from it, not even by 0 times infinity
     * @param scratch of the calling thread
     * @param slot first of {@value #SLOTS} numbers of scratch
     */
    static MaskedAttention of(Mask mask, int features, int width, boolean wide, Scratch scratch, int slot) {
        if (wide) {
            return mask.attention(features, width);
        }
        MaskFactors factors = mask.factors().orElse(null);
        int places = mask.size();
        double products = (double) places * (features + width + OF_PLACE); // of a row of the square
        boolean square = factors == null
                ? 2L * places <= (long) features * width
                : products * places < FactorSums.work(factors, features, width);
        if (square && places <= LARGEST_SQUARE) {
            return new SquareSums(mask, features, width, scratch, slot);
        }
        return factors == null
                ? mask.attention(features, width)
                : new FactorSums(factors, places, features, width, scratch, slot);
    }
}
