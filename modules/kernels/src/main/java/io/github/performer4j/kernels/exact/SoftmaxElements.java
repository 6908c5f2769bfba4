package io.github.performer4j.kernels.exact;

import io.github.performer4j.kernels.machine.Simd;
import io.github.performer4j.kernels.math.Scalar;
import io.github.performer4j.kernels.memory.Matrix;

/**
 * The element-wise part of exact attention, on the calling thread.
 *
 * <p>Two implementations: {@link PlainSoftmaxElements}, and one on the Vector API; {@link Simd} chooses once. A block of scores s [n,m] belongs
 * to queries t … t + n − 1 and keys j … j + m − 1; query t + r sees the keys below {@code seen[t + r]}, and what s holds at others does not
 * matter.
 */
public interface SoftmaxElements {
    /** What {@link Scalar#exp} returns for everything below −87.3. */
    float SMALLEST = Scalar.exp(Float.NEGATIVE_INFINITY);

    /** Returns exp(x) − {@link #SMALLEST}: far below the largest score it is 0, and −∞ stands for a key that is not seen. */
    static float exp(float x) {
        return Scalar.exp(x) - SMALLEST;
    }

    /**
     * One step of softmax along the keys: {@code m' = max(m, max_i s_ri), s_ri = exp(s_ri − m'), factor = exp(m − m'),
     * sum = sum · factor + Σ_i s_ri} over the keys seen; s becomes 0 at others, and factor 1 where none is seen.
     *
     * @param seen number of keys that each query sees, by query
     * @param query t
     * @param key j
     * @param top m per row of s, −∞ at first
     * @param sum per row of s, 0 at first
     * @param factor receives the factor that earlier sums of the row must be multiplied by
     */
    void exponentials(Matrix s, int[] seen, int query, int key, float[] top, float[] sum, float[] factor);

    /**
     * Probabilities and the gradient of their scores: {@code s_ri = exp(s_ri − logSum[r])} and {@code d_ri = s_ri (d_ri − delta[r])}; both 0
     * at keys that are not seen.
     *
     * @param d derivative with respect to the probabilities, overwritten
     */
    void gradient(Matrix s, Matrix d, int[] seen, int query, int key, float[] logSum, float[] delta);

    /** Sets every value to 0, whatever was there. */
    void clear(Matrix x);
}
