package io.github.performer4j.kernels.mask;

import io.github.performer4j.kernels.product.DoubleProducts;
import java.util.Arrays;

/**
 * {@link MaskedAttention} under a {@link BandMask}: a block of C queries meets the keys within reach of one of them as a matrix, {@code P = φ(q) φ(k)ᵀ ⊙ c}, and those beyond as two running sums
 * {@code Σ_j φ(k_j) v_jᵀ} [M,C], O(T·((2K + C)·(M + D) + M·D)) instead of a band for each feature and column.
 *
 * <p>With dP = error vᵀ ⊙ c: {@code dφ(q) = dP φ(k), dφ(k) = dPᵀ φ(q), dv = Pᵀ error, dc_Δ = Σ (error·v)(φ(q)·φ(k))} near; beyond, the same of the sums, and keys meet running sums
 * {@code Σ_i φ(q_i) error_iᵀ} of the blocks that they lie beyond. float64, products by BLAS.
 */
final class BandAttention implements MaskedAttention {
    private static final int BLOCK = 64; // queries

    private final OffsetWeights weights;
    private final int places;
    private final int features;
    private final int columns;
    private final int far;

    BandAttention(OffsetWeights weights, int features, int columns) {
        this.weights = weights;
        this.features = features;
        this.columns = columns;
        places = weights.places();
        far = weights.offsets().far();
    }

    /** The rows of a head: φ(q), φ(k) [T,M], v [T,C]. */
    private final class Head {
        final double[] q;
        final double[] k;
        final double[] v;
        final int phi; // where its features begin
        final int value;

        Head(int head, double[] q, double[] k, double[] v) {
            this.q = q;
            this.k = k;
            this.v = v;
            phi = Math.multiplyExact(head, Math.multiplyExact(places, features));
            value = Math.multiplyExact(head, Math.multiplyExact(places, columns));
        }

        double[] features(double[] all, int from, int to) {
            return Arrays.copyOfRange(all, phi + from * features, phi + to * features);
        }

        double[] values(double[] all, int from, int to) {
            return Arrays.copyOfRange(all, value + from * columns, value + to * columns);
        }

        void addFeatures(double factor, double[] rows, double[] to, int row) {
            axpy(factor, rows, to, phi + row * features);
        }

        void addValues(double factor, double[] rows, double[] to, int row) {
            axpy(factor, rows, to, value + row * columns);
        }
    }

    private static void axpy(double factor, double[] from, double[] to, int at) {
        for (int i = 0; i < from.length; i++) {
            to[at + i] += factor * from[i];
        }
    }

    private int blocks() {
        return (places + BLOCK - 1) / BLOCK;
    }

    private int to(int block) {
        return Math.min(places, (block + 1) * BLOCK);
    }

    /** Returns the first key that a block of queries meets as a matrix; all before are beyond K of each. */
    private int first(int block) {
        return Math.max(0, Math.min(places, block * BLOCK - far + 1));
    }

    /** Returns behind the last one. */
    private int last(int block) {
        return weights.causal() ? to(block) : Math.min(places, to(block) + far - 1);
    }

    /** Returns how many of m keys from j0 on query i sees. */
    private int seen(int i, int j0, int m) {
        return weights.causal() ? Math.min(m, i - j0 + 1) : m;
    }

    /** Multiplies products of n queries and m keys by their weights c_{j−i}; those of keys that a causal mask hides become 0. */
    private void weigh(double[] products, int i0, int n, int j0, int m) {
        double[] all = weights.all();
        for (int r = 0; r < n; r++) {
            int at = j0 - i0 - r + places - 1;
            int seen = seen(i0 + r, j0, m);
            for (int c = 0; c < seen; c++) {
                products[r * m + c] *= all[at + c];
            }
            Arrays.fill(products, r * m + seen, (r + 1) * m, 0);
        }
    }

    /** What a block of queries does with the sum of all keys beyond K on one side, c_− or c_+ each. */
    @FunctionalInterface
    private interface Beyond {
        void accept(int block, int side, double[] sum);
    }

    /** Walks over blocks with the running sums {@code Σ φ(k_j) v_jᵀ} of keys beyond, from both ends. */
    private void sums(Head h, Beyond task) {
        double[] sum = new double[features * columns];
        int done = 0;
        for (int b = 0; b < blocks(); b++) {
            done = sum(h, h.k, h.v, done, first(b), sum);
            if (done > 0) {
                task.accept(b, -far, sum);
            }
        }
        Arrays.fill(sum, 0);
        done = places;
        for (int b = blocks() - 1; b >= 0 && !weights.causal(); b--) {
            sum(h, h.k, h.v, last(b), done, sum);
            done = last(b);
            if (done < places) {
                task.accept(b, far, sum);
            }
        }
    }

    private int sum(Head h, double[] phi, double[] values, int from, int to, double[] sum) {
        if (to > from) {
            axpy(
                    1,
                    DoubleProducts.transposedMultiply(
                            h.features(phi, from, to), h.values(values, from, to), features, to - from, columns),
                    sum,
                    0);
        }
        return Math.max(from, to);
    }

    @Override
    public void forward(int head, double[] q, double[] k, double[] v, double[] sums) {
        Head h = new Head(head, q, k, v);
        for (int b = 0; b < blocks(); b++) {
            int i0 = b * BLOCK;
            int n = to(b) - i0;
            int j0 = first(b);
            int m = last(b) - j0;
            double[] products = DoubleProducts.multiplyTransposed(
                    h.features(q, i0, i0 + n), h.features(k, j0, j0 + m), n, features, m);
            weigh(products, i0, n, j0, m);
            h.addValues(1, DoubleProducts.multiply(products, h.values(v, j0, j0 + m), n, m, columns), sums, i0);
        }
        sums(h, (b, side, sum) -> {
            int i0 = b * BLOCK;
            int n = to(b) - i0;
            double[] rows = DoubleProducts.multiply(h.features(q, i0, i0 + n), sum, n, features, columns);
            h.addValues(weights.of(side), rows, sums, i0);
        });
    }

    @Override
    public void backward(
            int head,
            double[] q,
            double[] k,
            double[] v,
            double[] error,
            double[] dq,
            double[] dk,
            double[] dv,
            double[] dParameters) {
        Head h = new Head(head, q, k, v);
        double[] slopes = new double[2 * places - 1]; // with respect to c of each offset
        for (int b = 0; b < blocks(); b++) {
            near(h, b, error, dq, dk, dv, slopes);
        }
        weights.add(slopes, dParameters);
        sums(h, (b, side, sum) -> {
            int i0 = b * BLOCK;
            int n = to(b) - i0;
            double[] e = h.values(error, i0, i0 + n);
            double[] phi = h.features(q, i0, i0 + n);
            double[] back = DoubleProducts.multiplyTransposed(e, sum, n, columns, features);
            h.addFeatures(weights.of(side), back, dq, i0);
            weights.add(side, dot(back, phi), dParameters);
        });
        beyond(h, error, dk, dv);
    }

    private void near(Head h, int b, double[] error, double[] dq, double[] dk, double[] dv, double[] slopes) {
        int i0 = b * BLOCK;
        int n = to(b) - i0;
        int j0 = first(b);
        int m = last(b) - j0;
        double[] phiQ = h.features(h.q, i0, i0 + n);
        double[] phiK = h.features(h.k, j0, j0 + m);
        double[] e = h.values(error, i0, i0 + n);
        double[] products = DoubleProducts.multiplyTransposed(phiQ, phiK, n, features, m);
        double[] given = DoubleProducts.multiplyTransposed(e, h.values(h.v, j0, j0 + m), n, columns, m);
        for (int r = 0; r < n; r++) {
            int at = j0 - i0 - r + places - 1;
            int seen = seen(i0 + r, j0, m);
            for (int c = 0; c < seen; c++) {
                slopes[at + c] += products[r * m + c] * given[r * m + c];
            }
        }
        weigh(products, i0, n, j0, m);
        weigh(given, i0, n, j0, m);
        h.addFeatures(1, DoubleProducts.multiply(given, phiK, n, m, features), dq, i0);
        h.addFeatures(1, DoubleProducts.transposedMultiply(given, phiQ, m, n, features), dk, j0);
        h.addValues(1, DoubleProducts.transposedMultiply(products, e, m, n, columns), dv, j0);
    }

    /** Keys and values from the blocks that they lie beyond: before each from the last block on, behind each from the first. */
    private void beyond(Head h, double[] error, double[] dk, double[] dv) {
        double[] sum = new double[features * columns]; // Σ φ(q_i) error_iᵀ
        for (int b = blocks() - 1; b > 0; b--) {
            sum(h, h.q, error, b * BLOCK, to(b), sum);
            give(h, first(b - 1), first(b), -far, sum, dk, dv);
        }
        Arrays.fill(sum, 0);
        for (int b = 0; b < blocks() - 1 && !weights.causal(); b++) {
            sum(h, h.q, error, b * BLOCK, to(b), sum);
            give(h, last(b), last(b + 1), far, sum, dk, dv);
        }
    }

    private void give(Head h, int from, int to, int side, double[] sum, double[] dk, double[] dv) {
        if (to > from) {
            double weight = weights.of(side);
            double[] values = h.values(h.v, from, to);
            double[] phi = h.features(h.k, from, to);
            h.addFeatures(
                    weight, DoubleProducts.multiplyTransposed(values, sum, to - from, columns, features), dk, from);
            h.addValues(weight, DoubleProducts.multiply(phi, sum, to - from, features, columns), dv, from);
        }
    }

    private static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }
}
