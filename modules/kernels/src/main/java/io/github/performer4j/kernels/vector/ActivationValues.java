package io.github.performer4j.kernels.vector;

import static io.github.performer4j.kernels.vector.NativeVectors.LANES;
import static io.github.performer4j.kernels.vector.NativeVectors.SPECIES;
import static io.github.performer4j.kernels.vector.NativeVectors.load;

import io.github.performer4j.kernels.math.Activation;
import io.github.performer4j.kernels.math.Scalar;
import io.github.performer4j.kernels.memory.Matrix;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * f(z) and f'(z) of a part of a row, in heap arrays from where the loops of {@link VectorActivations} take them.
 *
 * <p>GELU takes three short loops through arrays that stay in the L1 cache, and not one, because the compiler inlines only so much into one
 * method (17 and 25 alike), and a vector operation that is not inlined allocates its result: one loop ran at a fifth of the speed. A call
 * that has three receivers by turns is one that it does not inline, so the loops are compiled apart.
 */
final class ActivationValues {
    /** Values of a part. */
    static final int PART = 512;

    private static final int STEP = Float.BYTES;
    private static final ThreadLocal<ActivationValues[]> MINE =
            ThreadLocal.withInitial(() -> new ActivationValues[2 * Activation.values().length]);

    final float[] value = new float[PART];
    final float[] slope = new float[PART];
    private final float[] bell = new float[PART];
    private final float[] normal = new float[PART]; // Φ, or σ
    private final Activation f;
    private final Loop[] loops;

    /**
     * Returns the calling thread's, for one call of a kernel.
     *
     * @param slopes whether {@link #slope} is wanted, which is undefined otherwise
     */
    static ActivationValues mine(Activation f, boolean slopes) {
        ActivationValues[] mine = MINE.get();
        int at = 2 * f.ordinal() + (slopes ? 1 : 0);
        if (mine[at] == null) {
            mine[at] = new ActivationValues(f, slopes);
        }
        return mine[at];
    }

    private ActivationValues(Activation f, boolean slopes) {
        this.f = f;
        loops = f == Activation.RELU
                ? new Loop[] {this::relu}
                : f.sigmoid()
                        ? new Loop[] {this::sigmoids, slopes ? this::sigmoidSlopes : this::values}
                        : new Loop[] {this::bells, this::normals, slopes ? this::valuesAndSlopes : this::values};
    }

    /** A loop over n values of a view, n a multiple of LANES. */
    @FunctionalInterface
    private interface Loop {
        void run(Object view, int at, int n);
    }

    /** Computes {@link #value} and {@link #slope} for columns from … from + n − 1 of a row, n ≤ PART. */
    void compute(Matrix z, int row, int from, int n) {
        long first = z.at(row) + from;
        Object view = z.block().view(first);
        int at = z.block().byteIndex(first);
        int full = SPECIES.loopBound(n);
        for (Loop loop : loops) {
            loop.run(view, at, full);
        }
        for (int k = full; k < n; k++) {
            one(z.block().get(first + k), k);
        }
    }

    private void relu(Object view, int at, int n) {
        for (int k = 0; k < n; k += LANES) {
            FloatVector z = load(view, at + k * STEP);
            z.max(0f).intoArray(value, k);
            FloatVector.zero(SPECIES)
                    .blend(1f, z.compare(VectorOperators.GT, 0f))
                    .intoArray(slope, k);
        }
    }

    private void bells(Object view, int at, int n) {
        for (int k = 0; k < n; k += LANES) {
            NativeVectors.bell(load(view, at + k * STEP)).intoArray(bell, k);
        }
    }

    private void normals(Object view, int at, int n) {
        for (int k = 0; k < n; k += LANES) {
            NativeVectors.normal(load(view, at + k * STEP), FloatVector.fromArray(SPECIES, bell, k))
                    .intoArray(normal, k);
        }
    }

    private void values(Object view, int at, int n) {
        for (int k = 0; k < n; k += LANES) {
            load(view, at + k * STEP)
                    .mul(FloatVector.fromArray(SPECIES, normal, k))
                    .intoArray(value, k);
        }
    }

    private void valuesAndSlopes(Object view, int at, int n) {
        FloatVector density = FloatVector.broadcast(SPECIES, Scalar.DENSITY);
        for (int k = 0; k < n; k += LANES) {
            FloatVector z = load(view, at + k * STEP);
            FloatVector phi = FloatVector.fromArray(SPECIES, normal, k);
            z.mul(phi).intoArray(value, k);
            z.mul(FloatVector.fromArray(SPECIES, bell, k)).fma(density, phi).intoArray(slope, k);
        }
    }

    /** Leaves σ in {@link #normal}. */
    private void sigmoids(Object view, int at, int n) {
        FloatVector one = FloatVector.broadcast(SPECIES, 1);
        FloatVector a = FloatVector.broadcast(SPECIES, f.linear());
        FloatVector b = FloatVector.broadcast(SPECIES, f.cubic());
        for (int k = 0; k < n; k += LANES) {
            FloatVector z = load(view, at + k * STEP);
            FloatVector minus = b.fma(z.mul(z), a).mul(z).neg();
            one.div(NativeVectors.exp(minus).add(one)).intoArray(normal, k);
        }
    }

    private void sigmoidSlopes(Object view, int at, int n) {
        FloatVector one = FloatVector.broadcast(SPECIES, 1);
        FloatVector a = FloatVector.broadcast(SPECIES, f.linear());
        FloatVector b = FloatVector.broadcast(SPECIES, 3 * f.cubic());
        for (int k = 0; k < n; k += LANES) {
            FloatVector z = load(view, at + k * STEP);
            FloatVector s = FloatVector.fromArray(SPECIES, normal, k);
            z.mul(s).intoArray(value, k);
            FloatVector inner = b.fma(z.mul(z), a).mul(z);
            inner.fma(s.mul(one.sub(s)), s).intoArray(slope, k);
        }
    }

    private void one(float z, int k) {
        if (f == Activation.RELU) {
            value[k] = Math.max(z, 0);
            slope[k] = z > 0 ? 1 : 0;
        } else if (f.sigmoid()) {
            float s = Scalar.sigmoid(f, z);
            value[k] = z * s;
            slope[k] = Scalar.sigmoidSlope(f, z, s);
        } else {
            float b = Scalar.bell(z);
            float phi = Scalar.normal(z, b);
            value[k] = z * phi;
            slope[k] = phi + z * b * Scalar.DENSITY;
        }
    }
}
