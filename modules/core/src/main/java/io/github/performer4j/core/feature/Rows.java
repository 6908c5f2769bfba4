package io.github.performer4j.core.feature;

/** Plain products of double rows, shared by the oracles of the feature maps and the drawing of projections. */
final class Rows {
    private Rows() {}

    static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }

    static void scale(double[] a, double factor) {
        for (int i = 0; i < a.length; i++) {
            a[i] *= factor;
        }
    }
}
