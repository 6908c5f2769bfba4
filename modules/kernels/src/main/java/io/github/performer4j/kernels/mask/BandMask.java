package io.github.performer4j.kernels.mask;

import java.util.Arrays;

/**
 * The mask of relative positions that are far alike: {@code K_ij = c_{j−i}}, one number beyond a distance K to either side, such as T5's buckets,
 * {@code Σ_j c_{j−i} x_j = Σ_{|j−i|<K} c_{j−i} x_j + c_− Σ_{j≤i−K} x_j + c_+ Σ_{j≥i+K} x_j}: a band and two running sums, O(T·K·n). Causal, j ≤ i only. No term is subtracted, and no row of a
 * causal mask depends on later ones.
 */
public final class BandMask implements Mask {
    private final OffsetWeights weights;
    private final int far;

    /**
     * Makes the mask.
     *
     * @param places T
     * @param logs b from {@code at} on, [P]
     * @throws IllegalArgumentException if a weight e^b is not positive and finite
     */
    public BandMask(Offsets offsets, int places, double[] logs, int at) {
        weights = new OffsetWeights(offsets, places, logs, at);
        far = offsets.far();
    }

    @Override
    public int size() {
        return weights.places();
    }

    @Override
    public int parameters() {
        return weights.offsets().parameters();
    }

    @Override
    public MaskedAttention attention(int features, int columns) {
        return new BandAttention(weights, features, columns);
    }

    @Override
    public void times(double[] x, int n, double[] y) {
        Fields.require(size(), n, x, y);
        product(x, n, y, 1);
    }

    /** {@code y = K x}, or {@code Kᵀ x} where the sign of offsets is −1. */
    private void product(double[] x, int n, double[] y, int sign) {
        int places = size();
        Arrays.fill(y, 0);
        for (int i = 0; i < places; i++) {
            for (int j = Math.max(0, i - far + 1); j < Math.min(places, i + far); j++) {
                Fields.add(weights.of(sign * (j - i)), x, j, y, i, n);
            }
        }
        double[] sum = new double[n];
        for (int i = far; i < places; i++) {
            Fields.add(1, x, i - far, sum, 0, n);
            Fields.add(weights.of(-sign * far), sum, 0, y, i, n);
        }
        Arrays.fill(sum, 0);
        for (int i = places - 1 - far; i >= 0; i--) {
            Fields.add(1, x, i + far, sum, 0, n);
            Fields.add(weights.of(sign * far), sum, 0, y, i, n);
        }
    }

    @Override
    public void backward(double[] x, double[] error, int n, double[] y, double[] dx, double[] dParameters) {
        Fields.require(size(), n, x, error, y, dx);
        product(x, n, y, 1);
        product(error, n, dx, -1);
        int places = size();
        for (int i = 0; i < places; i++) {
            for (int j = Math.max(0, i - far + 1); j < Math.min(places, i + far); j++) {
                weights.add(j - i, Fields.dot(error, i, x, j, n), dParameters);
            }
        }
        double[] sum = new double[n];
        for (int i = far; i < places; i++) {
            Fields.add(1, x, i - far, sum, 0, n);
            weights.add(-far, Fields.dot(error, i, sum, 0, n), dParameters);
        }
        Arrays.fill(sum, 0);
        for (int i = places - 1 - far; i >= 0; i--) {
            Fields.add(1, x, i + far, sum, 0, n);
            weights.add(far, Fields.dot(error, i, sum, 0, n), dParameters);
        }
    }
}
