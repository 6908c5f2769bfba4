package io.github.performer4j.kernels.vector;

import static io.github.performer4j.kernels.vector.NativeVectors.LANES;
import static io.github.performer4j.kernels.vector.NativeVectors.SPECIES;
import static io.github.performer4j.kernels.vector.NativeVectors.load;
import static io.github.performer4j.kernels.vector.NativeVectors.store;

import io.github.performer4j.kernels.math.ScalarFunction;
import io.github.performer4j.kernels.memory.Matrix;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/** The functions of generalised features on vectors; those without a cheap vector form are computed one by one. */
final class VectorFunctions {
    private static final int STEP = Float.BYTES;

    private VectorFunctions() {}

    /** {@code phi = f(p) + ε}. */
    static void apply(ScalarFunction f, Matrix p, float epsilon, Matrix phi) {
        int full = vector(f) ? SPECIES.loopBound(p.columns()) : 0;
        for (int r = 0; r < p.rows(); r++) {
            long row = p.at(r);
            Object view = p.block().view(row);
            int at = p.block().byteIndex(row);
            long to = phi.at(r);
            Object toView = phi.block().view(to);
            int toAt = phi.block().byteIndex(to);
            for (int i = 0; i < full; i += LANES) {
                store(value(f, load(view, at + i * STEP)).add(epsilon), toView, toAt + i * STEP);
            }
            for (int i = full; i < p.columns(); i++) {
                phi.block().set(to + i, f.apply(p.block().get(row + i)) + epsilon);
            }
        }
    }

    /** {@code d = d f'(p)}. */
    static void applyGradient(ScalarFunction f, Matrix p, Matrix d) {
        int full = vector(f) ? SPECIES.loopBound(p.columns()) : 0;
        for (int r = 0; r < p.rows(); r++) {
            long row = p.at(r);
            Object view = p.block().view(row);
            int at = p.block().byteIndex(row);
            long to = d.at(r);
            Object toView = d.block().view(to);
            int toAt = d.block().byteIndex(to);
            for (int i = 0; i < full; i += LANES) {
                FloatVector slope = slope(f, load(view, at + i * STEP));
                store(load(toView, toAt + i * STEP).mul(slope), toView, toAt + i * STEP);
            }
            for (int i = full; i < p.columns(); i++) {
                d.block()
                        .set(
                                to + i,
                                d.block().get(to + i) * f.derivative(p.block().get(row + i)));
            }
        }
    }

    private static boolean vector(ScalarFunction f) {
        return switch (f) {
            case RELU, SQUARED_RELU, ELU_PLUS_ONE, ABS, SQUARE, IDENTITY, SIGMOID -> true;
            default -> false;
        };
    }

    private static FloatVector value(ScalarFunction f, FloatVector z) {
        return switch (f) {
            case RELU -> z.max(0f);
            case SQUARED_RELU -> z.max(0f).mul(z.max(0f));
            case ELU_PLUS_ONE -> NativeVectors.decay(z.min(0f)).add(z.max(0f));
            case ABS -> z.abs();
            case SQUARE -> z.mul(z);
            case SIGMOID -> sigmoid(z);
            default -> z;
        };
    }

    private static FloatVector slope(ScalarFunction f, FloatVector z) {
        FloatVector one = FloatVector.broadcast(SPECIES, 1f);
        return switch (f) {
            case RELU -> step(z);
            case SQUARED_RELU -> z.max(0f).mul(2f);
            case ELU_PLUS_ONE -> NativeVectors.decay(z.min(0f));
            case ABS -> step(z).sub(step(z.neg()));
            case SQUARE -> z.mul(2f);
            case SIGMOID -> sigmoid(z).mul(one.sub(sigmoid(z)));
            default -> one;
        };
    }

    private static FloatVector sigmoid(FloatVector z) {
        FloatVector one = FloatVector.broadcast(SPECIES, 1f);
        return one.div(NativeVectors.exp(z.neg()).add(1f));
    }

    private static FloatVector step(FloatVector z) {
        VectorMask<Float> positive = z.compare(VectorOperators.GT, 0f);
        return FloatVector.zero(SPECIES).blend(1f, positive);
    }
}
