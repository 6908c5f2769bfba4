package io.github.performer4j.kernels.vector;

import static io.github.performer4j.kernels.vector.NativeVectors.LANES;
import static io.github.performer4j.kernels.vector.NativeVectors.SPECIES;
import static io.github.performer4j.kernels.vector.NativeVectors.load;
import static io.github.performer4j.kernels.vector.NativeVectors.store;

import io.github.performer4j.kernels.memory.FloatBlock;
import io.github.performer4j.kernels.memory.Matrix;
import io.github.performer4j.kernels.memory.Waves;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Cosine and sine on vectors, by one reduction {@code x = nπ/2 + r}, and their gradient.
 *
 * <p>To 3.6e-8 for |x| ≤ 16,384, 0.6 of a unit in the last place: x − n·π₁ is exact, r has a low part, and so have r² and 1 − r²/2 where the
 * cosine is summed.
 */
final class VectorWaves {
    private static final int STEP = Float.BYTES;
    private static final float ROUND = 12582912f; // 1.5 · 2²³: adding it rounds to an integer in the low bits
    private static final float TWO_OVER_PI = 0.63661977f;
    // π/2 = π₁ + π₂ + π₃ + 1e-23
    private static final float HALF_PI_1 = 1.5707964f;
    private static final float HALF_PI_2 = -4.371139e-8f;
    private static final float HALF_PI_3 = -1.7151245e-15f;
    // own minimax fits for |r| ≤ 1.001 π/4: sin r = r + r³ S(r²) to 2e-10, cos r = 1 − r²/2 + r⁴ C(r²) to 1e-10
    private static final float S0 = -0.16666667f; // held, the others fitted to it
    private static final float S1 = 8.33338e-3f;
    private static final float S2 = -1.9853438e-4f;
    private static final float S3 = 2.8366417e-6f;
    private static final float C0 = 0.041666646f;
    private static final float C1 = -1.3887362e-3f;
    private static final float C2 = 2.443773e-5f;

    /** Of {@link #narrow}. */
    private static final ThreadLocal<FloatBlock> ROOM = ThreadLocal.withInitial(() -> FloatBlock.allocate(1));

    private VectorWaves() {}

    /** {@code phi = scale [cos p, sin p]}; the end of a row in a vector that ends there, short rows together. */
    static void waves(Matrix p, float[] scale, Matrix phi) {
        int n = p.columns();
        if (n < LANES) {
            narrow(p, scale, phi);
            return;
        }
        int full = SPECIES.loopBound(n);
        for (int r = 0; r < p.rows(); r++) {
            long row = p.at(r);
            Object view = p.block().view(row);
            int at = p.block().byteIndex(row);
            long to = phi.at(r);
            Object toView = phi.block().view(to);
            int toAt = phi.block().byteIndex(to);
            float factor = scale == null ? 1 : scale[r];
            if (small(view, at, n)) {
                waves(view, at, full, factor, toView, toAt, n * STEP);
                int last = (n - LANES) * STEP;
                waves(view, at + last, n - full, factor, toView, toAt + last, n * STEP);
            } else {
                Waves.write(p.block(), row, n, factor, phi.block(), to);
            }
        }
    }

    /** Rows shorter than a vector: the arguments of all rows, one after the other, then all cosines, then all sines. */
    private static void narrow(Matrix p, float[] scale, Matrix phi) {
        int n = p.columns();
        int count = p.rows() * n;
        int each = (count + LANES - 1) / LANES * LANES;
        float[] values = new float[3 * each];
        for (int r = 0; r < p.rows(); r++) {
            p.block().read(p.at(r), values, r * n, n);
        }
        FloatBlock room = room(3 * each);
        room.write(0, values, 0, each);
        Object view = room.view(0);
        int at = room.byteIndex(0);
        boolean small = small(view, at, each);
        if (small) {
            waves(view, at, each, 1, view, at + each * STEP, each * STEP);
            room.read(each, values, each, 2 * each);
        }
        for (int r = 0; r < p.rows(); r++) {
            float factor = scale == null ? 1 : scale[r];
            if (!small) {
                Waves.write(p.block(), p.at(r), n, factor, phi.block(), phi.at(r));
                continue;
            }
            for (int i = r * n; i < (r + 1) * n; i++) {
                values[each + i] *= factor;
                values[2 * each + i] *= factor;
            }
            phi.block().write(phi.at(r), values, each + r * n, n);
            phi.block().write(phi.at(r) + n, values, 2 * each + r * n, n);
        }
    }

    private static FloatBlock room(long length) {
        FloatBlock room = ROOM.get();
        if (room.length() < length) {
            room = FloatBlock.allocate(length);
            ROOM.set(room);
        }
        return room;
    }

    /** Returns whether no argument is too large; n ≥ LANES. */
    private static boolean small(Object view, int at, int n) {
        FloatVector largest = FloatVector.zero(SPECIES);
        for (int i = 0; i < n; i += LANES) {
            FloatVector x = load(view, at + Math.min(i, n - LANES) * STEP).abs();
            largest = largest.blend(x, x.compare(VectorOperators.GT, largest)); // NaN needs no care: it stays NaN
        }
        return largest.compare(VectorOperators.LE, Waves.LARGEST).allTrue();
    }

    /** Writes the waves of n arguments, or up to the next multiple of LANES. */
    private static void waves(Object view, int at, int n, float factor, Object toView, int toAt, int further) {
        FloatVector one = FloatVector.broadcast(SPECIES, 1f);
        for (int i = 0; i < n; i += LANES) {
            FloatVector x = load(view, at + i * STEP);
            FloatVector rounded = x.fma(one.broadcast(TWO_OVER_PI), one.broadcast(ROUND));
            IntVector quarter = rounded.reinterpretAsInts();
            FloatVector quarters = rounded.sub(ROUND);
            FloatVector a = quarters.fma(one.broadcast(-HALF_PI_1), x);
            FloatVector r = quarters.fma(one.broadcast(-HALF_PI_2), a);
            FloatVector low = quarters.fma(one.broadcast(-HALF_PI_2), a.sub(r));
            low = quarters.fma(one.broadcast(-HALF_PI_3), low);
            FloatVector s = r.mul(r);
            FloatVector lowOfS = r.fma(r, s.neg());

            FloatVector high = s.fma(one.broadcast(-0.5f), one); // and cos r, where it meets r's low part
            FloatVector odd = s.fma(one.broadcast(S3), one.broadcast(S2))
                    .fma(s, one.broadcast(S1))
                    .mul(s);
            FloatVector cube = r.mul(s);
            FloatVector lowOfCube = r.fma(lowOfS, r.fma(s, cube.neg()));
            FloatVector small = cube.fma(odd, lowOfCube.fma(one.broadcast(S0), low.mul(high)));
            IntVector sine = cube.fma(one.broadcast(S0), small).add(r).reinterpretAsInts();

            FloatVector even = s.fma(one.broadcast(C2), one.broadcast(C1)).fma(s, one.broadcast(C0));
            FloatVector rest = s.fma(one.broadcast(-0.5f), one.sub(high));
            rest = lowOfS.fma(one.broadcast(-0.5f), rest).sub(r.mul(low));
            IntVector cosine = s.mul(s).fma(even, rest).add(high).reinterpretAsInts();

            IntVector odds = quarter.and(1).neg(); // all bits where the two change places
            IntVector swap = sine.lanewise(VectorOperators.XOR, cosine).and(odds);
            IntVector signs = quarter.and(2).lanewise(VectorOperators.LSHL, 30);
            IntVector cosineSigns = quarter.add(1).and(2).lanewise(VectorOperators.LSHL, 30);
            sine = sine.lanewise(VectorOperators.XOR, swap).lanewise(VectorOperators.XOR, signs);
            cosine = cosine.lanewise(VectorOperators.XOR, swap).lanewise(VectorOperators.XOR, cosineSigns);
            store(cosine.reinterpretAsFloats().mul(factor), toView, toAt + i * STEP);
            store(sine.reinterpretAsFloats().mul(factor), toView, toAt + further + i * STEP);
        }
    }

    /** {@code out_i = φ_i g_(n+i) − φ_(n+i) g_i} and the rows' sums of φ g, with g = d + a ⊗ z + b. */
    static void gradient(Matrix phi, Matrix d, float[] a, Matrix z, float[] b, Matrix out, float[] sums) {
        int n = out.columns();
        int full = SPECIES.loopBound(n);
        int rest = n - full;
        Object zView = z.block().view(z.offset());
        int zAt = z.block().byteIndex(z.offset());
        int further = n * STEP;
        float[] waves = new float[2 * LANES];
        float[] slopes = new float[2 * LANES];
        float[] zs = new float[2 * LANES];
        ends(z, 0, n, full, zs);
        for (int r = 0; r < out.rows(); r++) {
            Object view = phi.block().view(phi.at(r));
            int at = phi.block().byteIndex(phi.at(r));
            Object dView = d.block().view(d.at(r));
            int dAt = d.block().byteIndex(d.at(r));
            Object toView = out.block().view(out.at(r));
            int toAt = out.block().byteIndex(out.at(r));
            float weight = a == null ? 1 : a[r];
            float constant = b == null ? 0 : b[r];
            FloatVector w = FloatVector.broadcast(SPECIES, weight);
            FloatVector sum = FloatVector.zero(SPECIES);
            for (int i = 0; i < full * STEP; i += LANES * STEP) {
                FloatVector cosine = load(view, at + i);
                FloatVector sine = load(view, at + further + i);
                FloatVector first =
                        load(zView, zAt + i).fma(w, load(dView, dAt + i).add(constant));
                FloatVector second = load(zView, zAt + further + i)
                        .fma(w, load(dView, dAt + further + i).add(constant));
                store(cosine.mul(second).sub(sine.mul(first)), toView, toAt + i);
                sum = cosine.fma(first, sine.fma(second, sum));
            }
            float total = sum.reduceLanes(VectorOperators.ADD);
            if (rest > 0) {
                ends(phi, r, n, full, waves);
                ends(d, r, n, full, slopes);
                for (int i = 0; i < rest; i++) {
                    float first = slopes[i] + weight * zs[i] + constant;
                    float second = slopes[LANES + i] + weight * zs[LANES + i] + constant;
                    total += waves[i] * first + waves[LANES + i] * second;
                    slopes[i] = waves[i] * second - waves[LANES + i] * first;
                }
                out.block().write(out.at(r) + full, slopes, 0, rest);
            }
            sums[r] = total;
        }
    }

    /** Reads what does not fill a vector at the end of both halves of a row. */
    private static void ends(Matrix m, int r, int n, int full, float[] out) {
        m.block().read(m.at(r) + full, out, 0, n - full);
        m.block().read(m.at(r) + n + full, out, LANES, n - full);
    }
}
