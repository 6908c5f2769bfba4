package io.github.performer4j.core.feature;

/**
 * Generalised exponential features with a fixed A:
 * {@code φ(x) = (1−4A)^{D/4} M^{-½} (exp(A|w|² + √(1−4A) w·x − |x|²/2 − c) + ε)}, A &lt; 1/8.
 *
 * <p>Unbiased for exp(x·y); second moment, up to the factor 1/M,
 * {@code (1−4A)^D (1−8A)^{−D/2} exp(2(1−4A)/(1−8A)|x+y|² − |x|² − |y|²)}. A = 0 is FAVOR+; A ≤ 0 bounds the features. A comes from elsewhere (a sample, see
 * {@link Estimator#optimalA}), so no position sees another through it: safe in causal layers. Source: arXiv 2205.15317. Cost: that of positive features,
 * and O(M·D) once for the rows and constants.
 *
 * @param a A
 * @param epsilon ε ≥ 0 added to the stabilised exponential
 */
public record GerfFeatures(double a, double epsilon) implements FramedFeatures {
    /** A of the name {@code gerf}: the optimum for unit queries and keys at right angles, ψ = 2, with D = 64. */
    public static final double DEFAULT_A = Estimator.optimalA(2, 64);

    public GerfFeatures {
        if (!(a < 0.125) || a == Double.NEGATIVE_INFINITY) {
            throw new IllegalArgumentException("A must be finite and below 1/8; A=" + a);
        }
        Exponentials.check(epsilon);
    }

    /** Returns a map with ε = {@value PositiveFeatures#DEFAULT_EPSILON}. */
    public static GerfFeatures of(double a) {
        return new GerfFeatures(a, PositiveFeatures.DEFAULT_EPSILON);
    }

    @Override
    public Coupling coupling() {
        return Coupling.EXPONENTIAL;
    }

    @Override
    public Frame frame(Moments queries, Moments keys, double[][] w) {
        return Metric.scalar(w[0].length, a).frame(w);
    }

    @Override
    public boolean ownCoordinates() {
        return false;
    }

    @Override
    public FeatureMap withoutEpsilon() {
        return new GerfFeatures(a, 0);
    }
}
