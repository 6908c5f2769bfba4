package io.github.performer4j.kernels;

/**
 * The element-wise part of attention kernels, on the calling thread; everything else is matrix products.
 *
 * <p>Two implementations: {@link PlainAttentionElements}, and one on the Vector API; {@link Simd} chooses once. Shapes are the caller's
 * business, public kernels have checked them. Rows are numbered from 0; arrays of one value per row may be longer than the matrix.
 */
public interface AttentionElements {

    /** {@code out[r] = scale/2 · Σ_i x_ri²}. */
    void halfSquaredNorms(Matrix x, float scale, float[] out);

    /** {@code out[r] = max_i p_ri}. */
    void rowMaxima(Matrix p, float[] out);

    /** {@code p_ri = exp(p_ri − shift[r]) + ε}, p_ri ≤ shift[r]. */
    void exponentials(Matrix p, float[] shift, float epsilon);

    /** {@code sums_i += Σ_r p_ri}; sums [1,n]. */
    void addColumnSums(Matrix p, Matrix sums);

    /** {@code sums_i += Σ_r a[r] p_ri}; sums [1,n]. */
    void addWeightedRows(Matrix p, float[] a, Matrix sums);

    /** {@code out[r] = Σ_i p_ri z_i}; z [1,n]. */
    void dotRow(Matrix p, Matrix z, float[] out);

    /** {@code out[r] = Σ_i a_ri b_ri}. */
    void dots(Matrix a, Matrix b, float[] out);

    /**
     * The gradient of {@link #exponentials}: {@code d_ri = (d_ri + a[r] z_i)(p_ri − ε)} and {@code rowSums[r] = Σ_i d_ri}.
     *
     * @param p what exponentials made
     * @param d derivative with respect to p, overwritten by that with respect to the exponent
     * @param a factor of z per row; null for 1
     * @param z [1,n]
     */
    void exponentialsGradient(Matrix p, Matrix d, float[] a, Matrix z, float epsilon, float[] rowSums);

    /** {@code m_ri += a[r] z_i}; a null for 1, z [1,n]. */
    void addOuter(Matrix m, float[] a, Matrix z);

    /** {@code y_ri += a[r] x_ri}. */
    void addScaledRows(Matrix x, float[] a, Matrix y);

    /** {@code out_ri = a[r] x_ri}; out may be x. */
    void scaleRows(Matrix x, float[] a, Matrix out);

    /**
     * Keeps what a token of a chunk sees: {@code w_tj = w_tj · exp(top[j] − top[t])} for j ≤ t, else 0.
     *
     * @param top rising; null where it is constant
     */
    void causal(Matrix w, float[] top);
}
