package io.github.performer4j.kernels;

import io.github.performer4j.kernels.memory.Matrix;
import java.util.Arrays;
import java.util.List;

/**
 * A matrix W [n,m] with orthonormal columns, m ≤ n, made of the vectors of m reflections, V [n,m]: the first m columns of H_1 … H_m, {@code H_j = I − 2 v_j v_jᵀ/|v_j|²},
 *
 * <pre>
 * W = I − V X,   S X = V₁ᵀ,   S = ½ diag(|v_j|² + ε) + striu(VᵀV)
 * </pre>
 *
 * <p>with V₁ the first m rows of V (CWY, and truncated CWY where m is less than n; Likhosherstov et al., arXiv 2004.08675, theorem 2 and 3, whose columns are of length 1: lengths cancel here).
 * Back, from G = dW: {@code Sᵀ D = VᵀG}, {@code A = D Xᵀ}, {@code dV = V sym(A) − G Xᵀ − [Dᵀ; 0]}, sym(A) the symmetric matrix whose upper triangle is that of A. Not thread-safe.
 */
public final class OrthogonalFrame {
    /** ε of the squares of lengths: a vector of 0 reflects nothing. */
    public static final float EPSILON = 1e-30f;

    private final int n;
    private final int m;
    private final Matrix v;
    private final Matrix s;
    private final Matrix x;
    private final Matrix w;
    private final float[] diagonal;
    private Matrix[] room; // of a backward pass: [m,m] twice, [n,m]
    private float[] made; // V as W was made of it; null for not yet

    /**
     * Takes the memory.
     *
     * @param rows n
     * @param columns m
     * @throws IllegalArgumentException if there are more columns than rows
     */
    public OrthogonalFrame(int rows, int columns) {
        if (columns > rows) {
            throw new IllegalArgumentException(
                    "orthonormal columns must not be more than their rows; rows=" + rows + ", columns=" + columns);
        }
        n = rows;
        m = columns;
        v = Matrix.allocate(n, m);
        s = Matrix.allocate(m, m);
        x = Matrix.allocate(m, m);
        w = Matrix.allocate(n, m);
        diagonal = new float[m];
    }

    /**
     * Makes W; nothing is done if it is made of the same V.
     *
     * @param vectors V [n,m]
     * @return W, to be read until the next call
     */
    public Matrix of(Kernels given, Matrix vectors) {
        Kernels kernels = given.exact(); // an orthogonal W is one to float32's rounding
        vectors.require("vectors", n, m);
        float[] values = new float[Math.multiplyExact(n, m)];
        for (int i = 0; i < n; i++) {
            vectors.block().read(vectors.at(i), values, i * m, m);
        }
        if (Arrays.equals(values, made)) {
            return w;
        }
        v.block().write(v.at(0), values, 0, values.length);
        kernels.weightGradients(List.of(new Kernels.WeightGradient(v, v, s)));
        for (int j = 0; j < m; j++) {
            double square = EPSILON;
            for (int i = 0; i < n; i++) {
                square += (double) values[i * m + j] * values[i * m + j];
            }
            diagonal[j] = (float) (square / 2);
        }
        kernels.transpose(List.of(new Kernels.Transpose(v.rows(0, m), x)));
        new TriangularSolve(kernels, s, diagonal).solve(x, false);
        kernels.rows(n, (block, from, to) -> kernels.multiply(v.rows(from, to), x, -1, 0, w.rows(from, to)));
        for (int i = 0; i < m; i++) {
            w.set(i, i, w.get(i, i) + 1);
        }
        made = values;
        return w;
    }

    /**
     * Goes back to V, of which {@link #of} made W last.
     *
     * @param gradient G [n,m]; overwritten by dV
     */
    public void back(Kernels given, Matrix gradient) {
        Kernels kernels = given.exact();
        gradient.require("gradient", n, m);
        if (room == null) {
            room = new Matrix[] {Matrix.allocate(m, m), Matrix.allocate(m, m), Matrix.allocate(n, m)};
        }
        Matrix d = room[0];
        Matrix a = room[1];
        Matrix out = room[2];
        kernels.weightGradients(List.of(new Kernels.WeightGradient(v, gradient, d)));
        new TriangularSolve(kernels, s, diagonal).solve(d, true);
        kernels.rows(m, (block, from, to) -> kernels.multiplyTransposed(d.rows(from, to), x, 1, 0, a.rows(from, to)));
        mirror(a);
        kernels.rows(n, (block, from, to) -> {
            Matrix rows = out.rows(from, to);
            kernels.multiplyTransposed(gradient.rows(from, to), x, -1, 0, rows);
            kernels.multiply(v.rows(from, to), a, 1, 1, rows);
        });
        kernels.transpose(List.of(new Kernels.Transpose(d, a)));
        float[] from = new float[m];
        float[] row = new float[m];
        for (int i = 0; i < n; i++) {
            out.block().read(out.at(i), row, 0, m);
            if (i < m) {
                a.block().read(a.at(i), from, 0, m);
                for (int j = 0; j < m; j++) {
                    row[j] -= from[j];
                }
            }
            gradient.block().write(gradient.at(i), row, 0, m);
        }
    }

    /** Copies the upper triangle of a square matrix to the lower one. */
    private static void mirror(Matrix a) {
        float[][] rows = new float[a.rows()][a.columns()];
        for (int i = 0; i < rows.length; i++) {
            a.block().read(a.at(i), rows[i], 0, rows.length);
            for (int j = 0; j < i; j++) {
                rows[i][j] = rows[j][i];
            }
            a.block().write(a.at(i), rows[i], 0, rows.length);
        }
    }
}
