package io.github.performer4j.kernels.attention;

import io.github.performer4j.kernels.mask.Mask;
import io.github.performer4j.kernels.mask.MaskedAttention;
import io.github.performer4j.kernels.memory.Matrix;
import io.github.performer4j.kernels.memory.Scratch;
import io.github.performer4j.kernels.product.Blas;

/**
 * The sums of masked attention where there are few places, as molecules and images in patches have: {@code S = (K ⊙ φ(q) φ(k)ᵀ) v} with K as a square [T,T], since there are fewer places than
 * columns M·C of fields, and columns of sparse factors would each be a handful of calls. Products are in float32.
 */
final class SquareSums implements MaskedAttention {
    private static final int LEFT = 0;
    private static final int RIGHT = 1;
    private static final int BACK = 2;
    private static final int SCORES = 4;

    private final Mask mask;
    private final int places; // T
    private final int features; // M
    private final int width; // C
    private final Scratch scratch;
    private final int slot;
    private final float[] square; // K [T,T]

    SquareSums(Mask mask, int features, int width, Scratch scratch, int slot) {
        this.mask = mask;
        places = mask.size();
        this.features = features;
        this.width = width;
        this.scratch = scratch;
        this.slot = slot;
        double[] k = mask.square();
        square = new float[k.length];
        for (int i = 0; i < k.length; i++) {
            square[i] = (float) k[i];
        }
    }

    @Override
    public void forward(int head, double[] q, double[] k, double[] v, double[] sums) {
        Matrix scores = room(0);
        Blas.multiplyTransposed(matrix(LEFT, head, q, features), matrix(RIGHT, head, k, features), 1, 0, scores);
        float[] weights = read(scores, 0);
        multiply(weights, square, weights);
        write(weights, scores);
        Matrix out = scratch.matrix(slot + BACK, places, width);
        Blas.multiply(scores, matrix(RIGHT, head, v, width), 1, 0, out);
        addTo(out, head, sums);
    }

    @Override
    public void backward(
            int head,
            double[] q,
            double[] k,
            double[] v,
            double[] error,
            double[] dq,
            double[] dk,
            double[] dv,
            double[] dParameters) {
        Matrix scores = room(0);
        Matrix errors = room(1);
        Matrix queries = matrix(LEFT, head, q, features);
        Matrix keys = matrix(RIGHT, head, k, features);
        Blas.multiplyTransposed(queries, keys, 1, 0, scores);
        Matrix e = matrix(BACK, head, error, width);
        Blas.multiplyTransposed(e, matrix(BACK + 1, head, v, width), 1, 0, errors);
        float[] weights = read(scores, 0);
        float[] slopes = read(errors, 1);
        double[] dK = new double[square.length];
        for (int i = 0; i < dK.length; i++) {
            dK[i] = (double) weights[i] * slopes[i];
        }
        mask.differentiate(dK, dParameters);
        multiply(weights, square, weights);
        multiply(slopes, square, slopes);
        write(weights, scores);
        write(slopes, errors);
        Matrix given = scratch.matrix(slot + BACK + 1, places, width);
        Blas.transposedMultiply(scores, e, 1, 0, given);
        addTo(given, head, dv);
        Matrix back = scratch.matrix(slot + BACK, places, features);
        Blas.multiply(errors, keys, 1, 0, back);
        addTo(back, head, dq);
        Blas.transposedMultiply(errors, queries, 1, 0, back);
        addTo(back, head, dk);
    }

    private Matrix room(int number) {
        return scratch.matrix(slot + SCORES + number, places, places);
    }

    private Matrix matrix(int number, int head, double[] x, int columns) {
        int length = places * columns;
        float[] rows = scratch.array(slot + 3, length);
        for (int i = 0; i < length; i++) {
            rows[i] = (float) x[head * length + i];
        }
        Matrix m = scratch.matrix(slot + number, places, columns);
        m.block().write(0, rows, 0, length);
        return m;
    }

    private float[] read(Matrix from, int number) {
        float[] values = scratch.array(slot + number, square.length);
        from.block().read(0, values, 0, square.length);
        return values;
    }

    private void write(float[] values, Matrix to) {
        to.block().write(0, values, 0, square.length);
    }

    private void multiply(float[] a, float[] b, float[] to) {
        for (int i = 0; i < square.length; i++) {
            to[i] = a[i] * b[i];
        }
    }

    private void addTo(Matrix from, int head, double[] to) {
        int length = places * from.columns();
        float[] rows = scratch.array(slot + 3, length);
        from.block().read(0, rows, 0, length);
        for (int i = 0; i < length; i++) {
            to[head * length + i] += rows[i];
        }
    }
}
