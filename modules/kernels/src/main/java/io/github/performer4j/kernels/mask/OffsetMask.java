package io.github.performer4j.kernels.mask;

/**
 * The mask of relative positions of any weights, {@code K_ij = c_{j−i}}, c = e^b (Luo et al., arXiv 2106.12566): a Toeplitz matrix, whose products are Fourier transforms in float64.
 *
 * <p>Not causal it is a part of a circulant matrix, O(T log T·n); its errors are absolute, a few 1e-16 of the largest sum. Causal, j ≤ i, the rounding of such a transform would carry what stands
 * behind a row into it. So the triangle is halved down to squares of {@value #DIRECT} tokens, which are summed directly: the lower left quarter of each half is one transform of earlier tokens
 * alone, O(T log² T·n), and no bit of a row depends on later ones.
 */
public final class OffsetMask implements Mask {
    /** Tokens of a triangle that is summed directly. */
    static final int DIRECT = 64;

    private final OffsetWeights weights;
    private final Toeplitz whole; // not causal

    /**
     * Makes the mask.
     *
     * @param places T
     * @param logs b from {@code at} on, [P]
     * @throws IllegalArgumentException if a weight e^b is not positive and finite
     */
    public OffsetMask(Offsets offsets, int places, double[] logs, int at) {
        weights = new OffsetWeights(offsets, places, logs, at);
        whole = weights.causal() ? null : new Toeplitz(places, places, delta -> weights.of(-delta));
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
    public void times(double[] x, int n, double[] y) {
        Fields.require(size(), n, x, y);
        java.util.Arrays.fill(y, 0);
        if (whole != null) {
            whole.add(x, 0, y, 0, n);
        } else {
            halve(0, size(), (from, middle, to, quarter) -> quarter.add(x, from, y, middle, n), (from, to) -> {
                for (int i = from; i < to; i++) {
                    for (int j = from; j <= i; j++) {
                        Fields.add(weights.of(j - i), x, j, y, i, n);
                    }
                }
            });
        }
    }

    @Override
    public void backward(double[] x, double[] error, int n, double[] y, double[] dx, double[] dParameters) {
        times(x, n, y);
        Fields.require(size(), n, error, dx);
        java.util.Arrays.fill(dx, 0);
        if (whole != null) {
            back(whole, x, 0, error, 0, n, dx, dParameters);
            return;
        }
        halve(
                0,
                size(),
                (from, middle, to, quarter) -> back(quarter, x, from, error, middle, n, dx, dParameters),
                (from, to) -> {
                    for (int i = from; i < to; i++) {
                        for (int j = from; j <= i; j++) {
                            Fields.add(weights.of(j - i), error, i, dx, j, n);
                            weights.add(j - i, Fields.dot(error, i, x, j, n), dParameters);
                        }
                    }
                });
    }

    private void back(
            Toeplitz part, double[] x, int from, double[] error, int at, int n, double[] dx, double[] dParameters) {
        double[] slopes = part.backward(x, from, error, at, n, dx);
        for (int u = 0; u < slopes.length; u++) {
            weights.add(part.offset(u) + from - at, slopes[u], dParameters);
        }
    }

    /** A square of rows from {@code middle} to {@code to} and columns from {@code from} to {@code middle}. */
    @FunctionalInterface
    private interface Quarter {
        void accept(int from, int middle, int to, Toeplitz quarter);
    }

    /** A triangle on the diagonal. */
    @FunctionalInterface
    private interface Triangle {
        void accept(int from, int to);
    }

    private void halve(int from, int to, Quarter quarter, Triangle triangle) {
        if (to - from <= DIRECT) {
            triangle.accept(from, to);
            return;
        }
        int middle = from + (to - from + 1) / 2;
        halve(from, middle, quarter, triangle);
        halve(middle, to, quarter, triangle);
        quarter.accept(from, middle, to, quarter(middle - from, to - middle));
    }

    /** Rows behind columns: row r and column c are at the offset {@code c − r − columns}. */
    private Toeplitz quarter(int columns, int rows) {
        return new Toeplitz(rows, columns, delta -> weights.of(-delta - columns));
    }
}
