package io.github.performer4j.kernels.mask;

import java.util.Optional;

/** A mask K [T,T] by its product with a field, without ever forming it; its parameters θ may be learned. A value: it does not change, and threads may share it. */
public interface Mask {

    /** Returns T. */
    int size();

    /** Returns how many parameters θ there are. */
    int parameters();

    /**
     * Computes {@code y = K x}.
     *
     * @param x [T,n], row-major
     * @param y receives it, [T,n]; what stood there is lost
     */
    void times(double[] x, int n, double[] y);

    /**
     * Computes {@code y = K x} and the derivatives of {@code Σ error ⊙ y}.
     *
     * @param x [T,n]
     * @param error [T,n]
     * @param y receives K x, as {@link #times}
     * @param dx receives {@code Kᵀ error}
     * @param dParameters [parameters]; the derivatives with respect to θ are added to what stands there
     */
    void backward(double[] x, double[] error, int n, double[] y, double[] dx, double[] dParameters);

    /**
     * Returns how attention under it is summed: by its products with fields, unless it knows a faster way.
     *
     * @param features M
     * @param columns C of values
     */
    default MaskedAttention attention(int features, int columns) {
        return new ColumnAttention(this, features, columns);
    }

    /**
     * Returns whether K is an estimate of a mask whose entries are not negative and whose diagonal is at least 1, and so may have negative entries itself. Then attention trusts a row's
     * denominator only if it is at least half of what the place gives to itself in the mask that is estimated, φ(q_i)·φ(k_i); others get their own value.
     */
    default boolean estimated() {
        return false;
    }

    /** Returns K as a product of two sparse matrices, if it is one: attention then needs no field of products of features and values. */
    default Optional<MaskFactors> factors() {
        return Optional.empty();
    }

    /** Returns K row by row, [T·T]: for few places, and as an oracle. */
    default double[] square() {
        int size = size();
        double[] flat = new double[Math.multiplyExact(size, size)];
        times(unit(size), size, flat);
        return flat;
    }

    /**
     * Computes the derivatives of {@code Σ dK ⊙ K}.
     *
     * @param dK [T·T]
     * @param dParameters [parameters]; the derivatives with respect to θ are added to what stands there
     */
    default void differentiate(double[] dK, double[] dParameters) {
        double[] room = new double[dK.length];
        backward(unit(size()), dK, size(), room, new double[dK.length], dParameters);
    }

    private static double[] unit(int size) {
        double[] unit = new double[Math.multiplyExact(size, size)];
        for (int i = 0; i < size; i++) {
            unit[i * size + i] = 1;
        }
        return unit;
    }

    /** Returns K, [T][T], O(T²) memory: to look at. */
    default double[][] dense() {
        double[] flat = square();
        double[][] k = new double[size()][size()];
        for (int i = 0; i < k.length; i++) {
            System.arraycopy(flat, i * k.length, k[i], 0, k.length);
        }
        return k;
    }
}
