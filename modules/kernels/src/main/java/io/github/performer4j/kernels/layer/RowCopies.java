package io.github.performer4j.kernels.layer;

import io.github.performer4j.kernels.memory.Matrix;

/** Copies of rows as they are, which need no arithmetic and are the same for plain and vector code. */
public final class RowCopies {
    private RowCopies() {}

    /** {@code out = x}. */
    public static void copy(Matrix x, Matrix out) {
        LayerShapes.same("out", out, "x", x);
        for (int r = 0; r < x.rows(); r++) {
            copyRow(x, r, out, r);
        }
    }

    /** Each row of out becomes the row, [1,n]. */
    public static void fillRows(Matrix row, Matrix out) {
        LayerShapes.row(out, "row", row);
        for (int r = 0; r < out.rows(); r++) {
            copyRow(row, 0, out, r);
        }
    }

    /** {@code out_r = table_{ids[first + r]}}. */
    public static void gather(Matrix table, int[] ids, int first, Matrix out) {
        LayerShapes.lookup(table, ids, first, "out", out);
        for (int r = 0; r < out.rows(); r++) {
            copyRow(table, ids[first + r], out, r);
        }
    }

    private static void copyRow(Matrix x, int row, Matrix out, int outRow) {
        long from = x.at(row);
        long to = out.at(outRow);
        out.block()
                .bytes(to)
                .put(
                        out.block().byteIndex(to),
                        x.block().bytes(from),
                        x.block().byteIndex(from),
                        x.columns() * Float.BYTES);
    }
}
