package io.github.performer4j.kernels.attention;

import io.github.performer4j.kernels.mask.Mask;
import io.github.performer4j.kernels.mask.MaskFactors;
import io.github.performer4j.kernels.mask.MaskedAttention;
import io.github.performer4j.kernels.memory.Scratch;

/** The sums {@code S_i = Σ_j K_ij (φ(q_i)·φ(k_j)) v_j} of masked attention, for one head, and their gradient. */
interface HeadSums {
    /** How many numbers of scratch matrices, and of arrays, they use. */
    int SLOTS = 6;

    /** Most places of a square. */
    int LARGEST_SQUARE = 1024;

    /** What a place of a square costs beside its products, in multiplications of the library of products: measured, about. */
    double OF_PLACE = 50;

    /**
     * Computes S.
     *
     * @param q φ(q), [T,M]
     * @param k φ(k), [T,M]
     * @param v values, [T,C]
     * @param sums receives it, [T,C], 0 at first
     */
    void forward(double[] q, double[] k, double[] v, double[] sums);

    /**
     * Computes the derivatives.
     *
     * @param error derivative with respect to S, [T,C]
     * @param dq receives that with respect to φ(q), 0 at first, and dk and dv likewise
     * @param dParameters receives more of that with respect to the mask's parameters
     */
    void backward(
            double[] q,
            double[] k,
            double[] v,
            double[] error,
            double[] dq,
            double[] dk,
            double[] dv,
            double[] dParameters);

    /**
     * Chooses how to compute them: as a square of few places, else column by column of a mask's sparse factors, else by fields of products.
     *
     * @param features M
     * @param width C
     * @param scratch of the calling thread
     * @param slot first of {@value #SLOTS} numbers of scratch
     */
    static HeadSums of(Mask mask, int features, int width, Scratch scratch, int slot) {
        MaskFactors factors = mask.factors().orElse(null);
        int places = mask.size();
        double products = (double) places * (features + width + OF_PLACE); // of a row of the square
        boolean square = factors == null
                ? 2L * places <= (long) features * width
                : products * places < FactorSums.work(factors, features, width);
        if (square && places <= LARGEST_SQUARE) {
            return new SquareSums(mask, features, width, scratch, slot);
        }
        return factors == null
                ? new ByFields(mask, new MaskedAttention(places, features, width))
                : new FactorSums(factors, features, width, scratch, slot);
    }

    /** Any mask, by products of K with fields: the plain form. */
    record ByFields(Mask mask, MaskedAttention attention) implements HeadSums {
        @Override
        public void forward(double[] q, double[] k, double[] v, double[] sums) {
            attention.forward(mask, 0, q, k, v, sums);
        }

        @Override
        public void backward(
                double[] q,
                double[] k,
                double[] v,
                double[] error,
                double[] dq,
                double[] dk,
                double[] dv,
                double[] dParameters) {
            attention.backward(mask, 0, q, k, v, error, dq, dk, dv, dParameters);
        }
    }
}
