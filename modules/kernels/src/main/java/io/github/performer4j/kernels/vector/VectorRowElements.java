package io.github.performer4j.kernels.vector;

import static io.github.performer4j.kernels.vector.NativeVectors.LANES;
import static io.github.performer4j.kernels.vector.NativeVectors.SPECIES;
import static io.github.performer4j.kernels.vector.NativeVectors.load;
import static io.github.performer4j.kernels.vector.NativeVectors.loadHalves;
import static io.github.performer4j.kernels.vector.NativeVectors.store;

import io.github.performer4j.kernels.memory.FloatBlock;
import io.github.performer4j.kernels.memory.Matrix;
import io.github.performer4j.kernels.product.RowElements;
import jdk.incubator.vector.FloatVector;

/** {@link RowElements} on vectors: eight sums at a time stay in registers while the matrix's rows go by. */
public final class VectorRowElements implements RowElements {
    private static final int WIDE = 8 * LANES;
    private static final int STEP = LANES * Short.BYTES;

    @Override
    public void multiply(Matrix a, FloatBlock w, float beta, Matrix c) {
        float[] x = new float[a.columns()];
        a.block().read(a.offset(), x, 0, x.length);
        Object view = w.view(0);
        int n = 0;
        boolean near = view == w.view(w.length() - 1); // a matrix over the end of a window is read value by value
        for (; near && n + WIDE <= c.columns(); n += WIDE) {
            wide(x, view, beta, c, n);
        }
        for (; near && n + LANES <= c.columns(); n += LANES) {
            narrow(x, view, beta, c, n);
        }
        RowElements.columns(x, w, beta, c, n, c.columns());
    }

    private static void wide(float[] x, Object view, float beta, Matrix c, int n) {
        FloatVector s0 = FloatVector.zero(SPECIES);
        FloatVector s1 = s0;
        FloatVector s2 = s0;
        FloatVector s3 = s0;
        FloatVector s4 = s0;
        FloatVector s5 = s0;
        FloatVector s6 = s0;
        FloatVector s7 = s0;
        int stride = c.columns() * Short.BYTES;
        int at = n * Short.BYTES;
        for (float value : x) {
            FloatVector v = FloatVector.broadcast(SPECIES, value);
            s0 = v.fma(loadHalves(view, at), s0);
            s1 = v.fma(loadHalves(view, at + STEP), s1);
            s2 = v.fma(loadHalves(view, at + 2 * STEP), s2);
            s3 = v.fma(loadHalves(view, at + 3 * STEP), s3);
            s4 = v.fma(loadHalves(view, at + 4 * STEP), s4);
            s5 = v.fma(loadHalves(view, at + 5 * STEP), s5);
            s6 = v.fma(loadHalves(view, at + 6 * STEP), s6);
            s7 = v.fma(loadHalves(view, at + 7 * STEP), s7);
            at += stride;
        }
        put(s0, beta, c, n);
        put(s1, beta, c, n + LANES);
        put(s2, beta, c, n + 2 * LANES);
        put(s3, beta, c, n + 3 * LANES);
        put(s4, beta, c, n + 4 * LANES);
        put(s5, beta, c, n + 5 * LANES);
        put(s6, beta, c, n + 6 * LANES);
        put(s7, beta, c, n + 7 * LANES);
    }

    private static void narrow(float[] x, Object view, float beta, Matrix c, int n) {
        FloatVector sum = FloatVector.zero(SPECIES);
        int at = n * Short.BYTES;
        for (float value : x) {
            sum = FloatVector.broadcast(SPECIES, value).fma(loadHalves(view, at), sum);
            at += c.columns() * Short.BYTES;
        }
        put(sum, beta, c, n);
    }

    private static void put(FloatVector sum, float beta, Matrix c, int n) {
        long to = c.offset() + n;
        Object view = c.block().view(to);
        int at = c.block().byteIndex(to);
        store(beta == 0 ? sum : sum.add(load(view, at)), view, at);
    }
}
