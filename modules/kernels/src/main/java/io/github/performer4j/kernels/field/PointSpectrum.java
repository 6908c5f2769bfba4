package io.github.performer4j.kernels.field;

import io.github.performer4j.kernels.math.CounterRandom;
import io.github.performer4j.kernels.product.DoubleProducts;
import io.github.performer4j.kernels.product.SymmetricEigen;
import java.util.Arrays;
import java.util.Objects;

/**
 * The weights of a cloud of points, estimated by random Fourier features and taken apart: {@code W + I ≈ A Aᵀ = B Bᵀ}, B = A Q [N,2m] with columns orthogonal to each other, {@code Bᵀ B = diag(e)}.
 *
 * <p>A has rows {@code [cos 2πξ_r·x, sin 2πξ_r·x]/√m}, ξ drawn from the density that is the transform of the weight w(x − y), so A Aᵀ is exactly 1 on the diagonal and off it W plus noise of
 * O(m^-½). Then any function of W is one of e: {@link DiffusionMask}. Source: arXiv 2302.00942, with weights that have such a density.
 */
public final class PointSpectrum {
    private final int points;
    private final int features; // 2m
    private final double[] b; // [N,2m]
    private final double[] values; // e, rising

    /**
     * Draws frequencies, and takes the weights apart: O(N·m²) time.
     *
     * @param points [N][d]; null where there is none, as in padding: such a place has a weight to none
     * @param weights w: hat or Gaussian
     * @param frequencies m
     * @param seed names the draws; each coordinate of each frequency has its own
     * @throws IllegalArgumentException if weights are boxes, or there are no frequencies
     */
    public PointSpectrum(double[][] points, PointWeights weights, int frequencies, long seed) {
        if (frequencies < 1) {
            throw new IllegalArgumentException("there must be frequencies; frequencies=" + frequencies);
        }
        this.points = points.length;
        features = 2 * frequencies;
        double[][] there = Arrays.stream(points).filter(Objects::nonNull).toArray(double[][]::new);
        double[] a = features(
                points, draw(there.length == 0 ? 1 : PointWeights.dimension(there), weights, frequencies, seed));
        SymmetricEigen eigen =
                SymmetricEigen.of(DoubleProducts.transposedMultiply(a, a, features, points.length, features), features);
        values = eigen.values();
        b = DoubleProducts.multiply(a, eigen.vectors(), points.length, features, features);
    }

    private static double[][] draw(int dimension, PointWeights weights, int frequencies, long seed) {
        double[][] xi = new double[frequencies][dimension];
        for (int r = 0; r < frequencies; r++) {
            CounterRandom random = CounterRandom.of(seed, r);
            for (int l = 0; l < dimension; l++) {
                xi[r][l] = weights.frequency(random);
            }
        }
        return xi;
    }

    private static double[] features(double[][] points, double[]... xi) {
        int m = xi.length;
        double unit = 1 / Math.sqrt(m);
        double[] a = new double[Math.multiplyExact(points.length, 2 * m)];
        for (int v = 0; v < points.length; v++) {
            for (int r = 0; points[v] != null && r < m; r++) {
                double turns = 0;
                for (int l = 0; l < points[v].length; l++) {
                    turns += xi[r][l] * points[v][l];
                }
                double angle = 2 * Math.PI * turns;
                a[v * 2 * m + 2 * r] = unit * Math.cos(angle);
                a[v * 2 * m + 2 * r + 1] = unit * Math.sin(angle);
            }
        }
        return a;
    }

    /** Returns N. */
    public int points() {
        return points;
    }

    /** Returns the numbers e, rising. */
    double[] values() {
        return values;
    }

    /** Returns the estimate of a weight of two points, {@code (B Bᵀ)_vw}. */
    public double weight(int v, int w) {
        double sum = 0;
        for (int r = 0; r < features; r++) {
            sum += b[v * features + r] * b[w * features + r];
        }
        return sum;
    }

    /** Returns {@code Bᵀ x}, [2m,n]. */
    double[] down(double[] x, int n) {
        return DoubleProducts.transposedMultiply(b, x, features, points, n);
    }

    /** Returns {@code B z}, [N,n]. */
    double[] up(double[] z, int n) {
        return DoubleProducts.multiply(b, z, points, features, n);
    }
}
