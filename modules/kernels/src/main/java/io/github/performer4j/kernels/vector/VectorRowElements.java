package io.github.performer4j.kernels.vector;

import static io.github.performer4j.kernels.vector.NativeVectors.LANES;
import static io.github.performer4j.kernels.vector.NativeVectors.SPECIES;
import static io.github.performer4j.kernels.vector.NativeVectors.halves;
import static io.github.performer4j.kernels.vector.NativeVectors.load;
import static io.github.performer4j.kernels.vector.NativeVectors.store;

import io.github.performer4j.kernels.memory.Matrix;
import io.github.performer4j.kernels.product.RowElements;
import io.github.performer4j.kernels.product.RowWeights;
import jdk.incubator.vector.FloatVector;

/** {@link RowElements} on vectors: four sums at a time stay in registers while the matrix's rows go by. */
public final class VectorRowElements implements RowElements {
    private static final int WIDE = 4 * LANES;

    @Override
    public void multiply(Matrix a, RowWeights w, float beta, Matrix c) {
        float[] x = new float[a.columns()];
        a.block().read(a.offset(), x, 0, x.length);
        for (int block = 0; block < w.columns(); block += RowWeights.BLOCK) {
            int width = w.width(block);
            int from = block * x.length;
            int n = 0;
            for (; n + WIDE <= width; n += WIDE) {
                wide(x, w.values(), from + n, width, beta, c, block + n);
            }
            for (; n + LANES <= width; n += LANES) {
                narrow(x, w.values(), from + n, width, beta, c, block + n);
            }
            w.columns(x, beta, c, block, n);
        }
    }

    private static void wide(float[] x, short[] w, int from, int stride, float beta, Matrix c, int n) {
        FloatVector s0 = FloatVector.zero(SPECIES);
        FloatVector s1 = s0;
        FloatVector s2 = s0;
        FloatVector s3 = s0;
        int at = from;
        for (float value : x) {
            FloatVector v = FloatVector.broadcast(SPECIES, value);
            s0 = v.fma(halves(w, at), s0);
            s1 = v.fma(halves(w, at + LANES), s1);
            s2 = v.fma(halves(w, at + 2 * LANES), s2);
            s3 = v.fma(halves(w, at + 3 * LANES), s3);
            at += stride;
        }
        put(s0, beta, c, n);
        put(s1, beta, c, n + LANES);
        put(s2, beta, c, n + 2 * LANES);
        put(s3, beta, c, n + 3 * LANES);
    }

    private static void narrow(float[] x, short[] w, int from, int stride, float beta, Matrix c, int n) {
        FloatVector sum = FloatVector.zero(SPECIES);
        int at = from;
        for (float value : x) {
            sum = FloatVector.broadcast(SPECIES, value).fma(halves(w, at), sum);
            at += stride;
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
