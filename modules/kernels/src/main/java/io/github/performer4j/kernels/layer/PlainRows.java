package io.github.performer4j.kernels.layer;

import io.github.performer4j.kernels.memory.Matrix;
import java.nio.ByteBuffer;

/** Sums and products of rows in plain Java. */
final class PlainRows {
    private static final int STEP = Float.BYTES;

    private PlainRows() {}

    static void add(Matrix x, Matrix y) {
        LayerShapes.same("y", y, "x", x);
        for (int r = 0; r < x.rows(); r++) {
            addRow(x, r, y, r);
        }
    }

    static void addScaled(Matrix x, float factor, Matrix y) {
        LayerShapes.same("y", y, "x", x);
        for (int r = 0; r < x.rows(); r++) {
            ByteBuffer from = x.block().bytes(x.at(r));
            ByteBuffer to = y.block().bytes(y.at(r));
            int at = x.block().byteIndex(x.at(r));
            int toAt = y.block().byteIndex(y.at(r));
            for (int i = 0; i < x.columns() * STEP; i += STEP) {
                to.putFloat(toAt + i, to.getFloat(toAt + i) + factor * from.getFloat(at + i));
            }
        }
    }

    static void fill(Matrix x, float value) {
        LayerShapes.given("x", x);
        for (int r = 0; r < x.rows(); r++) {
            ByteBuffer b = x.block().bytes(x.at(r));
            int at = x.block().byteIndex(x.at(r));
            for (int i = 0; i < x.columns() * STEP; i += STEP) {
                b.putFloat(at + i, value);
            }
        }
    }

    static void addRow(Matrix x, Matrix row, Matrix out) {
        LayerShapes.row(x, "row", row);
        LayerShapes.same("out", out, "x", x);
        ByteBuffer added = row.block().bytes(row.offset());
        int addedAt = row.block().byteIndex(row.offset());
        for (int r = 0; r < x.rows(); r++) {
            ByteBuffer from = x.block().bytes(x.at(r));
            int at = x.block().byteIndex(x.at(r));
            ByteBuffer to = out.block().bytes(out.at(r));
            int toAt = out.block().byteIndex(out.at(r));
            for (int i = 0; i < x.columns() * STEP; i += STEP) {
                to.putFloat(toAt + i, from.getFloat(at + i) + added.getFloat(addedAt + i));
            }
        }
    }

    static void addColumnSums(Matrix x, Matrix sums) {
        LayerShapes.row(x, "sums", sums);
        for (int r = 0; r < x.rows(); r++) {
            addRow(x, r, sums, 0);
        }
    }

    static void scatterAdd(Matrix x, int[] ids, int first, Matrix table) {
        LayerShapes.lookup(table, ids, first, "x", x);
        for (int r = 0; r < x.rows(); r++) {
            addRow(x, r, table, ids[first + r]);
        }
    }

    private static void addRow(Matrix x, int row, Matrix y, int rowOfY) {
        ByteBuffer from = x.block().bytes(x.at(row));
        int at = x.block().byteIndex(x.at(row));
        ByteBuffer to = y.block().bytes(y.at(rowOfY));
        int toAt = y.block().byteIndex(y.at(rowOfY));
        for (int i = 0; i < x.columns() * STEP; i += STEP) {
            to.putFloat(toAt + i, to.getFloat(toAt + i) + from.getFloat(at + i));
        }
    }
}
