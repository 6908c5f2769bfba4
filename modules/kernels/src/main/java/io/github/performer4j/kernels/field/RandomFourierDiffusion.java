package io.github.performer4j.kernels.field;

import io.github.performer4j.kernels.math.CounterRandom;
import io.github.performer4j.kernels.product.DoubleProducts;
import io.github.performer4j.kernels.product.SymmetricEigen;

/**
 * Diffusion over a cloud of points by random Fourier features (RFD), {@code K = e^{λW}} with {@code W_xy = w(x − y)} off the diagonal and 0 on it: O(N·m²) time once, O(N·m·n) for a field,
 * and neither W nor a graph.
 *
 * <p>{@code W + I ≈ A Aᵀ}, A [N,2m] with rows {@code [cos 2πξ_r·x, sin 2πξ_r·x]/√m}, ξ drawn from the density that is the transform of w, so its diagonal is exactly 1. Then
 * {@code e^{λAAᵀ} F = F + λ A φ₁(λ AᵀA) Aᵀ F}, {@code φ₁(z) = (e^z − 1)/z}, by the eigenvalues of the small symmetric AᵀA, so nothing is inverted; and e^{−λ} takes the diagonal out. The
 * estimate of e^{λW} is not unbiased; its error is that of W's weights, O(m^-½). It may be negative where K is small. Source: arXiv 2302.00942, with weights that have such a density.
 */
public final class RandomFourierDiffusion implements FieldIntegrator {
    private final int vertices;
    private final int features; // 2m
    private final double[] a; // A [N,2m]
    private final double[] middle; // λ φ₁(λ AᵀA) [2m,2m]
    private final double scale; // e^{−λ}

    /**
     * Draws frequencies and prepares the kernel.
     *
     * @param points [N][d]
     * @param weights w: hat or Gaussian
     * @param rate λ
     * @param frequencies m
     * @param seed names the draws; each coordinate of each frequency has its own
     * @throws IllegalArgumentException if weights are boxes, there are no frequencies, or e^{λ|W|} is not finite
     */
    public RandomFourierDiffusion(double[][] points, PointWeights weights, double rate, int frequencies, long seed) {
        if (frequencies < 1 || !Double.isFinite(rate)) {
            throw new IllegalArgumentException(
                    "there must be frequencies, and a finite rate; frequencies=" + frequencies + ", rate=" + rate);
        }
        vertices = points.length;
        features = 2 * frequencies;
        a = features(points, draw(PointWeights.dimension(points), weights, frequencies, seed));
        double[] gram = DoubleProducts.transposedMultiply(a, a, features, vertices, features);
        SymmetricEigen eigen = SymmetricEigen.of(gram, features);
        double largest = rate * eigen.values()[features - 1];
        if (!(Math.exp(largest) < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(
                    "the exponential must stay finite: a smaller rate, or smaller weights; rate=" + rate
                            + ", largest eigenvalue of weights=" + eigen.values()[features - 1]);
        }
        middle = eigen.apply(x -> rate * phi1(rate * x));
        scale = Math.exp(-rate);
    }

    private static double phi1(double z) {
        return Math.abs(z) < 1e-300 ? 1 : Math.expm1(z) / z;
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
            for (int r = 0; r < m; r++) {
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

    @Override
    public int vertices() {
        return vertices;
    }

    /** Returns the estimate of a weight of two points, {@code (A Aᵀ)_vw}. */
    public double weight(int v, int w) {
        double sum = 0;
        for (int r = 0; r < features; r++) {
            sum += a[v * features + r] * a[w * features + r];
        }
        return sum;
    }

    @Override
    public double[] integrate(double[] field, int n) {
        FieldIntegrator.require(field, n, vertices);
        double[] small = DoubleProducts.transposedMultiply(a, field, features, vertices, n); // Aᵀ F
        double[] mixed = DoubleProducts.multiply(middle, small, features, features, n);
        double[] sums = DoubleProducts.multiply(a, mixed, vertices, features, n);
        for (int i = 0; i < sums.length; i++) {
            sums[i] = scale * (sums[i] + field[i]);
        }
        return sums;
    }
}
