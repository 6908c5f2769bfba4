package io.github.performer4j.kernels.attention;

import io.github.performer4j.kernels.mask.MaskFactors;
import io.github.performer4j.kernels.mask.MaskedAttention;
import io.github.performer4j.kernels.mask.SparseColumns;
import io.github.performer4j.kernels.memory.Matrix;
import io.github.performer4j.kernels.memory.Scratch;
import io.github.performer4j.kernels.product.Blas;

/**
 * The sums {@code S_i = Σ_j K_ij (φ(q_i)·φ(k_j)) v_j} of attention masked by sparse factors, {@code K = A Bᵀ}, for one head, and their gradient: what
 * {@link MaskedAttention} is, as products of small matrices.
 *
 * <p>Column u takes rows {@code K_u, V_u} of all j with {@code B_ju ≠ 0}, those of V times B_ju, and rows {@code Q_u} of all i with {@code A_iu ≠ 0}, and gives {@code A_iu Q_u K_uᵀ V_u} to S_i:
 * by {@code Z = K_uᵀ V_u}, [M,C], or pair by pair, {@code P = Q_u K_uᵀ}, whichever takes fewer products. So no field of [T,M·C] is ever formed, each entry reads M + C numbers, and time and
 * memory are linear in entries and T. Products are in float32, sums over columns in float64 and in the columns' order.
 */
final class FactorSums implements MaskedAttention {
    private static final double CALLS =
            10_000; // what a column costs beside its products, in multiplications: measured, about
    private static final int SIDE = 0; // what is gathered, left and right, then what is given back to them
    private static final int BACK = 2;
    private static final int MIDDLE = 4;

    private final SparseColumns left;
    private final SparseColumns right;
    private final MaskFactors factors;
    private final Scratch scratch;
    private final int slot;
    private final int places; // T
    private final int features; // M
    private final int width; // C
    private final int row; // M + C

    /**
     * Says sizes.
     *
     * @param scratch of the calling thread
     * @param slot first of {@value HeadSums#SLOTS} numbers of scratch
     */
    FactorSums(MaskFactors factors, int places, int features, int width, Scratch scratch, int slot) {
        this.factors = factors;
        left = factors.left();
        right = factors.right();
        this.places = places;
        this.features = features;
        this.width = width;
        row = features + width;
        this.scratch = scratch;
        this.slot = slot;
    }

    @Override
    public void forward(int head, double[] q, double[] k, double[] v, double[] sums) {
        int first = head * places;
        float[] keys = joined(head, k, v);
        float[] queries = joined(head, q, null);
        float[] given = scratch.array(slot, Math.multiplyExact(most(), row));
        for (int u = 0; u < left.columns(); u++) {
            int m = left.count(u);
            int n = right.count(u);
            if (m > 0 && n > 0) {
                Matrix kv = gather(right, u, keys, false, SIDE + 1);
                Matrix qu = gather(left, u, queries, false, SIDE).columns(0, features);
                Matrix out = scratch.matrix(slot + BACK, m, width);
                if (paired(m, n)) {
                    Matrix p = scratch.matrix(slot + MIDDLE, m, n);
                    Blas.multiplyTransposed(qu, kv.columns(0, features), 1, 0, p);
                    Blas.multiply(p, kv.columns(features, row), 1, 0, out);
                } else {
                    Blas.multiply(qu, middle(kv), 1, 0, out);
                }
                out.block().read(0, given, 0, m * width);
                for (int e = left.starts()[u], r = 0; r < m; e++, r++) {
                    add(left.weights()[e], given, r * width, sums, (first + left.rows()[e]) * width, width);
                }
            }
        }
    }

    /** Returns whether pairs take fewer products than Z. */
    private boolean paired(int m, int n) {
        return pairs(m, n, features, width) < through(m, n, features, width);
    }

    private static double pairs(int m, int n, int features, int width) {
        return (double) m * n * (features + width);
    }

    private static double through(int m, int n, int features, int width) {
        return ((double) m + n) * features * width;
    }

    /** Returns the multiplications of all columns, and what their calls cost. */
    static double work(MaskFactors factors, int features, int width) {
        double work = 0;
        for (int u = 0; u < factors.left().columns(); u++) {
            int m = factors.left().count(u);
            int n = factors.right().count(u);
            if (m > 0 && n > 0) {
                work += CALLS + Math.min(pairs(m, n, features, width), through(m, n, features, width));
            }
        }
        return work;
    }

    /** Returns {@code Z = K_uᵀ V_u}, [M,C]. */
    private Matrix middle(Matrix kv) {
        Matrix z = scratch.matrix(slot + MIDDLE, features, width);
        Blas.transposedMultiply(kv.columns(0, features), kv.columns(features, row), 1, 0, z);
        return z;
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
        int first = head * places;
        float[] keys = joined(head, k, v);
        float[] queries = joined(head, q, error);
        double[] dLeft = new double[left.entries()];
        double[] dRight = new double[right.entries()];
        float[] given = scratch.array(slot, Math.multiplyExact(most(), row));
        for (int u = 0; u < left.columns(); u++) {
            int m = left.count(u);
            int n = right.count(u);
            if (m > 0 && n > 0) {
                Matrix dQueries = scratch.matrix(slot + BACK, m, features);
                Matrix dKeys = scratch.matrix(slot + BACK + 1, n, row);
                gradients(
                        gather(left, u, queries, true, SIDE), gather(right, u, keys, false, SIDE + 1), dQueries, dKeys);
                dQueries.block().read(0, given, 0, m * features);
                for (int e = left.starts()[u], r = 0; r < m; e++, r++) {
                    int at = (first + left.rows()[e]) * features;
                    dLeft[e] = dot(given, r * features, q, at, features);
                    add(left.weights()[e], given, r * features, dq, at, features);
                }
                dKeys.block().read(0, given, 0, n * row);
                for (int e = right.starts()[u], r = 0; r < n; e++, r++) {
                    int j = first + right.rows()[e];
                    dRight[e] = dot(given, r * row + features, v, j * width, width);
                    add(1, given, r * row, dk, j * features, features);
                    add(right.weights()[e], given, r * row + features, dv, j * width, width);
                }
            }
        }
        factors.addDerivatives(dLeft, dRight, dParameters);
    }

    /**
     * Computes the derivatives of a column.
     *
     * @param qe A-weighted queries and errors, [m,M+C]
     * @param kv keys and B-weighted values, [n,M+C]
     * @param dq written, with respect to weighted queries, [m,M]
     * @param dkv written, with respect to keys and weighted values, [n,M+C]
     */
    private void gradients(Matrix qe, Matrix kv, Matrix dq, Matrix dkv) {
        Matrix q = qe.columns(0, features);
        Matrix e = qe.columns(features, row);
        Matrix k = kv.columns(0, features);
        Matrix v = kv.columns(features, row);
        Matrix dk = dkv.columns(0, features);
        Matrix dv = dkv.columns(features, row);
        if (paired(q.rows(), k.rows())) {
            Matrix p = scratch.matrix(slot + MIDDLE, q.rows(), k.rows());
            Blas.multiplyTransposed(q, k, 1, 0, p);
            Blas.transposedMultiply(p, e, 1, 0, dv);
            Blas.multiplyTransposed(e, v, 1, 0, p);
            Blas.multiply(p, k, 1, 0, dq);
            Blas.transposedMultiply(p, q, 1, 0, dk);
        } else {
            Blas.multiplyTransposed(e, middle(kv), 1, 0, dq);
            Matrix dz = scratch.matrix(slot + MIDDLE, features, width);
            Blas.transposedMultiply(q, e, 1, 0, dz);
            Blas.multiplyTransposed(v, dz, 1, 0, dk);
            Blas.multiply(k, dz, 1, 0, dv);
        }
    }

    private int most() {
        return Math.max(left.most(), right.most());
    }

    /** Returns two fields side by side, [T,M+C]; 0 in place of one that is not there. */
    private float[] joined(int head, double[] a, double[] b) {
        int first = head * places;
        float[] all = new float[Math.multiplyExact(places, row)];
        for (int t = 0; t < places; t++) {
            for (int c = 0; c < features; c++) {
                all[t * row + c] = (float) a[(first + t) * features + c];
            }
            for (int c = 0; b != null && c < width; c++) {
                all[t * row + features + c] = (float) b[(first + t) * width + c];
            }
        }
        return all;
    }

    /** Returns the rows of a column's entries, [entries,M+C], their first M or last C columns times the entries' weights. */
    private Matrix gather(SparseColumns from, int u, float[] field, boolean first, int number) {
        int n = from.count(u);
        float[] rows = scratch.array(slot + 1, n * row);
        int begin = first ? 0 : features;
        int end = first ? features : row;
        for (int e = from.starts()[u], r = 0; r < n; e++, r++) {
            System.arraycopy(field, from.rows()[e] * row, rows, r * row, row);
            float weight = (float) from.weights()[e];
            for (int c = r * row + begin; c < r * row + end; c++) {
                rows[c] *= weight;
            }
        }
        Matrix gathered = scratch.matrix(slot + number, n, row);
        gathered.block().write(0, rows, 0, n * row);
        return gathered;
    }

    private static void add(double factor, float[] from, int at, double[] to, int toAt, int n) {
        for (int c = 0; c < n; c++) {
            to[toAt + c] += factor * from[at + c];
        }
    }

    private static double dot(float[] a, int atA, double[] b, int atB, int n) {
        double sum = 0;
        for (int c = 0; c < n; c++) {
            sum += a[atA + c] * b[atB + c];
        }
        return sum;
    }
}
