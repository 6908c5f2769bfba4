package io.github.performer4j.kernels.layer;

import io.github.performer4j.kernels.memory.FloatBlock;
import io.github.performer4j.kernels.memory.Matrix;

/**
 * Token shift: some columns of a token are those of its neighbour, {@code y_t = [x_t, x_{t−1}]} in halves if causal, else {@code y_t = [x_{t+1}, x_t, x_{t−1}]} in thirds; columns that are left
 * over stay. Masked tokens and those outside the sequence give 0; before the first one a part of a sequence sees the last of the part before. As in RWKV, and the {@code shift_tokens} of
 * performer-pytorch.
 *
 * @param causal whether no token sees later ones
 */
public record TokenShift(boolean causal) {

    /**
     * One sequence.
     *
     * @param mask 1 for tokens that count and 0 for padding; null if all count
     * @param maskAt index in the mask of the sequence's first token
     * @param before what the token before the first gives, [1,E]; null for zeros
     */
    public record Sequence(FloatBlock mask, long maskAt, Matrix before) {
        private boolean counts(int token) {
            return mask == null || mask.get(maskAt + token) != 0;
        }
    }

    /** Returns how many columns come from one neighbour. */
    public int part(int columns) {
        return columns / (causal ? 2 : 3);
    }

    /** Returns the first of the columns that come from the token before. */
    public int first(int columns) {
        return (causal ? 1 : 2) * part(columns);
    }

    /**
     * Computes y.
     *
     * @param x [T,E]
     * @param y [T,E], written; not x
     */
    public void forward(Sequence sequence, Matrix x, Matrix y) {
        int part = part(x.columns());
        int first = first(x.columns());
        float[] row = new float[x.columns()];
        for (int t = 0; t < x.rows(); t++) {
            x.block().read(x.at(t), row, 0, row.length);
            if (t > 0) {
                take(sequence, x, t - 1, row, first, part);
            } else if (sequence.before != null) {
                sequence.before.block().read(sequence.before.at(0) + first, row, first, part);
            } else {
                zero(row, first, part);
            }
            if (!causal && t + 1 < x.rows()) {
                take(sequence, x, t + 1, row, 0, part);
            } else if (!causal) {
                zero(row, 0, part);
            }
            y.block().write(y.at(t), row, 0, row.length);
        }
    }

    private static void take(Sequence sequence, Matrix from, int token, float[] row, int column, int n) {
        if (sequence.counts(token)) {
            from.block().read(from.at(token) + column, row, column, n);
        } else {
            zero(row, column, n);
        }
    }

    private static void zero(float[] row, int from, int n) {
        java.util.Arrays.fill(row, from, from + n, 0);
    }

    /**
     * Goes back within a part; {@link #backwardBefore} and {@link #backwardCarry} go through what parts leave to each other.
     *
     * @param error derivative with respect to y, [T,E]
     * @param dx written, [T,E]; not error
     */
    public void backward(Sequence sequence, Matrix error, Matrix dx) {
        int part = part(dx.columns());
        int first = first(dx.columns());
        float[] row = new float[dx.columns()];
        for (int t = 0; t < dx.rows(); t++) {
            error.block().read(error.at(t), row, 0, row.length);
            give(sequence, error, t, t + 1, row, first, part);
            if (!causal) {
                give(sequence, error, t, t - 1, row, 0, part);
            }
            dx.block().write(dx.at(t), row, 0, row.length);
        }
    }

    private static void give(Sequence sequence, Matrix error, int token, int to, float[] row, int column, int n) {
        if (to >= 0 && to < error.rows() && sequence.counts(token)) {
            error.block().read(error.at(to) + column, row, column, n);
        } else {
            zero(row, column, n);
        }
    }

    /**
     * Writes what the last token gives to the next part.
     *
     * @param x [T,E]
     * @param row written, [1,E]
     */
    public void carry(Sequence sequence, Matrix x, Matrix row) {
        float[] last = new float[x.columns()];
        take(sequence, x, x.rows() - 1, last, 0, last.length);
        row.block().write(row.at(0), last, 0, last.length);
    }

    /**
     * Writes the derivative with respect to what the part before gave.
     *
     * @param error derivative with respect to y, [T,E]
     * @param dBefore written, [1,E]
     */
    public void backwardBefore(Matrix error, Matrix dBefore) {
        float[] row = new float[error.columns()];
        int first = first(row.length);
        error.block().read(error.at(0) + first, row, first, part(row.length));
        dBefore.block().write(dBefore.at(0), row, 0, row.length);
    }

    /**
     * Adds the derivative with respect to what {@link #carry} copied to that with respect to the last token; a masked one has none.
     *
     * @param dAfter [1,E]
     * @param dx [T,E]
     */
    public void backwardCarry(Sequence sequence, Matrix dAfter, Matrix dx) {
        int last = dx.rows() - 1;
        for (int c = 0; sequence.counts(last) && c < dx.columns(); c++) {
            dx.set(last, c, dx.get(last, c) + dAfter.get(0, c));
        }
    }
}
