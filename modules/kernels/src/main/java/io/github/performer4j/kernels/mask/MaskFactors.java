package io.github.performer4j.kernels.mask;

/** A mask as a product of two sparse matrices, {@code K = A Bᵀ}, A and B [T,U]: whatever passes from j to i passes through some u. */
public interface MaskFactors {

    /** Returns A. */
    SparseColumns left();

    /** Returns B, with as many columns as A. */
    SparseColumns right();

    /**
     * Hands derivatives on to the mask's parameters.
     *
     * @param dLeft derivatives with respect to the entries of A, in their order
     * @param dRight with respect to those of B
     * @param dParameters [parameters]; derivatives with respect to θ are added to what stands there
     */
    void addDerivatives(double[] dLeft, double[] dRight, double[] dParameters);
}
