package io.github.performer4j.kernels.vector;

import static io.github.performer4j.kernels.vector.NativeVectors.LANES;
import static io.github.performer4j.kernels.vector.NativeVectors.SPECIES;
import static io.github.performer4j.kernels.vector.NativeVectors.load;
import static io.github.performer4j.kernels.vector.NativeVectors.store;

import io.github.performer4j.kernels.math.Scalar;
import io.github.performer4j.kernels.memory.Matrix;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/** Logarithms of shifted rows on vectors, and their gradient. */
final class VectorLogs {
    private static final int STEP = Float.BYTES;

    private VectorLogs() {}

    /** {@code out = log(max((scale x − shift) factor, 0) + 1e-30)}. */
    static void logs(Matrix x, float scale, Matrix shift, float factor, Matrix out) {
        int full = SPECIES.loopBound(x.columns());
        Object shiftView = shift.block().view(shift.offset());
        int shiftAt = shift.block().byteIndex(shift.offset());
        for (int r = 0; r < x.rows(); r++) {
            long row = x.at(r);
            Object view = x.block().view(row);
            int at = x.block().byteIndex(row);
            long to = out.at(r);
            Object toView = out.block().view(to);
            int toAt = out.block().byteIndex(to);
            for (int i = 0; i < full; i += LANES) {
                FloatVector y = height(load(view, at + i * STEP), scale, load(shiftView, shiftAt + i * STEP), factor);
                store(NativeVectors.log(y.add(Scalar.LEAST)), toView, toAt + i * STEP);
            }
            for (int i = full; i < x.columns(); i++) {
                float y = Scalar.height(
                        x.block().get(row + i), scale, shift.block().get(shift.offset() + i), factor);
                out.block().set(to + i, Scalar.log(y + Scalar.LEAST));
            }
        }
    }

    /** {@code d = d · scale · factor / y}. */
    static void gradient(Matrix x, float scale, Matrix shift, float factor, Matrix d) {
        int full = SPECIES.loopBound(x.columns());
        Object shiftView = shift.block().view(shift.offset());
        int shiftAt = shift.block().byteIndex(shift.offset());
        FloatVector slope = FloatVector.broadcast(SPECIES, scale * factor);
        FloatVector zero = FloatVector.zero(SPECIES);
        for (int r = 0; r < x.rows(); r++) {
            long row = x.at(r);
            Object view = x.block().view(row);
            int at = x.block().byteIndex(row);
            long to = d.at(r);
            Object toView = d.block().view(to);
            int toAt = d.block().byteIndex(to);
            for (int i = 0; i < full; i += LANES) {
                FloatVector y = height(load(view, at + i * STEP), scale, load(shiftView, shiftAt + i * STEP), factor);
                FloatVector g = slope.div(y.add(Scalar.LEAST)).blend(zero, y.compare(VectorOperators.LE, 0f));
                store(load(toView, toAt + i * STEP).mul(g), toView, toAt + i * STEP);
            }
            for (int i = full; i < x.columns(); i++) {
                float y = Scalar.height(
                        x.block().get(row + i), scale, shift.block().get(shift.offset() + i), factor);
                float g = y > 0 ? scale * factor / (y + Scalar.LEAST) : 0;
                d.block().set(to + i, d.block().get(to + i) * g);
            }
        }
    }

    private static FloatVector height(FloatVector x, float scale, FloatVector shift, float factor) {
        return x.mul(scale).sub(shift).mul(factor).max(0f);
    }
}
