package io.github.performer4j.kernels.product;

import io.github.performer4j.kernels.memory.FloatBlock;
import io.github.performer4j.kernels.memory.Matrix;

/**
 * A row of float32 values times a matrix of bfloat16 values, {@code c_n = Σ_k a_k w_kn + beta · c_n}, terms added in the order of k: what a token costs where a state carries its sequence. Such a product takes
 * as long as w takes to come from memory, so that values of half the size take half the time. With w = r(b), b rounded, it is off from that with b by {@code (2⁻⁸ + k·2⁻²³) Σ |a_k b_kn|} at most.
 *
 * <p>Two implementations: {@link PlainRowElements}, and one on the Vector API; they write the same bits.
 */
public interface RowElements {
    /**
     * Computes the product.
     *
     * @param a [1,k]
     * @param w [k,n] bfloat16 values, row by row from the block's begin on, two in each float32 value
     * @param beta 0 or 1; with 0 nothing of c is read
     * @param c [1,n]
     */
    void multiply(Matrix a, FloatBlock w, float beta, Matrix c);

    /** Computes columns from (inclusive) to (exclusive), one after the other. */
    static void columns(float[] x, FloatBlock w, float beta, Matrix c, int from, int to) {
        for (int n = from; n < to; n++) {
            float sum = 0;
            long at = n;
            for (float value : x) {
                sum = Math.fma(value, value(w, at), sum);
                at += c.columns();
            }
            long out = c.offset() + n;
            c.block().set(out, beta == 0 ? sum : sum + c.block().get(out));
        }
    }

    /** Returns the bfloat16 value at a place. */
    private static float value(FloatBlock w, long place) {
        return SplitElements.value(w.bytes(place / 2).getShort(SplitElements.byteIndex(w, place)));
    }
}
