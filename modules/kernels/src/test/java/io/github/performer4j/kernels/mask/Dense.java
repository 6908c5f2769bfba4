package io.github.performer4j.kernels.mask;

import io.github.performer4j.kernels.math.CounterRandom;
import java.util.Arrays;

/** Dense products and differences: oracles of masks, written apart from what they check. */
final class Dense {
    private Dense() {}

    static double[] gaussian(int length, long seed) {
        CounterRandom random = CounterRandom.of(seed);
        double[] x = new double[length];
        Arrays.setAll(x, i -> random.nextGaussian());
        return x;
    }

    static double[] positive(int length, long seed) {
        return Arrays.stream(gaussian(length, seed)).map(Math::abs).toArray();
    }

    static double[] times(double[][] k, double[] x, int n) {
        double[] y = new double[k.length * n];
        for (int i = 0; i < k.length; i++) {
            for (int j = 0; j < k.length; j++) {
                for (int c = 0; c < n; c++) {
                    y[i * n + c] += k[i][j] * x[j * n + c];
                }
            }
        }
        return y;
    }

    static double[][] transposed(double[][] k) {
        double[][] t = new double[k.length][k.length];
        for (int i = 0; i < k.length; i++) {
            for (int j = 0; j < k.length; j++) {
                t[j][i] = k[i][j];
            }
        }
        return t;
    }

    /** Returns Σ_ij K_ij (φ(q_i)·φ(k_j)) v_j of one head. */
    static double[] attention(double[][] kernel, double[] q, double[] k, double[] v, int features, int columns) {
        int t = kernel.length;
        double[] sums = new double[t * columns];
        for (int i = 0; i < t; i++) {
            for (int j = 0; j < t; j++) {
                double a = 0;
                for (int m = 0; m < features; m++) {
                    a += q[i * features + m] * k[j * features + m];
                }
                for (int c = 0; c < columns; c++) {
                    sums[i * columns + c] += kernel[i][j] * a * v[j * columns + c];
                }
            }
        }
        return sums;
    }

    static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }
}
