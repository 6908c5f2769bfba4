package io.github.performer4j.kernels.vector;

import static io.github.performer4j.kernels.vector.NativeVectors.LANES;
import static io.github.performer4j.kernels.vector.NativeVectors.SPECIES;
import static io.github.performer4j.kernels.vector.NativeVectors.load;
import static io.github.performer4j.kernels.vector.NativeVectors.store;

import io.github.performer4j.kernels.memory.Copies;
import io.github.performer4j.kernels.memory.Matrix;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * {@link Copies} on vectors. Parts are short, so what does not fill a vector at their end is done in one that ends there, and whose
 * first lanes count as 0 where they would count twice; parts shorter than a vector are {@link NarrowCopies}.
 */
final class VectorCopies {
    private static final int STEP = Float.BYTES;

    private VectorCopies() {}

    static void copy(Matrix part, Matrix factors, Matrix phi) {
        int n = part.columns();
        if (phi.columns() < LANES) {
            Copies.copy(part, factors, phi);
            return;
        }
        if (n < LANES) {
            new NarrowCopies(n, factors.columns()).copy(part, factors, phi);
            return;
        }
        for (int r = 0; r < part.rows(); r++) {
            Object view = part.block().view(part.at(r));
            int at = part.block().byteIndex(part.at(r));
            Object to = phi.block().view(phi.at(r));
            int toAt = phi.block().byteIndex(phi.at(r));
            for (int i = 0; i < factors.columns(); i++) {
                float factor = factors.block().get(factors.at(r) + i);
                for (int l = 0; l < n; l += LANES) {
                    int place = Math.min(l, n - LANES) * STEP;
                    store(load(view, at + place).mul(factor), to, toAt + place);
                }
                toAt += n * STEP;
            }
        }
    }

    static void gradient(
            Matrix part, Matrix factors, Matrix d, float[] a, Matrix z, float[] b, Matrix dPart, Matrix dFactors) {
        int n = part.columns();
        if (d.columns() < LANES) {
            Copies.gradient(part, factors, d, a, z, b, dPart, dFactors);
            return;
        }
        if (n < LANES) {
            new NarrowCopies(n, factors.columns()).gradient(part, factors, d, a, z, b, dPart, dFactors);
            return;
        }
        int full = SPECIES.loopBound(n);
        FloatVector rest = rest(n - full);
        FloatVector zero = FloatVector.zero(SPECIES);
        Object zView = z.block().view(z.offset());
        for (int r = 0; r < part.rows(); r++) {
            Object view = part.block().view(part.at(r));
            int at = part.block().byteIndex(part.at(r));
            Object to = dPart.block().view(dPart.at(r));
            int toAt = dPart.block().byteIndex(dPart.at(r));
            Object dView = d.block().view(d.at(r));
            int dAt = d.block().byteIndex(d.at(r));
            int zAt = z.block().byteIndex(z.offset());
            FloatVector weight = FloatVector.broadcast(SPECIES, a == null ? 1 : a[r]);
            float constant = b == null ? 0 : b[r];
            for (int l = 0; l < n; l += LANES) {
                store(zero, to, toAt + Math.min(l, n - LANES) * STEP);
            }
            for (int i = 0; i < factors.columns(); i++) {
                float factor = factors.block().get(factors.at(r) + i);
                FloatVector sum = zero;
                for (int l = 0; l < full * STEP; l += LANES * STEP) {
                    FloatVector g = load(zView, zAt + l)
                            .fma(weight, load(dView, dAt + l).add(constant));
                    sum = g.fma(load(view, at + l), sum);
                    store(g.mul(factor).add(load(to, toAt + l)), to, toAt + l);
                }
                if (full < n) {
                    int l = (n - LANES) * STEP;
                    FloatVector g = load(zView, zAt + l)
                            .fma(weight, load(dView, dAt + l).add(constant))
                            .mul(rest);
                    sum = g.fma(load(view, at + l), sum);
                    store(g.mul(factor).add(load(to, toAt + l)), to, toAt + l);
                }
                dFactors.block().set(dFactors.at(r) + i, sum.reduceLanes(VectorOperators.ADD));
                dAt += n * STEP;
                zAt += n * STEP;
            }
        }
    }

    /** Returns 1 in the last n lanes, 0 in others. */
    static FloatVector rest(int n) {
        float[] lanes = new float[LANES];
        java.util.Arrays.fill(lanes, LANES - n, LANES, 1);
        return FloatVector.fromArray(SPECIES, lanes, 0);
    }
}
