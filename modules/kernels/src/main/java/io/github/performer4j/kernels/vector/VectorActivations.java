package io.github.performer4j.kernels.vector;

import static io.github.performer4j.kernels.vector.NativeVectors.LANES;
import static io.github.performer4j.kernels.vector.NativeVectors.SPECIES;
import static io.github.performer4j.kernels.vector.NativeVectors.load;
import static io.github.performer4j.kernels.vector.NativeVectors.store;

import io.github.performer4j.kernels.layer.LayerShapes;
import io.github.performer4j.kernels.math.Activation;
import io.github.performer4j.kernels.memory.FloatBlock;
import io.github.performer4j.kernels.memory.Matrix;
import jdk.incubator.vector.FloatVector;

/** The activations of feed-forwards on vectors, with and without a gate, part by part of a row. */
final class VectorActivations {
    private static final int STEP = Float.BYTES;

    private VectorActivations() {}

    static void activate(Activation f, Matrix z, Matrix out) {
        LayerShapes.activation(f, z, null, out);
        LayerShapes.given("out", out);
        forEachPart(f, false, z, (values, r, from, n) -> write(values.value, out.block(), out.at(r) + from, n));
    }

    static void gradient(Activation f, Matrix z, Matrix d, Matrix out) {
        LayerShapes.activation(f, z, d, out);
        LayerShapes.given("d", d);
        forEachPart(f, true, z, (values, r, from, n) -> {
            multiply(d, r, from, values.slope, d, n);
            if (out != null) {
                write(values.value, out.block(), out.at(r) + from, n);
            }
        });
    }

    static void gated(Activation f, Matrix z, Matrix gate, Matrix out) {
        LayerShapes.activation(f, z, null, out);
        LayerShapes.given("out", out);
        LayerShapes.same("gate", gate, "z", z);
        forEachPart(f, false, z, (values, r, from, n) -> multiply(gate, r, from, values.value, out, n));
    }

    static void gatedGradient(Activation f, Matrix z, Matrix gate, Matrix d, Matrix dGate, Matrix out) {
        LayerShapes.activation(f, z, d, out);
        LayerShapes.given("d", d);
        LayerShapes.same("gate", gate, "z", z);
        LayerShapes.same("dGate", dGate, "z", z);
        forEachPart(f, true, z, (values, r, from, n) -> {
            if (out != null) {
                multiply(gate, r, from, values.value, out, n);
            }
            gates(values, r, from, gate, d, dGate, n);
        });
    }

    /** What is done with a part of a row. */
    @FunctionalInterface
    private interface Part {
        void run(ActivationValues values, int row, int from, int n);
    }

    private static void forEachPart(Activation f, boolean slopes, Matrix z, Part part) {
        ActivationValues values = ActivationValues.mine(f, slopes);
        for (int r = 0; r < z.rows(); r++) {
            for (int from = 0; from < z.columns(); from += ActivationValues.PART) {
                int n = Math.min(ActivationValues.PART, z.columns() - from);
                values.compute(z, r, from, n);
                part.run(values, r, from, n);
            }
        }
    }

    private static void write(float[] values, FloatBlock to, long first, int n) {
        Object view = to.view(first);
        int at = to.byteIndex(first);
        int full = SPECIES.loopBound(n);
        for (int k = 0; k < full; k += LANES) {
            store(FloatVector.fromArray(SPECIES, values, k), view, at + k * STEP);
        }
        for (int k = full; k < n; k++) {
            to.set(first + k, values[k]);
        }
    }

    /** {@code out = x ⊙ factors} on a part of a row. */
    private static void multiply(Matrix x, int row, int from, float[] factors, Matrix out, int n) {
        long i = x.at(row) + from;
        long j = out.at(row) + from;
        Object xs = x.block().view(i);
        Object outs = out.block().view(j);
        int xAt = x.block().byteIndex(i);
        int outAt = out.block().byteIndex(j);
        int full = SPECIES.loopBound(n);
        for (int k = 0; k < full; k += LANES) {
            FloatVector v = load(xs, xAt + k * STEP).mul(FloatVector.fromArray(SPECIES, factors, k));
            store(v, outs, outAt + k * STEP);
        }
        for (int k = full; k < n; k++) {
            out.block().set(j + k, x.block().get(i + k) * factors[k]);
        }
    }

    /** {@code dGate = d ⊙ f(z)}, {@code d = d ⊙ gate ⊙ f'(z)}. */
    private static void gates(ActivationValues values, int row, int from, Matrix gate, Matrix d, Matrix dGate, int n) {
        long g = gate.at(row) + from;
        long i = d.at(row) + from;
        long j = dGate.at(row) + from;
        Object gates = gate.block().view(g);
        Object ds = d.block().view(i);
        Object dGates = dGate.block().view(j);
        int gateAt = gate.block().byteIndex(g);
        int dAt = d.block().byteIndex(i);
        int dGateAt = dGate.block().byteIndex(j);
        int full = SPECIES.loopBound(n);
        for (int k = 0; k < full; k += LANES) {
            FloatVector error = load(ds, dAt + k * STEP);
            FloatVector slope = load(gates, gateAt + k * STEP).mul(FloatVector.fromArray(SPECIES, values.slope, k));
            store(error.mul(slope), ds, dAt + k * STEP);
            store(error.mul(FloatVector.fromArray(SPECIES, values.value, k)), dGates, dGateAt + k * STEP);
        }
        for (int k = full; k < n; k++) {
            float error = d.block().get(i + k);
            d.block().set(i + k, error * (gate.block().get(g + k) * values.slope[k]));
            dGate.block().set(j + k, error * values.value[k]);
        }
    }
}
