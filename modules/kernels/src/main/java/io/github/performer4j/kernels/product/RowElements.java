package io.github.performer4j.kernels.product;

import io.github.performer4j.kernels.memory.Matrix;

/**
 * A row times a matrix as it lies, {@code c_n = alpha · Σ_k a_k b_kn + beta · c_n}, terms added in the order of k: what a token costs where a state carries the sequence. A library of products packs b before it multiplies,
 * which pays from several rows on; for one, b is read once.
 */
public interface RowElements {
    /**
     * Computes the product, if it can: without vectors it cannot do better than the library.
     *
     * @param a [1,k]
     * @param b [k,n]
     * @param beta with 0 nothing of c is read
     * @param c [1,n]
     * @return false if nothing was written, and the library is to do it
     */
    boolean multiply(Matrix a, Matrix b, float alpha, float beta, Matrix c);
}
