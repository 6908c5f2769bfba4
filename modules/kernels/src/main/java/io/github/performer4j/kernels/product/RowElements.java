package io.github.performer4j.kernels.product;

import io.github.performer4j.kernels.memory.Matrix;

/**
 * A row times a weight, {@code c_n = Σ_k a_k w_kn + beta · c_n}, terms added in the order of k: what a token costs where a state carries its sequence. Such a product takes as long as w takes to come from memory, so that bfloat16
 * values take half the time. With w rounded from b, it is off from that with b by {@code (2⁻⁸ + k·2⁻²³) Σ |a_k b_kn|} at most.
 *
 * <p>Two implementations: {@link PlainRowElements}, and one on the Vector API; they write the same bits.
 */
public interface RowElements {
    /**
     * Computes the product.
     *
     * @param a [1,k]
     * @param w [k,n]
     * @param beta 0 or 1; with 0 nothing of c is read
     * @param c [1,n]
     */
    void multiply(Matrix a, RowWeights w, float beta, Matrix c);
}
