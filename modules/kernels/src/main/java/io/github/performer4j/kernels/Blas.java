package io.github.performer4j.kernels;

import static org.bytedeco.openblas.global.openblas.CblasNoTrans;
import static org.bytedeco.openblas.global.openblas.CblasRowMajor;
import static org.bytedeco.openblas.global.openblas.CblasTrans;
import static org.bytedeco.openblas.global.openblas.blas_set_num_threads;
import static org.bytedeco.openblas.global.openblas.cblas_sgemm;

/**
 * Matrix products on the calling thread, by OpenBLAS.
 *
 * <p>BLAS threads are a setting of the process: this class sets one at its first use, because the kernels' own threads each call BLAS,
 * and threads of both kinds would fight for the cores.
 */
final class Blas {
    static {
        blas_set_num_threads(1);
    }

    private Blas() {}

    /** Makes sure that the process's BLAS has one thread, for callers of LAPACK. */
    static void load() {
        // the static initialiser has done it
    }

    /** {@code c = alpha · a b + beta · c}. */
    static void multiply(Matrix a, Matrix b, float alpha, float beta, Matrix c) {
        check(a.rows(), a.columns(), b.rows(), b.columns(), c);
        sgemm(CblasNoTrans, CblasNoTrans, a, b, a.columns(), alpha, beta, c);
    }

    /** {@code c = alpha · a bᵀ + beta · c}. */
    static void multiplyTransposed(Matrix a, Matrix b, float alpha, float beta, Matrix c) {
        check(a.rows(), a.columns(), b.columns(), b.rows(), c);
        sgemm(CblasNoTrans, CblasTrans, a, b, a.columns(), alpha, beta, c);
    }

    /** {@code c = alpha · aᵀ b + beta · c}. */
    static void transposedMultiply(Matrix a, Matrix b, float alpha, float beta, Matrix c) {
        check(a.columns(), a.rows(), b.rows(), b.columns(), c);
        sgemm(CblasTrans, CblasNoTrans, a, b, a.rows(), alpha, beta, c);
    }

    private static void check(int rows, int inner, int innerOfB, int columns, Matrix c) {
        if (inner != innerOfB || c.rows() != rows || c.columns() != columns) {
            throw new IllegalArgumentException("shapes of a product must fit; a=[" + rows + "," + inner + "], b=["
                    + innerOfB + "," + columns + "], c=[" + c.rows() + "," + c.columns() + "]");
        }
    }

    private static void sgemm(
            int transA, int transB, Matrix a, Matrix b, int inner, float alpha, float beta, Matrix c) {
        if (c.rows() == 0) {
            return;
        }
        if (inner == 0) {
            throw new IllegalArgumentException("a product needs an inner dimension; inner=0");
        }
        cblas_sgemm(
                CblasRowMajor,
                transA,
                transB,
                c.rows(),
                c.columns(),
                inner,
                alpha,
                a.block().pointer(a.offset()),
                a.stride(),
                b.block().pointer(b.offset()),
                b.stride(),
                beta,
                c.block().pointer(c.offset()),
                c.stride());
    }
}
