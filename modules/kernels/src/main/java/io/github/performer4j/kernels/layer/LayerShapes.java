package io.github.performer4j.kernels.layer;

import io.github.performer4j.kernels.math.Activation;
import io.github.performer4j.kernels.memory.FloatBlock;
import io.github.performer4j.kernels.memory.Matrix;

/**
 * Checks of what {@link LayerElements} are given, one method for each operation that takes more than matrices of one shape; public for the
 * implementation on the Vector API, which lies in a package of its own.
 *
 * <p>All throw {@link IllegalArgumentException} with the rule and the values.
 */
public final class LayerShapes {
    private LayerShapes() {}

    /** Checks that a matrix is there. */
    public static void given(String name, Matrix m) {
        if (m == null) {
            throw new IllegalArgumentException(name + " must be given; " + name + "=null");
        }
    }

    /** Checks that a matrix has a shape. */
    public static void shape(String name, Matrix m, int rows, int columns) {
        given(name, m);
        m.require(name, rows, columns);
    }

    /** Checks that a matrix has the shape of another. */
    public static void same(String name, Matrix m, String likeName, Matrix like) {
        given(likeName, like);
        shape(name, m, like.rows(), like.columns());
    }

    /** Checks a row [1,n] for the columns of a matrix. */
    public static void row(Matrix x, String name, Matrix row) {
        given("the matrix beside " + name, x);
        shape(name, row, 1, x.columns());
    }

    /** Checks the arguments of {@link LayerElements#layerNorm}. */
    public static void layerNorm(Matrix x, Matrix gain, Matrix bias, float epsilon, Matrix out, Matrix moments) {
        row(x, "gain", gain);
        row(x, "bias", bias);
        same("out", out, "x", x);
        shape("moments", moments, x.rows(), 2);
        if (!(epsilon >= 0)) {
            throw new IllegalArgumentException("epsilon must not be negative; epsilon=" + epsilon);
        }
    }

    /** Checks the arguments of {@link LayerElements#layerNormGradient}. */
    public static void layerNormGradient(
            Matrix error, Matrix x, Matrix gain, Matrix moments, Matrix dx, Matrix dGain, Matrix dBias) {
        same("error", error, "x", x);
        row(x, "gain", gain);
        shape("moments", moments, x.rows(), 2);
        same("dx", dx, "x", x);
        row(x, "dGain", dGain);
        row(x, "dBias", dBias);
    }

    /** Checks the arguments of {@link LayerElements#activate} and its gradient; d and out may be null where the operation has none. */
    public static void activation(Activation f, Matrix z, Matrix d, Matrix out) {
        if (f == null) {
            throw new IllegalArgumentException("f must be given; f=null");
        }
        given("z", z);
        if (d != null) {
            same("d", d, "z", z);
        }
        if (out != null) {
            same("out", out, "z", z);
        }
    }

    /** Checks the arguments of {@link LayerElements#crossEntropy}. */
    public static void crossEntropy(Matrix logits, int[] labels, int firstLabel) {
        given("logits", logits);
        ids("labels", labels, firstLabel, logits.rows(), Integer.MIN_VALUE, logits.columns());
    }

    /** Checks a table, matrices of its rows, and the rows' ids. */
    public static void lookup(Matrix table, int[] ids, int first, String name, Matrix x) {
        given("table", table);
        given(name, x);
        shape(name, x, x.rows(), table.columns());
        ids("ids", ids, first, x.rows(), 0, table.rows());
    }

    private static void ids(String name, int[] ids, int first, int rows, int lowest, int limit) {
        if (ids == null || first < 0 || first > ids.length - rows) {
            throw new IllegalArgumentException(name + " must cover the rows; first=" + first + ", rows=" + rows + ", "
                    + name + "=" + (ids == null ? "null" : ids.length));
        }
        for (int i = first; i < first + rows; i++) {
            if (ids[i] >= limit || ids[i] < lowest) {
                throw new IllegalArgumentException(name + " must be below " + limit
                        + (lowest == 0 ? " and not negative" : "") + "; index=" + i + ", value=" + ids[i]);
            }
        }
    }

    /** Checks that n values lie in a block. */
    public static void range(String name, FloatBlock block, long offset, long n) {
        if (block == null) {
            throw new IllegalArgumentException(name + " must be given; " + name + "=null");
        }
        block.check(offset, n);
    }
}
