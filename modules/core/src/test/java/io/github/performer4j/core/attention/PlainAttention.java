package io.github.performer4j.core.attention;

import io.github.performer4j.core.TensorAssert;
import io.github.performer4j.core.feature.PositiveFeatures;
import java.util.Arrays;

/**
 * The oracle: attention row by row in plain double arithmetic, from the definition alone.
 *
 * <p>For positive features the weight of key j in row t is Σ_i (e^{a_ti − max_i a_ti} + ε)(e^{b_ji − c_t} + ε), c_t the greatest exponent of
 * the keys that row t sees; for other maps it is φ(q_t)·φ(k_j).
 */
final class PlainAttention {
    private PlainAttention() {}

    /** Returns out, [BH,Tq,D] in row-major order. */
    static double[] linear(AttentionCase c) {
        int d = AttentionCase.D;
        double scale = c.map.inputScale(d, c.map.columns(c.features, d));
        double[][] q = rows(c.q, scale);
        double[][] k = rows(c.k, scale);
        double[][] v = rows(c.v, 1);
        double[] real = c.mask == null ? null : TensorAssert.flat(c.mask);
        double[] out = new double[q.length * d];
        for (int row = 0; row < q.length; row++) {
            int from = row / c.tokens * c.keyTokens;
            int to = c.causal ? row + 1 : from + c.keyTokens;
            double[] weights = new double[to - from];
            double top = Double.NEGATIVE_INFINITY;
            for (int j = from; j < to; j++) {
                if (visible(real, j) && positive(c)) {
                    top = Math.max(top, Arrays.stream(exponents(c, k[j])).max().orElseThrow());
                }
            }
            double sum = 0;
            for (int j = from; j < to; j++) {
                if (visible(real, j)) {
                    weights[j - from] = positive(c)
                            ? stabilised(c, exponents(c, q[row]), exponents(c, k[j]), top)
                            : dot(c.map.apply(q[row], c.w), c.map.apply(k[j], c.w));
                    sum += weights[j - from];
                }
            }
            average(weights, sum, v, from, out, row);
        }
        return out;
    }

    /** Returns softmax attention, [BH,Tq,D] in row-major order. */
    static double[] exact(AttentionCase c) {
        int d = AttentionCase.D;
        double[][] q = rows(c.q, 1);
        double[][] k = rows(c.k, 1);
        double[][] v = rows(c.v, 1);
        double[] real = c.mask == null ? null : TensorAssert.flat(c.mask);
        double[] out = new double[q.length * d];
        for (int row = 0; row < q.length; row++) {
            int from = row / c.tokens * c.keyTokens;
            int to = c.causal ? row + 1 : from + c.keyTokens;
            double[] weights = new double[to - from];
            double top = Double.NEGATIVE_INFINITY;
            for (int j = from; j < to; j++) {
                top = visible(real, j) ? Math.max(top, dot(q[row], k[j]) / Math.sqrt(d)) : top;
            }
            double sum = 0;
            for (int j = from; j < to; j++) {
                if (visible(real, j)) {
                    weights[j - from] = Math.exp(dot(q[row], k[j]) / Math.sqrt(d) - top);
                    sum += weights[j - from];
                }
            }
            average(weights, sum, v, from, out, row);
        }
        return out;
    }

    private static void average(double[] weights, double sum, double[][] v, int from, double[] out, int row) {
        int d = v[0].length;
        for (int j = 0; sum != 0 && j < weights.length; j++) {
            for (int l = 0; l < d; l++) {
                out[row * d + l] += weights[j] / sum * v[from + j][l];
            }
        }
    }

    private static boolean positive(AttentionCase c) {
        return c.map instanceof PositiveFeatures;
    }

    private static boolean visible(double[] real, int j) {
        return real == null || real[j] > 0.5;
    }

    private static double stabilised(AttentionCase c, double[] a, double[] b, double top) {
        double own = Arrays.stream(a).max().orElseThrow();
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += (Math.exp(a[i] - own) + c.map.epsilon()) * (Math.exp(b[i] - top) + c.map.epsilon());
        }
        return sum;
    }

    private static double[] exponents(AttentionCase c, double[] x) {
        return Arrays.stream(c.w).mapToDouble(w -> dot(w, x) - dot(x, x) / 2).toArray();
    }

    private static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }

    private static double[][] rows(org.nd4j.linalg.api.ndarray.INDArray x, double scale) {
        double[] flat = TensorAssert.flat(x);
        int d = AttentionCase.D;
        double[][] rows = new double[flat.length / d][d];
        for (int i = 0; i < flat.length; i++) {
            rows[i / d][i % d] = flat[i] * scale;
        }
        return rows;
    }
}
