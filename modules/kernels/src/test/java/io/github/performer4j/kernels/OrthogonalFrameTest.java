package io.github.performer4j.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.performer4j.kernels.memory.Matrix;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Orthonormal columns equal reflections one after the other, in float64; gradients equal central differences of those. */
class OrthogonalFrameTest {
    private static final double STEP = 1e-5;

    /** The first m columns of H_1 … H_m, one reflection after the other, the last one first. */
    private static double[][] reflected(double[][] v) {
        int n = v.length;
        int m = v[0].length;
        double[][] w = new double[n][m];
        for (int i = 0; i < m; i++) {
            w[i][i] = 1;
        }
        for (int k = m - 1; k >= 0; k--) {
            double square = 0;
            for (double[] row : v) {
                square += row[k] * row[k];
            }
            for (int j = 0; j < m && square > 0; j++) {
                double dot = 0;
                for (int i = 0; i < n; i++) {
                    dot += v[i][k] * w[i][j];
                }
                for (int i = 0; i < n; i++) {
                    w[i][j] -= 2 * v[i][k] * dot / square;
                }
            }
        }
        return w;
    }

    /** Returns the spectral norm of WᵀW − I, by power iteration. */
    private static double defect(Matrix w) {
        int m = w.columns();
        double[][] d = new double[m][m];
        for (int i = 0; i < m; i++) {
            for (int j = 0; j < m; j++) {
                d[i][j] = i == j ? -1 : 0;
                for (int k = 0; k < w.rows(); k++) {
                    d[i][j] += (double) w.get(k, i) * w.get(k, j);
                }
            }
        }
        double[] x = new double[m];
        for (int i = 0; i < m; i++) {
            x[i] = 1 + i % 3;
        }
        double norm = 0;
        for (int step = 0; step < 60; step++) {
            double[] y = new double[m];
            norm = 0;
            for (int i = 0; i < m; i++) {
                for (int j = 0; j < m; j++) {
                    y[i] += d[i][j] * x[j];
                }
                norm += y[i] * y[i];
            }
            norm = Math.sqrt(norm);
            for (int i = 0; i < m; i++) {
                x[i] = norm == 0 ? 0 : y[i] / norm;
            }
        }
        return norm;
    }

    @ParameterizedTest
    @CsvSource({"1,1", "7,7", "5,1", "67,33", "97,97", "131,64", "256,256"})
    void columnsAreThoseOfTheReflections(int n, int m) {
        Matrix v = Grid.normal(3, n, m, 1);
        OrthogonalFrame frame = new OrthogonalFrame(n, m);
        try (CpuKernels kernels = new CpuKernels(3)) {
            Matrix w = frame.of(kernels, v);
            Grid.assertClose(w, reflected(Grid.values(v)), 5e-6);
            assertThat(defect(w)).as("‖WᵀW − I‖").isLessThan(1e-5);
            double[][] before = Grid.values(w);
            v.set(0, 0, v.get(0, 0) + 2);
            Grid.assertClose(frame.of(kernels, v), reflected(Grid.values(v)), 5e-6);
            v.set(0, 0, v.get(0, 0) - 2);
            Grid.assertClose(frame.of(kernels, v), before, 5e-6);
        }
    }

    /** Lengths change nothing, a vector of 0 reflects nothing, and vectors that are all but parallel do no harm. */
    @Test
    void lengthsCancel() {
        int n = 70;
        double[][] wanted;
        Matrix v = Grid.normal(3, n, n, 1);
        for (int i = 0; i < n; i++) {
            v.set(i, 5, 0);
            for (int j = 40; j < n; j++) {
                v.set(i, j, v.get(i, 39) + 1e-3f * v.get(i, j));
            }
        }
        OrthogonalFrame frame = new OrthogonalFrame(n, n);
        try (CpuKernels kernels = new CpuKernels(2)) {
            wanted = Grid.values(frame.of(kernels, v));
            assertThat(defect(frame.of(kernels, v))).isLessThan(5e-5);
            for (int i = 0; i < n; i++) {
                for (int j = 0; j < n; j++) {
                    v.set(i, j, v.get(i, j) * (j % 2 == 0 ? 64 : 1 / 128f));
                }
            }
            Grid.assertClose(frame.of(kernels, v), wanted, 1e-5);
        }
    }

    @ParameterizedTest
    @CsvSource({"1,1", "7,7", "5,1", "37,34", "53,21"})
    void gradientsAreThoseOfTheReflections(int n, int m) {
        Matrix v = Grid.normal(3, n, m, 1);
        Matrix g = Grid.normal(4, n, m, 1);
        double[][] error = Grid.values(g);
        double[][] at = Grid.values(v);
        OrthogonalFrame frame = new OrthogonalFrame(n, m);
        try (CpuKernels kernels = new CpuKernels(2)) {
            frame.of(kernels, v);
            frame.back(kernels, g);
        }
        double[][] found = Grid.values(g);
        double[][] numeric = new double[n][m];
        double largest = 0;
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < m; j++) {
                double before = at[i][j];
                at[i][j] = before + STEP;
                double above = product(error, reflected(at));
                at[i][j] = before - STEP;
                numeric[i][j] = (above - product(error, reflected(at))) / (2 * STEP);
                at[i][j] = before;
                largest = Math.max(largest, Math.abs(numeric[i][j]));
            }
        }
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < m; j++) {
                assertThat(found[i][j] - numeric[i][j])
                        .as("gradient at " + i + ", " + j)
                        .isBetween(-1e-5 * Math.max(1, largest), 1e-5 * Math.max(1, largest));
            }
        }
    }

    private static double product(double[][] a, double[][] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            for (int j = 0; j < a[i].length; j++) {
                sum += a[i][j] * b[i][j];
            }
        }
        return sum;
    }

    /** However many threads: the same bits. */
    @Test
    void threadsChangeNothing() {
        Matrix v = Grid.normal(3, 150, 140, 1);
        double[][][] results = new double[4][][];
        for (int i = 0; i < 2; i++) {
            OrthogonalFrame frame = new OrthogonalFrame(150, 140);
            Matrix g = Grid.normal(4, 150, 140, 1);
            try (CpuKernels kernels = new CpuKernels(1 + 2 * i)) {
                results[2 * i] = Grid.values(frame.of(kernels, v));
                frame.back(kernels, g);
            }
            results[2 * i + 1] = Grid.values(g);
        }
        assertThat(results[2]).isDeepEqualTo(results[0]);
        assertThat(results[3]).isDeepEqualTo(results[1]);
    }

    @Test
    void moreColumnsThanRowsAreRefused() {
        assertThatThrownBy(() -> new OrthogonalFrame(3, 5))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("orthonormal columns must not be more than their rows; rows=3, columns=5");
    }
}
