package io.github.performer4j.core.feature;

import io.github.performer4j.kernels.product.DoubleProducts;

/**
 * A projection in the coordinates that an estimator chose for its data: {@code φ_i(x) = exp(w_i·y + c_i − |y|²/2 + log δ)}, y = x C_q for
 * queries, y = x C_k for keys, as rows.
 *
 * @param w [M][D]
 * @param constants c, [M]
 * @param queryCoordinates C_q, [D,D] row-major; null for I
 * @param keyCoordinates C_k; null for I
 * @param logDelta log δ, common to all features: attention does not need it
 */
public record Frame(
        double[][] w, double[] constants, double[] queryCoordinates, double[] keyCoordinates, double logDelta) {

    /** Returns coordinates as a matrix, [D,D] row-major: I where they are null. */
    double[] coordinates(double[] c) {
        int d = w[0].length;
        double[] matrix = c == null ? new double[d * d] : c;
        for (int l = 0; c == null && l < d; l++) {
            matrix[l * (d + 1)] = 1;
        }
        return matrix;
    }

    /** Returns log φ_i(x) √M of one row. */
    double[] logs(double[] x, double[] coordinates) {
        double[] y = coordinates == null ? x : DoubleProducts.multiply(x, coordinates, 1, x.length, x.length);
        double half = Rows.dot(y, y) / 2;
        double[] logs = new double[w.length];
        for (int i = 0; i < w.length; i++) {
            logs[i] = Rows.dot(w[i], y) + constants[i] - half + logDelta;
        }
        return logs;
    }
}
