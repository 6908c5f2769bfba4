package io.github.performer4j.core.feature;

import io.github.performer4j.kernels.product.DoubleProducts;
import io.github.performer4j.kernels.product.SymmetricEigen;
import java.util.Arrays;

/**
 * What a dense-exponential estimator chooses for its data: coordinates y = xC of queries and of keys, and A.
 *
 * <p>The family of FAVOR# (Likhosherstov et al., arXiv 2302.00787) is
 * {@code φ_k(x) = δ exp(wᵀAw + wᵀB_k x + xᵀC_k x)} with {@code B₁ᵀ(I−4A)⁻¹B₂ = I}, {@code C_k = −½B_kᵀ(I−4A)⁻¹B_k}, {@code δ = det(I−4A)^¼}, 8A &lt; I.
 * Put {@code B_k = (I−4A)^½ S_k}: then the two conditions read {@code S₁ᵀS₂ = I} and {@code C_k = −½S_kᵀS_k}, that is,
 * {@code φ_k(x) = δ exp(wᵀAw + wᵀ(I−4A)^½ y − |y|²/2)} with y = S_k x. S₁ and S₂ may be turned together, because W's distribution
 * does not change with rotations; so both are made of symmetric roots, and A is symmetric in the coordinates of y. That makes each a continuous function of
 * the moments, whatever eigenvectors the decomposition returns. Below C = Sᵀ, for rows.
 *
 * @param size D
 * @param queries C of queries, [D,D] row-major; null for I
 * @param keys C of keys, its inverse transposed; null for I
 * @param root (I−4A)^½, [D,D] row-major, symmetric; null where A is a scalar
 * @param scalar A where it is one
 * @param logDelta log δ
 */
public record Metric(int size, double[] queries, double[] keys, double[] root, double scalar, double logDelta) {

    /** Returns coordinates with a scalar A. */
    static Metric scalar(int size, double[] queries, double[] keys, double scalar) {
        if (!(scalar < 0.125)) {
            throw new IllegalArgumentException("A must be below 1/8; A=" + scalar);
        }
        return new Metric(size, queries, keys, null, scalar, size / 4.0 * Math.log(1 - 4 * scalar));
    }

    /** Returns C = I with a scalar A. */
    static Metric scalar(int size, double scalar) {
        return scalar(size, null, null, scalar);
    }

    /** Returns C = I and A = Q diag(a(λ)) Qᵀ for a decomposed matrix. */
    static Metric spectral(SymmetricEigen eigen, SymmetricEigen.Spectral a) {
        double logDelta = 0;
        for (double lambda : eigen.values()) {
            logDelta += Math.log(1 - 4 * a.of(lambda)) / 4;
        }
        double[] root = eigen.apply(lambda -> Math.sqrt(1 - 4 * a.of(lambda)));
        return new Metric(eigen.values().length, null, null, root, 0, logDelta);
    }

    /** Returns the frame of a projection: rows {@code W (I−4A)^½}, and constants {@code w_iᵀ A w_i = (|w_i|² − |(I−4A)^½ w_i|²)/4}. */
    Frame frame(double[][] w) {
        int d = w[0].length;
        double[] flat = Rows.flat(w);
        if (root == null) {
            Rows.scale(flat, Math.sqrt(1 - 4 * scalar));
        } else {
            flat = DoubleProducts.multiply(flat, root, w.length, d, d);
        }
        double[][] rows = new double[w.length][];
        double[] constants = new double[w.length];
        for (int i = 0; i < w.length; i++) {
            rows[i] = Arrays.copyOfRange(flat, i * d, (i + 1) * d);
            double square = Rows.dot(w[i], w[i]);
            constants[i] = root == null ? scalar * square : (square - Rows.dot(rows[i], rows[i])) / 4;
        }
        return new Frame(rows, constants, queries, keys, logDelta);
    }
}
