package io.github.performer4j.kernels.attention;

import io.github.performer4j.kernels.memory.Matrix;
import io.github.performer4j.kernels.memory.Scratch;

/**
 * The decays of one chunk of bidirectional attention, from the sums {@code A_t = Σ_{s≤t} a_s} over its visible
 * tokens: nothing but differences of them, so that no factor is above 1.
 *
 * <p>A factor below {@link LinearAttentionKernel#THRESHOLD}, that of a distance above 71, counts 0: it would make
 * products denormal, which took three times as long at a decay of 2 for each token. A row whose nearest key is so far
 * underflows.
 */
final class SymmetricScales {
    private static final float LEAST = LinearAttentionKernel.THRESHOLD;

    /** exp(−A_t): how much what stands before the chunk counts in row t, and key t before the chunk. */
    final float[] left;
    /** exp(A_t − A_end): how much what stands behind the chunk counts in row t, and key t behind the chunk. */
    final float[] right;

    private final AttentionElements elements;
    private final double[] sums; // A; differences of large float32 numbers would be coarse
    private final float[] zero = {0};
    private final float[] square; // exp(−|A_t − A_j|) [n,n]
    private final Matrix room; // [1,C·C]
    private float across;

    /** Takes arrays {@code slot} to {@code slot + 2}, and matrix {@code matrixSlot}. */
    SymmetricScales(AttentionElements elements, Scratch scratch, int slot, int matrixSlot, int size) {
        this.elements = elements;
        left = scratch.array(slot, size);
        right = scratch.array(slot + 1, size);
        square = scratch.array(slot + 2, size * size);
        room = scratch.matrix(matrixSlot, 1, size * size);
        sums = new double[size];
    }

    /**
     * Computes the factors of tokens {@code from} to {@code to}.
     *
     * @param decay a ≥ 0 [T,1]
     * @param visible 0 for tokens of the chunk whose decay counts 0, whatever it is; null if there are none
     */
    void of(Matrix decay, int from, int to, float[] visible) {
        int n = to - from;
        double sum = 0;
        for (int t = 0; t < n; t++) {
            sum += visible == null || visible[t] != 0 ? decay.get(from + t, 0) : 0;
            sums[t] = sum;
        }
        for (int t = 0; t < n; t++) {
            left[t] = factor(sums[t]);
            right[t] = factor(sum - sums[t]);
        }
        across = factor(sum);
    }

    private static float factor(double distance) {
        float factor = (float) Math.exp(-distance);
        return factor < LEAST ? 0 : factor;
    }

    /** Returns exp(−A_end): how much what stands on one side of the chunk counts on the other. */
    float across() {
        return across;
    }

    /** Makes the square of n tokens; {@link #of} comes before. */
    private void fillSquare(int n) {
        for (int t = 0; t < n; t++) {
            double sum = sums[t];
            int row = t * n;
            for (int j = 0; j < n; j++) {
                square[row + j] = (float) -Math.abs(sum - sums[j]);
            }
        }
        Matrix all = Matrix.of(room.block(), 1, n * n);
        all.block().write(0, square, 0, n * n);
        elements.exponentials(all, null, zero, 0);
        elements.dropBelow(all, LEAST, 0);
        all.block().read(0, square, 0, n * n);
    }

    /**
     * Multiplies the square of all the chunk's tokens with its {@code exp(−|A_t − A_j|)}; {@link #of} comes before.
     *
     * @param m [n,n] without gaps
     * @param out receives what becomes of m, row by row
     */
    void weigh(Matrix m, float[] out) {
        int n = m.rows();
        fillSquare(n);
        m.block().read(m.offset(), out, 0, n * n);
        weighAgain(out, n);
        m.block().write(m.offset(), out, 0, n * n);
    }

    /** Multiplies values with the square that {@link #weigh} used. */
    void weighAgain(float[] values, int n) {
        for (int i = 0; i < n * n; i++) {
            values[i] *= square[i];
        }
    }
}
