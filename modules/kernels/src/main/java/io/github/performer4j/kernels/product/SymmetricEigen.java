package io.github.performer4j.kernels.product;

import static org.bytedeco.openblas.global.openblas.LAPACKE_dsyevd;
import static org.bytedeco.openblas.global.openblas.LAPACK_ROW_MAJOR;

import io.github.performer4j.kernels.machine.BlasThreads;

/**
 * Eigenvalues and eigenvectors of a real symmetric matrix, {@code A = Q diag(λ) Qᵀ}, by LAPACK's divide and conquer (dsyevd).
 *
 * @param values λ, rising
 * @param vectors Q [n,n], row-major: column l belongs to λ_l
 */
public record SymmetricEigen(double[] values, double[] vectors) {

    /** A function of a matrix's eigenvalues. */
    @FunctionalInterface
    public interface Spectral {
        double of(double eigenvalue);
    }

    /**
     * Decomposes a matrix.
     *
     * @param a [n,n], row-major; only its upper triangle is read
     * @param n its size
     * @throws IllegalArgumentException if a has other than n² values, or one of them is not finite
     */
    public static SymmetricEigen of(double[] a, int n) {
        if (n < 1 || a.length != n * n) {
            throw new IllegalArgumentException("a must be [n,n]; n=" + n + ", values=" + a.length);
        }
        for (double value : a) {
            if (!Double.isFinite(value)) {
                throw new IllegalArgumentException("a must be finite; found=" + value);
            }
        }
        double[] vectors = a.clone();
        double[] values = new double[n];
        int info;
        BlasThreads.begin();
        try {
            info = LAPACKE_dsyevd(LAPACK_ROW_MAJOR, (byte) 'V', (byte) 'U', n, vectors, n, values);
        } finally {
            BlasThreads.end();
        }
        if (info != 0) {
            throw new IllegalStateException("eigenvalues did not converge; info=" + info + ", n=" + n);
        }
        return new SymmetricEigen(values, vectors);
    }

    /** Returns {@code Q diag(f(λ)) Qᵀ}, [n,n] row-major. */
    public double[] apply(Spectral f) {
        int n = values.length;
        double[] factors = new double[n];
        for (int l = 0; l < n; l++) {
            factors[l] = f.of(values[l]);
        }
        double[] scaled = new double[n * n];
        for (int i = 0; i < n; i++) {
            for (int l = 0; l < n; l++) {
                scaled[i * n + l] = vectors[i * n + l] * factors[l];
            }
        }
        return DoubleProducts.multiplyTransposed(scaled, vectors, n, n, n);
    }
}
