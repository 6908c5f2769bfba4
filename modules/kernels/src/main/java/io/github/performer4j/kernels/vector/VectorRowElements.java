package io.github.performer4j.kernels.vector;

import static io.github.performer4j.kernels.vector.NativeVectors.LANES;
import static io.github.performer4j.kernels.vector.NativeVectors.SPECIES;
import static io.github.performer4j.kernels.vector.NativeVectors.load;
import static io.github.performer4j.kernels.vector.NativeVectors.store;

import io.github.performer4j.kernels.memory.FloatBlock;
import io.github.performer4j.kernels.memory.Matrix;
import io.github.performer4j.kernels.product.RowElements;
import jdk.incubator.vector.FloatVector;

/** {@link RowElements} on vectors: eight sums at a time stay in registers while b's rows go by. */
public final class VectorRowElements implements RowElements {
    private static final int WIDE = 8 * LANES;
    private static final int STEP = LANES * Float.BYTES;

    @Override
    public boolean multiply(Matrix a, Matrix b, float alpha, float beta, Matrix c) {
        FloatBlock table = b.block();
        Object view = table.view(b.offset());
        if (view != table.view(b.at(b.rows() - 1) + b.columns() - 1)) {
            return false; // over the end of a window
        }
        float[] x = new float[b.rows()];
        a.block().read(a.offset(), x, 0, x.length);
        for (int k = 0; k < x.length; k++) {
            x[k] *= alpha;
        }
        int from = table.byteIndex(b.offset());
        int stride = b.stride() * Float.BYTES;
        int n = 0;
        for (; n + WIDE <= b.columns(); n += WIDE) {
            wide(x, view, from + n * Float.BYTES, stride, beta, c, n);
        }
        for (; n + LANES <= b.columns(); n += LANES) {
            narrow(x, view, from + n * Float.BYTES, stride, beta, c, n);
        }
        for (; n < b.columns(); n++) {
            single(x, b, beta, c, n);
        }
        return true;
    }

    private static void wide(float[] x, Object view, int from, int stride, float beta, Matrix c, int n) {
        FloatVector s0 = FloatVector.zero(SPECIES);
        FloatVector s1 = s0;
        FloatVector s2 = s0;
        FloatVector s3 = s0;
        FloatVector s4 = s0;
        FloatVector s5 = s0;
        FloatVector s6 = s0;
        FloatVector s7 = s0;
        int at = from;
        for (float value : x) {
            FloatVector v = FloatVector.broadcast(SPECIES, value);
            s0 = load(view, at).fma(v, s0);
            s1 = load(view, at + STEP).fma(v, s1);
            s2 = load(view, at + 2 * STEP).fma(v, s2);
            s3 = load(view, at + 3 * STEP).fma(v, s3);
            s4 = load(view, at + 4 * STEP).fma(v, s4);
            s5 = load(view, at + 5 * STEP).fma(v, s5);
            s6 = load(view, at + 6 * STEP).fma(v, s6);
            s7 = load(view, at + 7 * STEP).fma(v, s7);
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

    private static void narrow(float[] x, Object view, int from, int stride, float beta, Matrix c, int n) {
        FloatVector sum = FloatVector.zero(SPECIES);
        int at = from;
        for (float value : x) {
            sum = load(view, at).fma(FloatVector.broadcast(SPECIES, value), sum);
            at += stride;
        }
        put(sum, beta, c, n);
    }

    private static void single(float[] x, Matrix b, float beta, Matrix c, int n) {
        float sum = 0;
        long at = b.offset() + n;
        for (float value : x) {
            sum = Math.fma(b.block().get(at), value, sum);
            at += b.stride();
        }
        long to = c.offset() + n;
        c.block().set(to, beta == 0 ? sum : Math.fma(beta, c.block().get(to), sum));
    }

    private static void put(FloatVector sum, float beta, Matrix c, int n) {
        long to = c.offset() + n;
        Object view = c.block().view(to);
        int at = c.block().byteIndex(to);
        store(beta == 0 ? sum : load(view, at).fma(FloatVector.broadcast(SPECIES, beta), sum), view, at);
    }
}
