package io.github.performer4j.core.feature;

import io.github.performer4j.kernels.Kernels;
import io.github.performer4j.kernels.product.DoubleProducts;

/**
 * First and second moments of rows: what data-dependent features know of the queries, and of the keys, of a batch item and head.
 *
 * @param count number of rows; of kept moments only whether there are any
 * @param mean [D]; 0 without rows
 * @param second {@code M = mean(x xᵀ)}, [D,D] row-major; 0 without rows
 */
public record Moments(long count, double[] mean, double[] second) {

    public Moments {
        if (count < 0 || mean.length < 1 || second.length != mean.length * mean.length) {
            throw new IllegalArgumentException("moments must be [D] and [D,D] of count >= 0 rows; count=" + count
                    + ", mean=" + mean.length + ", second=" + second.length);
        }
    }

    /** Returns the moments of no rows of length D. */
    public static Moments none(int size) {
        return new Moments(0, new double[size], new double[size * size]);
    }

    /**
     * Computes the moments of rows.
     *
     * @param rows [n][D], n ≥ 1
     * @return those of no rows if a row is not finite
     */
    public static Moments of(double[][] rows) {
        if (rows.length == 0) {
            throw new IllegalArgumentException("moments need rows; rows=0");
        }
        int d = rows[0].length;
        double[] sums = new double[sumsLength(d)];
        addSums(rows, sums, 0);
        return ofSums(sums, 0, d, 1);
    }

    /**
     * Adds what {@link #ofSums} reads.
     *
     * @param rows [n][D]
     * @param sums added to from {@code at} on
     */
    public static void addSums(double[][] rows, double[] sums, int at) {
        sums[at] += rows.length;
        for (double[] row : rows) {
            int d = row.length;
            for (int i = 0; i < d; i++) {
                sums[at + 1 + i] += row[i];
                for (int j = 0; j < d; j++) {
                    sums[at + 1 + d + i * d + j] += row[i] * row[j];
                }
            }
        }
    }

    /** Rows that are not finite say nothing of the others: features are then those of FAVOR+, and what is wrong with the rows shows in them. */
    private static Moments finite(Moments m) {
        double sum = 0;
        for (double value : m.mean) {
            sum += Math.abs(value);
        }
        for (double value : m.second) {
            sum += Math.abs(value);
        }
        return Double.isFinite(sum) ? m : none(m.size());
    }

    /** Returns how many values {@link #ofSums} reads for rows of length D: 1 + D + D². */
    public static int sumsLength(int size) {
        return Kernels.momentsLength(size);
    }

    /**
     * Reads moments from sums over rows, as kernels and layers keep them: the rows' weight, {@code Σ x} and {@code Σ x xᵀ}.
     *
     * @param sums holds them from {@code at} on; they may all have been multiplied by one factor
     * @param size D
     * @param scale factor of the rows
     * @return those of no rows if the weight is 0, or a sum not finite
     */
    public static Moments ofSums(double[] sums, int at, int size, double scale) {
        double weight = sums[at];
        if (!(weight > 0)) {
            return none(size);
        }
        double[] mean = new double[size];
        double[] second = new double[size * size];
        for (int i = 0; i < mean.length; i++) {
            mean[i] = scale * sums[at + 1 + i] / weight;
        }
        for (int i = 0; i < second.length; i++) {
            second[i] = scale * scale * sums[at + 1 + size + i] / weight;
        }
        return finite(new Moments(Math.max(1, Math.round(weight)), mean, second));
    }

    /** Returns D. */
    public int size() {
        return mean.length;
    }

    /** Returns mean(|x|²). */
    public double squaredNorm() {
        double trace = 0;
        for (int i = 0; i < size(); i++) {
            trace += second[i * size() + i];
        }
        return trace;
    }

    /** Returns the moments of the rows xC. */
    Moments in(double[] c) {
        int d = size();
        double[] half = DoubleProducts.multiply(second, c, d, d, d);
        return new Moments(
                count, DoubleProducts.multiply(mean, c, 1, d, d), DoubleProducts.transposedMultiply(c, half, d, d, d));
    }
}
