package io.github.performer4j.kernels.product;

import io.github.performer4j.kernels.memory.Matrix;

/**
 * A row of float32 values times a matrix of bfloat16 values, {@code c_n = Σ_k a_k w_kn + beta · c_n}, terms added in the order of k: what a token costs where a state carries its sequence. Such a product takes
 * as long as w takes to come from memory, so that values of half the size take half the time. With w = r(b), b rounded, it is off from that with b by {@code (2⁻⁸ + k·2⁻²³) Σ |a_k b_kn|} at most.
 *
 * <p>The values lie as they are read, so that the processor fetches them ahead: {@value #BLOCK} columns after the other, each row by row, what is left of the columns as a narrower block. They are in an array of Java's, from which
 * vectors are loaded three times as fast as from other memory (JDK 17).
 *
 * <p>Two implementations: {@link PlainRowElements}, and one on the Vector API; they write the same bits.
 */
public interface RowElements {
    /** Columns of a block of w. */
    int BLOCK = 64;

    /**
     * Computes the product.
     *
     * @param a [1,k]
     * @param w [k,n] bfloat16 values, as {@link #rounded} lays them
     * @param beta 0 or 1; with 0 nothing of c is read
     * @param c [1,n]
     */
    void multiply(Matrix a, short[] w, float beta, Matrix c);

    /** Returns a matrix's values rounded to bfloat16, in blocks. */
    static short[] rounded(Matrix w) {
        short[] rounded = new short[Math.multiplyExact(w.rows(), w.columns())];
        float[] row = new float[w.columns()];
        for (int k = 0; k < w.rows(); k++) {
            w.block().read(w.at(k), row, 0, row.length);
            for (int n = 0; n < row.length; n++) {
                int from = n - n % BLOCK;
                rounded[from * w.rows() + k * width(from, row.length) + n - from] = SplitElements.rounded(row[n]);
            }
        }
        return rounded;
    }

    /** Returns the columns of the block that begins with column {@code from} of so many. */
    static int width(int from, int columns) {
        return Math.min(BLOCK, columns - from);
    }

    /**
     * Computes columns of one block, one after the other.
     *
     * @param block the block's first column
     * @param from the first column in the block
     */
    static void columns(float[] x, short[] w, float beta, Matrix c, int block, int from) {
        int width = width(block, c.columns());
        for (int n = from; n < width; n++) {
            float sum = 0;
            int at = block * x.length + n;
            for (float value : x) {
                sum = Math.fma(value, SplitElements.value(w[at]), sum);
                at += width;
            }
            long out = c.offset() + block + n;
            c.block().set(out, beta == 0 ? sum : sum + c.block().get(out));
        }
    }
}
