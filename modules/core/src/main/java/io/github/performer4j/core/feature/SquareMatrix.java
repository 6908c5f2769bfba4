package io.github.performer4j.core.feature;

/** The few operations on small row-major matrices [n,n] that {@link Metric} needs. */
final class SquareMatrix {
    private SquareMatrix() {}

    static double[] identity(int n) {
        double[] one = new double[n * n];
        for (int i = 0; i < n; i++) {
            one[i * n + i] = 1;
        }
        return one;
    }

    static double[] product(double[] a, double[] b, int n) {
        double[] c = new double[n * n];
        for (int i = 0; i < n; i++) {
            for (int l = 0; l < n; l++) {
                double factor = a[i * n + l];
                for (int j = 0; j < n; j++) {
                    c[i * n + j] += factor * b[l * n + j];
                }
            }
        }
        return c;
    }

    /** Makes a matrix that rounding has bent symmetric again, in place. */
    static double[] symmetric(double[] a, int n) {
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < i; j++) {
                double mean = (a[i * n + j] + a[j * n + i]) / 2;
                a[i * n + j] = mean;
                a[j * n + i] = mean;
            }
        }
        return a;
    }
}
