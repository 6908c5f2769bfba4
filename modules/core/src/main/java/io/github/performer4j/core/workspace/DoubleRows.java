package io.github.performer4j.core.workspace;

import io.github.performer4j.kernels.memory.FloatBlock;
import io.github.performer4j.kernels.memory.Heads;
import io.github.performer4j.kernels.memory.Matrix;
import java.util.ArrayList;
import java.util.List;

/** Rows of the kernels' matrices in double precision, in which frames are chosen. */
public final class DoubleRows {
    private DoubleRows() {}

    /** Returns a row. */
    public static double[] row(Matrix m, int index) {
        return row(m, index, 1);
    }

    private static double[] row(Matrix m, int index, double scale) {
        float[] values = new float[m.columns()];
        m.block().read(m.at(index), values, 0, values.length);
        double[] row = new double[values.length];
        for (int i = 0; i < row.length; i++) {
            row[i] = scale * values[i];
        }
        return row;
    }

    /** Returns all rows. */
    public static double[][] of(Matrix m) {
        double[][] rows = new double[m.rows()][];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = row(m, i);
        }
        return rows;
    }

    /**
     * Returns the unpadded rows of a batch item and head, scaled.
     *
     * @param mask [B,T]; null if all are real
     * @param index b·H + h
     */
    public static double[][] visible(Heads x, FloatBlock mask, int index, double scale) {
        int b = index / x.heads();
        long first = x.offset() + b * x.batchStride() + index % x.heads() * x.headStride();
        Matrix all = new Matrix(x.block(), first, x.tokens(), x.size(), x.tokenStride()); // [T,D]
        List<double[]> rows = new ArrayList<>();
        for (int t = 0; t < all.rows(); t++) {
            if (real(x, mask, index, t)) {
                rows.add(row(all, t, scale));
            }
        }
        return rows.toArray(double[][]::new);
    }

    /** Returns whether a token is real. */
    public static boolean real(Heads x, FloatBlock mask, int index, int token) {
        return mask == null || mask.get((long) (index / x.heads()) * x.tokens() + token) > 0.5f;
    }

    /** Writes values one after the other. */
    public static void write(double[] values, FloatBlock out, long at) {
        float[] narrow = new float[values.length];
        for (int i = 0; i < narrow.length; i++) {
            narrow[i] = (float) values[i];
        }
        out.write(at, narrow, 0, narrow.length);
    }
}
