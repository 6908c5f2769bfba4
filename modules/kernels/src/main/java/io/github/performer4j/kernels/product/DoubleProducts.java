package io.github.performer4j.kernels.product;

import static org.bytedeco.openblas.global.openblas.CblasNoTrans;
import static org.bytedeco.openblas.global.openblas.CblasRowMajor;
import static org.bytedeco.openblas.global.openblas.CblasTrans;
import static org.bytedeco.openblas.global.openblas.cblas_dgemm;

import io.github.performer4j.kernels.machine.BlasThreads;

/** Products of small row-major matrices in double precision, on the calling thread, by OpenBLAS. */
public final class DoubleProducts {
    private DoubleProducts() {}

    /**
     * Returns {@code a b}.
     *
     * @param a [m,k]
     * @param b [k,n]
     * @throws IllegalArgumentException if arrays have other lengths
     */
    public static double[] multiply(double[] a, double[] b, int m, int k, int n) {
        return product(CblasNoTrans, CblasNoTrans, a, b, m, k, n);
    }

    /** Returns {@code a bᵀ}; a [m,k], b [n,k]. */
    public static double[] multiplyTransposed(double[] a, double[] b, int m, int k, int n) {
        return product(CblasNoTrans, CblasTrans, a, b, m, k, n);
    }

    /** Returns {@code aᵀ b}; a [k,m], b [k,n]. */
    public static double[] transposedMultiply(double[] a, double[] b, int m, int k, int n) {
        return product(CblasTrans, CblasNoTrans, a, b, m, k, n);
    }

    private static double[] product(int transA, int transB, double[] a, double[] b, int m, int k, int n) {
        if (m < 1 || k < 1 || n < 1 || a.length != m * k || b.length != k * n) {
            throw new IllegalArgumentException("a must be of m·k and b of k·n values; m=" + m + ", k=" + k + ", n=" + n
                    + ", a=" + a.length + ", b=" + b.length);
        }
        double[] c = new double[m * n];
        int lda = transA == CblasTrans ? m : k;
        int ldb = transB == CblasTrans ? k : n;
        BlasThreads.begin();
        try {
            cblas_dgemm(CblasRowMajor, transA, transB, m, n, k, 1, a, lda, b, ldb, 0, c, n);
        } finally {
            BlasThreads.end();
        }
        return c;
    }
}
