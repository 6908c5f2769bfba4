package io.github.performer4j.core.feature;

/**
 * Products of Householder reflections {@code H(u_1) … H(u_L)}, H(u) = I − 2uuᵀ, in compact form (CWY, arXiv 2004.08675):
 * {@code Q = I − U S⁻¹ Uᵀ}, S = ½I + striu(UᵀU), U = [u_1 … u_L] of unit columns.
 */
final class Reflections {
    private Reflections() {}

    /**
     * Returns the first columns of Q, as rows.
     *
     * @param units u_1 … u_L, [L][D], each of length 1
     * @param columns how many
     * @return [columns][D], orthonormal
     */
    static double[][] compact(double[][] units, int columns) {
        int n = units.length;
        int d = units[0].length;
        double[][] q = new double[columns][d];
        for (int c = 0; c < columns; c++) {
            double[] z = new double[n]; // S z = Uᵀ e_c, solved from below because S is upper triangular
            for (int i = n - 1; i >= 0; i--) {
                double sum = units[i][c];
                for (int j = i + 1; j < n; j++) {
                    sum -= Rows.dot(units[i], units[j]) * z[j];
                }
                z[i] = 2 * sum;
            }
            q[c][c] = 1;
            for (int i = 0; i < n; i++) {
                for (int l = 0; l < d; l++) {
                    q[c][l] -= units[i][l] * z[i];
                }
            }
        }
        return q;
    }
}
