package io.github.performer4j.core.feature;

import io.github.performer4j.kernels.SymmetricEigen;

/**
 * What a dense-exponential estimator chooses for its data: coordinates S for queries, S⁻¹ for keys, and A.
 *
 * <p>The family of FAVOR# (Likhosherstov et al., arXiv 2302.00787) is
 * {@code φ_k(x) = δ exp(wᵀAw + wᵀB_k x + xᵀC_k x)} with {@code B₁ᵀ(I−4A)⁻¹B₂ = I}, {@code C_k = −½B_kᵀ(I−4A)⁻¹B_k}, {@code δ = det(I−4A)^¼}, 8A &lt; I.
 * Put {@code B_k = (I−4A)^½ S_k}: then the two conditions read {@code S₁ᵀS₂ = I} and {@code C_k = −½S_kᵀS_k}, that is,
 * {@code φ_k(x) = δ exp(wᵀAw + wᵀ(I−4A)^½ y − |y|²/2)} with y = S_k x. S₁ and S₂ may be turned together, because W's distribution
 * does not change with rotations; so S₁ = S is taken symmetric, S₂ = S⁻¹, and A symmetric in the coordinates of y. That makes each a smooth function of
 * the moments, whatever eigenvectors the decomposition returns.
 *
 * @param size D
 * @param coordinates S, [D,D] row-major; null for I
 * @param inverse S⁻¹; null for I
 * @param a A, [D,D] row-major; null where it is scalar · I
 * @param scalar the scalar; 0 where {@code a} is given
 */
public record Metric(int size, double[] coordinates, double[] inverse, double[] a, double scalar) {

    /** Returns S = I and a scalar A. */
    static Metric scalar(int size, double scalar) {
        if (!(scalar < 0.125)) {
            throw new IllegalArgumentException("A must be below 1/8; A=" + scalar);
        }
        return new Metric(size, null, null, null, scalar);
    }

    /** Returns the frame of a projection: rows {@code W (I−4A)^½}, constants {@code w_iᵀ A w_i}, and log δ. */
    Frame frame(double[][] w) {
        double[][] rows = new double[w.length][];
        double[] constants = new double[w.length];
        if (a == null) {
            double root = Math.sqrt(1 - 4 * scalar);
            for (int i = 0; i < w.length; i++) {
                rows[i] = w[i].clone();
                Rows.scale(rows[i], root);
                constants[i] = scalar * Rows.dot(w[i], w[i]);
            }
            return new Frame(rows, constants, coordinates, inverse, size / 4.0 * Math.log(1 - 4 * scalar));
        }
        SymmetricEigen eigen = SymmetricEigen.of(a, size);
        double[] root = eigen.apply(l -> Math.sqrt(1 - 4 * l));
        double logDelta = 0;
        for (double l : eigen.values()) {
            logDelta += Math.log(1 - 4 * l) / 4;
        }
        for (int i = 0; i < w.length; i++) {
            rows[i] = times(w[i], root);
            constants[i] = Rows.dot(w[i], times(w[i], a));
        }
        return new Frame(rows, constants, coordinates, inverse, logDelta);
    }

    /** Returns the row x·S. */
    static double[] times(double[] x, double[] symmetric) {
        int n = x.length;
        double[] y = new double[n];
        for (int l = 0; l < n; l++) {
            for (int j = 0; j < n; j++) {
                y[j] += x[l] * symmetric[l * n + j];
            }
        }
        return y;
    }
}
