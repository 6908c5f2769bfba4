package io.github.performer4j.kernels.product;

import io.github.performer4j.kernels.memory.Matrix;

/**
 * A row of float32 values times a matrix of bfloat16 values, {@code c_n = Σ_k a_k w_kn + beta · c_n}, terms added in the order of k: what a token costs where a state carries its sequence. Such a product takes
 * as long as w takes to come from memory, so that values of half the size take half the time. With w = r(b), b rounded, it is off from that with b by {@code (2⁻⁸ + k·2⁻²³) Σ |a_k b_kn|} at most.
 *
 * <p>The values are in an array of Java's, from which vectors are loaded three times as fast as from other memory (JDK 17).
 *
 * <p>Two implementations: {@link PlainRowElements}, and one on the Vector API; they write the same bits.
 */
public interface RowElements {
    /**
     * Computes the product.
     *
     * @param a [1,k]
     * @param w [k,n] bfloat16 values, row by row
     * @param beta 0 or 1; with 0 nothing of c is read
     * @param c [1,n]
     */
    void multiply(Matrix a, short[] w, float beta, Matrix c);

    /** Returns a matrix's values rounded to bfloat16, row by row. */
    static short[] rounded(Matrix w) {
        short[] rounded = new short[Math.multiplyExact(w.rows(), w.columns())];
        float[] row = new float[w.columns()];
        for (int k = 0; k < w.rows(); k++) {
            w.block().read(w.at(k), row, 0, row.length);
            for (int n = 0; n < row.length; n++) {
                rounded[k * row.length + n] = SplitElements.rounded(row[n]);
            }
        }
        return rounded;
    }

    /** Computes columns from (inclusive) to (exclusive), one after the other. */
    static void columns(float[] x, short[] w, float beta, Matrix c, int from, int to) {
        for (int n = from; n < to; n++) {
            float sum = 0;
            int at = n;
            for (float value : x) {
                sum = Math.fma(value, SplitElements.value(w[at]), sum);
                at += c.columns();
            }
            long out = c.offset() + n;
            c.block().set(out, beta == 0 ? sum : sum + c.block().get(out));
        }
    }
}
