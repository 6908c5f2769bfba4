package io.github.performer4j.kernels.attention;

import io.github.performer4j.kernels.machine.Simd;
import io.github.performer4j.kernels.math.ScalarFunction;
import io.github.performer4j.kernels.memory.Matrix;
import io.github.performer4j.kernels.memory.Waves;

/**
 * The element-wise part of attention kernels, on the calling thread; everything else is matrix products.
 *
 * <p>Two implementations: {@link PlainAttentionElements}, and one on the Vector API; {@link Simd} chooses once. Shapes are the caller's
 * business, public kernels have checked them. Rows are numbered from 0; arrays of one value per row may be longer than the matrix.
 */
public interface AttentionElements {

    /** The exponent below which a factor of an earlier key counts 0: its exponential is below {@link LinearAttentionKernel#THRESHOLD}, and products with it would be slow denormals. */
    float FARTHEST = -71;

    /** {@code out[r] = scale/2 · Σ_i x_ri²}. */
    void halfSquaredNorms(Matrix x, float scale, float[] out);

    /** {@code out[r] = max_i p_ri}. */
    void rowMaxima(Matrix p, float[] out);

    /**
     * {@code p_ri = exp((p_ri − heights[r]) − shift[r]) + ε}, p_ri − heights[r] ≤ shift[r].
     *
     * <p>In this order, because rounding keeps order: no exponent is above 0 where shift[r] is at least the largest p_ri − heights[r]. Their sum
     * heights[r] + shift[r] would be rounded anew, which is off by thousands where rows have norms of 1e5, and exp overflows.
     *
     * @param heights null for 0
     */
    void exponentials(Matrix p, float[] heights, float[] shift, float epsilon);

    /** {@code sums_i += Σ_r p_ri}; sums [1,n]. */
    void addColumnSums(Matrix p, Matrix sums);

    /** {@code sums_i += Σ_r a[r] p_ri}; sums [1,n]. */
    void addWeightedRows(Matrix p, float[] a, Matrix sums);

    /** {@code out[r] = Σ_i p_ri z_i}; z [1,n]. */
    void dotRow(Matrix p, Matrix z, float[] out);

    /** {@code out[r] = Σ_i a_ri b_ri}. */
    void dots(Matrix a, Matrix b, float[] out);

    /**
     * The gradient of {@link #exponentials}: {@code d_ri = (d_ri + a[r] z_i + b[r])(p_ri − ε)} and {@code rowSums[r] = Σ_i d_ri}.
     *
     * @param p what exponentials made
     * @param d derivative with respect to p, overwritten by that with respect to the exponent
     * @param a factor of z per row; null for 1
     * @param z [1,n]
     * @param b constant per row; null for 0
     */
    void exponentialsGradient(Matrix p, Matrix d, float[] a, Matrix z, float[] b, float epsilon, float[] rowSums);

    /** {@code m_ri += a[r] z_i + b[r]}; a null for 1, b null for 0, z [1,n]. */
    void addOuter(Matrix m, float[] a, Matrix z, float[] b);

    /** Sets rows with {@code visible[r] = 0} to 0. */
    void zeroRows(Matrix m, float[] visible);

    /**
     * Running sums along rows: {@code running += visible[r] v_r}, then {@code out_r += coefficient[r] running}, for r = 0, 1, ….
     *
     * @param visible null for 1
     * @param running [1,n], read and written
     */
    void addRunningSums(Matrix v, float[] visible, float[] coefficient, Matrix running, Matrix out);

    /** {@code y_ri += a[r] x_ri}. */
    void addScaledRows(Matrix x, float[] a, Matrix y);

    /** {@code out_ri = a[r] x_ri}; out may be x. */
    void scaleRows(Matrix x, float[] a, Matrix out);

    /**
     * One step of a state: {@code next_mi = factor · last_mi + key_m v_i}, {@code out_i = Σ_m query_m next_mi}, terms in the order of m.
     *
     * @param last [M,n]; may be next
     * @param key [1,M]
     * @param v [1,n]
     * @param query [1,M]
     * @param next [M,n], written
     * @param out [1,n], written
     */
    void advance(Matrix last, float factor, Matrix key, Matrix v, Matrix query, Matrix next, Matrix out);

    /**
     * Keeps what a token of a chunk sees: {@code w_tj = w_tj · exp(top[j] − top[t])} for j ≤ t, else 0; 0 also where the exponent is below {@link #FARTHEST}.
     *
     * @param top rising; null where it is constant
     */
    void causal(Matrix w, float[] top);

    /**
     * Running sums along rows from the last to the first: {@code running += u_r}, then {@code out_r += visible[r] running}.
     *
     * @param visible null for 1
     * @param running [1,n], read and written
     */
    void addReverseSums(Matrix u, float[] visible, Matrix running, Matrix out);

    /**
     * Logarithms of shifted rows: {@code out_ri = log(max((scale · x_ri − shift_i) · factor, 0) + 1e-30)}; out may be x.
     *
     * @param shift [1,n]
     */
    void logs(Matrix x, float scale, Matrix shift, float factor, Matrix out);

    /**
     * The gradient of {@link #logs}: {@code d_ri = d_ri · scale · factor / y_ri}, y what the logarithm was taken of; 0 where the maximum is 0.
     *
     * @param d derivative with respect to the logarithms, overwritten by that with respect to x
     */
    void logsGradient(Matrix x, float scale, Matrix shift, float factor, Matrix d);

    /**
     * Waves: {@code phi_ri = scale[r] cos p_ri} and {@code phi_r,n+i = scale[r] sin p_ri}, to 3.6e-8 of scale for |p| ≤ {@link Waves#LARGEST}.
     *
     * @param p [rows,n]
     * @param scale null for 1
     * @param phi [rows,2n], not p
     */
    void waves(Matrix p, float[] scale, Matrix phi);

    /**
     * The gradient of {@link #waves}: with {@code g = d + a ⊗ z + b}, {@code out_ri = phi_ri g_r,n+i − phi_r,n+i g_ri} and
     * {@code sums[r] = Σ_i phi_ri g_ri}.
     *
     * @param phi what waves made, [rows,2n]
     * @param d derivative with respect to phi, [rows,2n]
     * @param a factor of z per row; null for 1
     * @param z [1,2n]
     * @param b constant per row; null for 0
     * @param out receives the derivative with respect to p, [rows,n]
     */
    void wavesGradient(Matrix phi, Matrix d, float[] a, Matrix z, float[] b, Matrix out, float[] sums);

    /**
     * Copies of a part with factors: {@code phi_r,i·m+l = factors_ri part_rl}.
     *
     * @param part [rows,m]
     * @param factors [rows,n]
     * @param phi [rows,n·m], not part
     */
    void copies(Matrix part, Matrix factors, Matrix phi);

    /**
     * The gradient of {@link #copies}: with {@code g = d + a ⊗ z + b}, {@code dPart_rl = Σ_i factors_ri g_r,i·m+l} and
     * {@code dFactors_ri = Σ_l g_r,i·m+l part_rl}.
     *
     * @param d derivative with respect to phi, [rows,n·m]
     * @param a factor of z per row; null for 1
     * @param z [1,n·m]
     * @param b constant per row; null for 0
     * @param dPart [rows,m], written
     * @param dFactors [rows,n], written
     */
    void copiesGradient(
            Matrix part, Matrix factors, Matrix d, float[] a, Matrix z, float[] b, Matrix dPart, Matrix dFactors);

    /** {@code p_ri = p_ri + ε}, or ε where p_ri is below {@code least}. */
    void dropBelow(Matrix p, float least, float epsilon);

    /** {@code phi = f(p) + ε}; phi may be p. */
    void apply(ScalarFunction f, Matrix p, float epsilon, Matrix phi);

    /** {@code d_ri = d_ri f'(p_ri)}. */
    void applyGradient(ScalarFunction f, Matrix p, Matrix d);
}
