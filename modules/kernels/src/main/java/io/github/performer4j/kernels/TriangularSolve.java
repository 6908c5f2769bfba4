package io.github.performer4j.kernels;

import io.github.performer4j.kernels.memory.Matrix;

/**
 * {@code S X = R} and {@code Sᵀ X = R} in place of R, S [m,m] upper triangular: substitution in blocks of rows, by products between blocks; columns of R in parallel.
 */
final class TriangularSolve {
    /** Rows of a block, within which substitution is by loops. */
    private static final int BLOCK = 32;

    /** Columns of a task. */
    private static final int SHARE = 64;

    private final Kernels kernels;
    private final Matrix s;
    private final float[] diagonal;

    /**
     * Takes the matrix.
     *
     * @param s [m,m]; what stands on its diagonal and below it is not read
     * @param diagonal of S, [m]
     */
    TriangularSolve(Kernels kernels, Matrix s, float... diagonal) {
        this.kernels = kernels;
        this.s = s;
        this.diagonal = diagonal;
    }

    /**
     * Solves.
     *
     * @param x R [m,n], overwritten by X
     * @param transposed whether by Sᵀ
     */
    void solve(Matrix x, boolean transposed) {
        int n = x.columns();
        kernels.tasks((n + SHARE - 1) / SHARE, i -> {
            Matrix share = x.columns(i * SHARE, Math.min(n, (i + 1) * SHARE));
            if (transposed) {
                downward(share);
            } else {
                upward(share);
            }
        });
    }

    private void upward(Matrix x) {
        int m = s.rows();
        for (int from = (m - 1) / BLOCK * BLOCK; from >= 0; from -= BLOCK) {
            int to = Math.min(m, from + BLOCK);
            Matrix own = x.rows(from, to);
            if (to < m) {
                kernels.multiply(s.rows(from, to).columns(to, m), x.rows(to, m), -1, 1, own);
            }
            float[][] rows = read(own);
            float[][] factors = read(s.rows(from, to).columns(from, to));
            for (int i = rows.length - 1; i >= 0; i--) {
                for (int j = i + 1; j < rows.length; j++) {
                    subtract(rows[i], factors[i][j], rows[j]);
                }
                divide(rows[i], diagonal[from + i]);
            }
            write(rows, own);
        }
    }

    private void downward(Matrix x) {
        int m = s.rows();
        for (int from = 0; from < m; from += BLOCK) {
            int to = Math.min(m, from + BLOCK);
            Matrix own = x.rows(from, to);
            if (from > 0) {
                kernels.transposedMultiply(s.rows(0, from).columns(from, to), x.rows(0, from), -1, 1, own);
            }
            float[][] rows = read(own);
            float[][] factors = read(s.rows(from, to).columns(from, to));
            for (int i = 0; i < rows.length; i++) {
                for (int j = 0; j < i; j++) {
                    subtract(rows[i], factors[j][i], rows[j]);
                }
                divide(rows[i], diagonal[from + i]);
            }
            write(rows, own);
        }
    }

    private static void subtract(float[] from, float factor, float... what) {
        for (int i = 0; i < from.length; i++) {
            from[i] -= factor * what[i];
        }
    }

    private static void divide(float[] row, float by) {
        for (int i = 0; i < row.length; i++) {
            row[i] /= by;
        }
    }

    private static float[][] read(Matrix x) {
        float[][] rows = new float[x.rows()][x.columns()];
        for (int i = 0; i < rows.length; i++) {
            x.block().read(x.at(i), rows[i], 0, rows[i].length);
        }
        return rows;
    }

    private static void write(float[][] rows, Matrix x) {
        for (int i = 0; i < rows.length; i++) {
            x.block().write(x.at(i), rows[i], 0, rows[i].length);
        }
    }
}
