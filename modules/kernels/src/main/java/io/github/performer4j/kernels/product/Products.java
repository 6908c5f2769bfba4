package io.github.performer4j.kernels.product;

import io.github.performer4j.kernels.memory.Matrix;

/**
 * A library's products of float32 matrices, each on one thread. Arguments are those of {@link Blas}, which has checked
 * them.
 *
 * <p>Libraries bring threads of their own, and those and ours would fight for the cores: whoever is about to multiply
 * calls {@link #begin} on its thread first.
 */
public interface Products {

    /** Returns the library. */
    ProductLibrary library();

    /** Returns whether aᵀb takes less time the other way round, {@code (bᵀa)ᵀ}, where a has more columns than b. */
    boolean slowWhereLeftIsWide();

    /**
     * Makes products on the calling thread take one thread, until {@link #end}. Changes nothing that others see, where
     * the library can do without.
     *
     * @return what {@link #end} is to be given
     */
    int begin();

    /** Sets back what {@link #begin} has changed. */
    void end(int before);

    /**
     * Computes {@code c = alpha · op(a) op(b) + beta · c}; with beta = 0 nothing of c is read.
     *
     * @param transposeA whether op(a) = aᵀ
     * @param transposeB whether op(b) = bᵀ
     * @param a [m,k], or [k,m]
     * @param b [k,n], or [n,k]
     * @param inner k, positive
     * @param c [m,n], at least one row
     * @throws IllegalStateException if the library reports a failure
     */
    void multiply(
            boolean transposeA, boolean transposeB, Matrix a, Matrix b, int inner, float alpha, float beta, Matrix c);
}
