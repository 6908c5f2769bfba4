package io.github.performer4j.kernels.mask;

/**
 * The sums of attention masked by a {@link Mask}, {@code S_i = Σ_j K_ij (φ(q_i)·φ(k_j)) v_j}, for one head at a time, and their gradient. Values carry a column of ones, so that S has numerator
 * and denominator side by side.
 *
 * <p>Arrays hold many heads, row-major: φ(q) and φ(k) [T,M] at {@code head·T·M}, values and sums [T,C] at {@code head·T·C}.
 */
public interface MaskedAttention {

    /**
     * Computes S.
     *
     * @param head number of the head among all heads of the batch
     * @param sums receives it, 0 at first
     */
    void forward(int head, double[] q, double[] k, double[] v, double[] sums);

    /**
     * Computes the derivatives.
     *
     * @param error derivative with respect to S, laid out as S
     * @param dq receives that with respect to φ(q), laid out as it; so do dk and dv, 0 at first
     * @param dParameters the derivatives with respect to the mask's parameters are added to what stands there
     */
    void backward(
            int head,
            double[] q,
            double[] k,
            double[] v,
            double[] error,
            double[] dq,
            double[] dk,
            double[] dv,
            double[] dParameters);
}
