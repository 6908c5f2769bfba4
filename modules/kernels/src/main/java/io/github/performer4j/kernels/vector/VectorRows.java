package io.github.performer4j.kernels.vector;

import static io.github.performer4j.kernels.vector.NativeVectors.LANES;
import static io.github.performer4j.kernels.vector.NativeVectors.SPECIES;
import static io.github.performer4j.kernels.vector.NativeVectors.load;
import static io.github.performer4j.kernels.vector.NativeVectors.store;

import io.github.performer4j.kernels.layer.LayerShapes;
import io.github.performer4j.kernels.memory.FloatBlock;
import io.github.performer4j.kernels.memory.Matrix;
import jdk.incubator.vector.FloatVector;

/** Sums of rows on vectors. */
final class VectorRows {
    private static final int STEP = Float.BYTES;

    private VectorRows() {}

    static void add(Matrix x, Matrix y) {
        LayerShapes.same("y", y, "x", x);
        for (int r = 0; r < x.rows(); r++) {
            sum(x, r, y, r, y, r);
        }
    }

    static void addScaled(Matrix x, float factor, Matrix y) {
        LayerShapes.same("y", y, "x", x);
        int full = SPECIES.loopBound(x.columns());
        for (int r = 0; r < x.rows(); r++) {
            long i = x.at(r);
            long j = y.at(r);
            Object xs = x.block().view(i);
            Object ys = y.block().view(j);
            int xAt = x.block().byteIndex(i);
            int yAt = y.block().byteIndex(j);
            for (int k = 0; k < full; k += LANES) {
                FloatVector sum = load(xs, xAt + k * STEP).mul(factor).add(load(ys, yAt + k * STEP));
                store(sum, ys, yAt + k * STEP);
            }
            for (int k = full; k < x.columns(); k++) {
                y.block().set(j + k, factor * x.block().get(i + k) + y.block().get(j + k));
            }
        }
    }

    static void addRow(Matrix x, Matrix row, Matrix out) {
        LayerShapes.row(x, "row", row);
        LayerShapes.same("out", out, "x", x);
        for (int r = 0; r < x.rows(); r++) {
            sum(x, r, row, 0, out, r);
        }
    }

    static void scatterAdd(Matrix x, int[] ids, int first, Matrix table) {
        LayerShapes.lookup(table, ids, first, "x", x);
        for (int r = 0; r < x.rows(); r++) {
            sum(x, r, table, ids[first + r], table, ids[first + r]);
        }
    }

    /** Writes the sum of two rows. */
    private static void sum(Matrix x, int rowOfX, Matrix y, int rowOfY, Matrix out, int rowOfOut) {
        long i = x.at(rowOfX);
        long j = y.at(rowOfY);
        long o = out.at(rowOfOut);
        Object xs = x.block().view(i);
        Object ys = y.block().view(j);
        Object outs = out.block().view(o);
        int xAt = x.block().byteIndex(i);
        int yAt = y.block().byteIndex(j);
        int outAt = out.block().byteIndex(o);
        int full = SPECIES.loopBound(x.columns());
        for (int k = 0; k < full; k += LANES) {
            store(load(xs, xAt + k * STEP).add(load(ys, yAt + k * STEP)), outs, outAt + k * STEP);
        }
        for (int k = full; k < x.columns(); k++) {
            out.block().set(o + k, x.block().get(i + k) + y.block().get(j + k));
        }
    }

    static void fill(Matrix x, float value) {
        LayerShapes.given("x", x);
        FloatVector v = FloatVector.broadcast(SPECIES, value);
        int full = SPECIES.loopBound(x.columns());
        for (int r = 0; r < x.rows(); r++) {
            long row = x.at(r);
            Object view = x.block().view(row);
            int at = x.block().byteIndex(row);
            for (int k = 0; k < full; k += LANES) {
                store(v, view, at + k * STEP);
            }
            x.block().fill(row + full, x.columns() - full, value);
        }
    }

    /** Four rows at a time, because the sums are read and written for each group. */
    static void addColumnSums(Matrix x, Matrix sums) {
        LayerShapes.row(x, "sums", sums);
        int groups = x.rows() - x.rows() % 4;
        for (int r = 0; r < groups; r += 4) {
            addFour(x, r, sums);
        }
        for (int r = groups; r < x.rows(); r++) {
            sum(x, r, sums, 0, sums, 0);
        }
    }

    private static void addFour(Matrix x, int r, Matrix sums) {
        FloatBlock block = x.block();
        long row = x.at(r);
        int next = x.stride() * STEP;
        Object view = block.view(row); // of the first row: views reach further than four rows
        int at = block.byteIndex(row);
        Object to = sums.block().view(sums.offset());
        int toAt = sums.block().byteIndex(sums.offset());
        int full = SPECIES.loopBound(x.columns());
        for (int k = 0; k < full; k += LANES) {
            int place = at + k * STEP;
            FloatVector two = load(view, place).add(load(view, place + next));
            FloatVector other = load(view, place + 2 * next).add(load(view, place + 3 * next));
            store(load(to, toAt + k * STEP).add(two.add(other)), to, toAt + k * STEP);
        }
        for (int k = full; k < x.columns(); k++) {
            float sum = block.get(row + k) + block.get(row + x.stride() + k);
            sum += block.get(row + 2L * x.stride() + k) + block.get(row + 3L * x.stride() + k);
            sums.block().set(sums.offset() + k, sums.block().get(sums.offset() + k) + sum);
        }
    }
}
