package io.github.performer4j.kernels.field;

import io.github.performer4j.kernels.graph.SparseMatrix;
import io.github.performer4j.kernels.math.CounterRandom;

/**
 * Weights of two points by their difference Δ, {@code W_xy = w(x − y)}: which points of a cloud are neighbours, without a graph.
 *
 * @param kind their shape
 * @param width ε of box and hat, σ of the Gaussian, in units of the coordinates
 */
public record PointWeights(Kind kind, double width) {

    /** Shapes of weights. */
    public enum Kind {
        /** {@code Π_l 1[|Δ_l| ≤ ε]}: plain neighbourhoods. They have no estimator of finite variance, so brute force only. */
        BOX,
        /** {@code Π_l (1 − |Δ_l|/ε)₊}; its frequencies have the density Π ε sinc²(ε ξ_l). */
        HAT,
        /** {@code e^{−|Δ|²/2σ²}}; its frequencies are normal with standard deviation 1/(2πσ). */
        GAUSSIAN
    }

    /** Weights below it are left out of {@link #matrix}. */
    static final double LEAST = 1e-17;

    /**
     * Checks the width.
     *
     * @throws IllegalArgumentException if it is not positive and finite
     */
    public PointWeights {
        if (kind == null || !(width > 0 && width < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(
                    "weights must have a kind, and a width that is positive and finite; kind=" + kind + ", width="
                            + width);
        }
    }

    /** Returns the weight of two points. */
    public double of(double[] x, double[] y) {
        double weight = 1;
        double square = 0;
        for (int l = 0; l < x.length; l++) {
            double apart = Math.abs(x[l] - y[l]) / width;
            square += apart * apart;
            weight *= kind == Kind.BOX ? apart <= 1 ? 1 : 0 : Math.max(0, 1 - apart);
        }
        return kind == Kind.GAUSSIAN ? Math.exp(-square / 2) : weight;
    }

    /**
     * Returns W [N,N] without its diagonal, by all pairs: O(N²) time, memory as there are neighbours. Weights below {@value #LEAST} are left out.
     *
     * @param points [N][d]
     * @throws IllegalArgumentException if points have other numbers of coordinates
     */
    public SparseMatrix matrix(double[][] points) {
        dimension(points);
        SparseMatrix.Builder w = new SparseMatrix.Builder(points.length, points.length);
        for (int i = 0; i < points.length; i++) {
            for (int j = 0; j < i; j++) {
                double weight = of(points[i], points[j]);
                if (weight > LEAST) {
                    w.add(i, j, weight).add(j, i, weight);
                }
            }
        }
        return w.build();
    }

    /**
     * Draws one coordinate of a frequency ξ, such that {@code E[cos 2πξ·Δ] = w(Δ)}.
     *
     * @throws IllegalArgumentException if the weights are those of boxes
     */
    double frequency(CounterRandom random) {
        return switch (kind) {
            case BOX ->
                throw new IllegalArgumentException(
                        "box weights have no estimator of finite variance: take hat or Gaussian weights, or brute force; kind=BOX");
            case HAT -> squaredSinc(random) / width;
            case GAUSSIAN -> random.nextGaussian() / (2 * Math.PI * width);
        };
    }

    /** Draws t with density {@code (sin πt / πt)²} by rejection from min(1, (πt)^-2), whose middle |t| < 1/π and tails have the same mass. */
    private static double squaredSinc(CounterRandom random) {
        while (true) {
            boolean middle = random.nextDouble() < 0.5;
            double u = 1 - random.nextDouble(); // in (0, 1]
            double t = (middle ? u : 1 / u) / Math.PI;
            double envelope = middle ? 1 : 1 / (Math.PI * t * Math.PI * t);
            double sinc = Math.sin(Math.PI * t) / (Math.PI * t);
            if (random.nextDouble() * envelope < sinc * sinc) {
                return random.nextDouble() < 0.5 ? t : -t;
            }
        }
    }

    /** Returns d. */
    static int dimension(double[][] points) {
        if (points.length == 0 || points[0].length == 0) {
            throw new IllegalArgumentException("there must be points with coordinates; points=" + points.length);
        }
        for (int i = 0; i < points.length; i++) {
            for (double coordinate : points[i]) {
                if (points[i].length != points[0].length || !Double.isFinite(coordinate)) {
                    throw new IllegalArgumentException(
                            "points must have one number of coordinates, all finite; point=" + i + ", coordinates="
                                    + points[i].length + ", first=" + points[0].length + ", value=" + coordinate);
                }
            }
        }
        return points[0].length;
    }
}
