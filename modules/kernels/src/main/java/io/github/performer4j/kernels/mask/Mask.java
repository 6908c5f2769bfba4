package io.github.performer4j.kernels.mask;

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

    /** Returns K, [T][T], O(T²) memory: to look at, and as an oracle. */
    default double[][] dense() {
        int size = size();
        double[] unit = new double[Math.multiplyExact(size, size)];
        for (int i = 0; i < size; i++) {
            unit[i * size + i] = 1;
        }
        double[] flat = new double[unit.length];
        times(unit, size, flat);
        double[][] k = new double[size][size];
        for (int i = 0; i < size; i++) {
            System.arraycopy(flat, i * size, k[i], 0, size);
        }
        return k;
    }
}
