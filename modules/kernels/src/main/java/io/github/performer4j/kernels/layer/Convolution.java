package io.github.performer4j.kernels.layer;

import io.github.performer4j.kernels.memory.FloatBlock;
import io.github.performer4j.kernels.memory.Matrix;
import java.util.Arrays;

/**
 * Short convolution along the tokens, column by column, with a residual: {@code y_t = x_t + Σ_s w_s ⊙ x_{t+c−s}}, s = 0 … k − 1; c = 0 if causal, else the middle (k − 1)/2. Masked tokens,
 * and those outside the sequence, count 0; before the first one a part of a sequence sees the last k − 1 tokens of the part before.
 *
 * @param taps k; odd unless causal
 * @param causal whether a token sees itself and earlier ones only
 */
public record Convolution(int taps, boolean causal) {

    /**
     * Checks the sizes.
     *
     * @throws IllegalArgumentException if they are none of a convolution
     */
    public Convolution {
        if (taps < 1 || !causal && taps % 2 == 0) {
            throw new IllegalArgumentException(
                    "a convolution must have taps, an odd number unless causal; taps=" + taps + ", causal=" + causal);
        }
    }

    /**
     * One sequence.
     *
     * @param x [T,E]
     * @param mask 1 for tokens that count and 0 for padding; null if all count
     * @param maskAt index in the mask of the sequence's first token
     * @param before the tokens before the first, [k−1,E]; null for zeros
     */
    public record Sequence(Matrix x, FloatBlock mask, long maskAt, Matrix before) {

        /** Reads a token's row, or zeros where it does not count. */
        private void read(int token, float[] row) {
            boolean inside = token >= 0 && token < x.rows();
            boolean earlier = token < 0 && before != null && token >= -before.rows();
            if (inside && (mask == null || mask.get(maskAt + token) != 0)) {
                x.block().read(x.at(token), row, 0, row.length);
            } else if (earlier) {
                before.block().read(before.at(before.rows() + token), row, 0, row.length);
            } else {
                Arrays.fill(row, 0);
            }
        }

        private boolean counts(int token) {
            return mask == null || mask.get(maskAt + token) != 0;
        }
    }

    private int centre() {
        return causal ? 0 : (taps - 1) / 2;
    }

    /**
     * Computes tokens from (inclusive) to (exclusive).
     *
     * @param w [k,E]
     * @param y [T,E], rows from … to written
     */
    public void forward(Sequence sequence, Matrix w, int from, int to, Matrix y) {
        float[][] weights = rows(w);
        Window window = new Window(sequence, from, w.columns());
        float[] sum = new float[w.columns()];
        for (int t = from; t < to; t++) {
            window.moveTo(t);
            sequence.x.block().read(sequence.x.at(t), sum, 0, sum.length);
            for (int s = 0; s < taps; s++) {
                addProduct(weights[s], window.row(s), sum);
            }
            y.block().write(y.at(t), sum, 0, sum.length);
        }
    }

    /**
     * Differentiates tokens from (inclusive) to (exclusive).
     *
     * @param w [k,E]
     * @param error derivative with respect to y, [T,E]; 0 in masked rows
     * @param dx [T,E], rows from … to written; may be error's rows only if k is 1
     * @param dw [k,E], what these tokens of y give is added
     */
    public void backward(Sequence sequence, Matrix w, Matrix error, int from, int to, Matrix dx, Matrix dw) {
        float[][] weights = rows(w);
        float[][] gradients = rows(dw);
        Window inputs = new Window(sequence, from, w.columns());
        Sequence errors = new Sequence(error, sequence.mask, sequence.maskAt, null);
        float[] e = new float[w.columns()];
        float[] later = new float[w.columns()];
        for (int t = from; t < to; t++) {
            inputs.moveTo(t);
            error.block().read(error.at(t), e, 0, e.length);
            for (int s = 0; s < taps; s++) {
                addProduct(e, inputs.row(s), gradients[s]);
            }
            for (int s = 0; s < taps && sequence.counts(t); s++) {
                errors.read(t - centre() + s, later);
                addProduct(weights[s], later, e);
            }
            dx.block().write(dx.at(t), e, 0, e.length);
        }
        for (int s = 0; s < taps; s++) {
            dw.block().write(dw.at(s), gradients[s], 0, gradients[s].length);
        }
    }

    /** Copies what the next part of a sequence sees before its first token, [k−1,E]. */
    public void carry(Sequence sequence, Matrix after) {
        float[] row = new float[after.columns()];
        for (int i = 0; i < after.rows(); i++) {
            sequence.read(sequence.x.rows() - after.rows() + i, row);
            after.block().write(after.at(i), row, 0, row.length);
        }
    }

    /**
     * Differentiates with respect to the tokens before the first.
     *
     * @param w [k,E]
     * @param error derivative with respect to y, [T,E]; 0 in masked rows
     * @param dBefore [k−1,E], written
     */
    public void backwardBefore(Sequence sequence, Matrix w, Matrix error, Matrix dBefore) {
        float[][] weights = rows(w);
        Sequence errors = new Sequence(error, sequence.mask, sequence.maskAt, null);
        float[] later = new float[w.columns()];
        for (int i = 0; i < dBefore.rows(); i++) {
            float[] sum = new float[w.columns()];
            for (int s = 0; s < taps; s++) {
                errors.read(i - dBefore.rows() - centre() + s, later);
                addProduct(weights[s], later, sum);
            }
            dBefore.block().write(dBefore.at(i), sum, 0, sum.length);
        }
    }

    /**
     * Adds the derivative with respect to what {@link #carry} copied to that with respect to the tokens it came from; masked ones have none.
     *
     * @param dAfter [k−1,E]
     * @param dx [T,E]
     * @param dBefore [k−1,E]; null if it is not wanted
     */
    public void backwardCarry(Sequence sequence, Matrix dAfter, Matrix dx, Matrix dBefore) {
        float[] row = new float[dAfter.columns()];
        float[] sum = new float[dAfter.columns()];
        for (int i = 0; i < dAfter.rows(); i++) {
            int token = sequence.x.rows() - dAfter.rows() + i;
            Matrix to = token < 0 ? dBefore : sequence.counts(token) ? dx : null;
            if (to != null) {
                int at = token < 0 ? dBefore.rows() + token : token;
                dAfter.block().read(dAfter.at(i), row, 0, row.length);
                to.block().read(to.at(at), sum, 0, sum.length);
                for (int c = 0; c < sum.length; c++) {
                    sum[c] += row[c];
                }
                to.block().write(to.at(at), sum, 0, sum.length);
            }
        }
    }

    private static float[][] rows(Matrix m) {
        float[][] rows = new float[m.rows()][m.columns()];
        for (int r = 0; r < rows.length; r++) {
            m.block().read(m.at(r), rows[r], 0, m.columns());
        }
        return rows;
    }

    private static void addProduct(float[] a, float[] b, float[] sum) {
        for (int i = 0; i < sum.length; i++) {
            sum[i] += a[i] * b[i];
        }
    }

    /** The k rows that a token sees, each read once. */
    private final class Window {
        private final Sequence sequence;
        private final float[][] ring;
        private int next; // first token that has not been read

        Window(Sequence sequence, int from, int columns) {
            this.sequence = sequence;
            ring = new float[taps][columns];
            next = from + centre() - taps + 1;
        }

        /** Makes the window that of a token, not before the last one. */
        void moveTo(int token) {
            for (; next <= token + centre(); next++) {
                sequence.read(next, ring[Math.floorMod(next, taps)]);
            }
        }

        /** Returns the row that tap s meets. */
        float[] row(int s) {
            return ring[Math.floorMod(next - 1 - s, taps)];
        }
    }
}
