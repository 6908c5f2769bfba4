package io.github.performer4j.core.feature;

/**
 * Positive features that fit themselves to the queries and keys they see:
 * {@code φ(x) = δ M^{-½} (exp(wᵀAw + wᵀ(I−4A)^½ Sx − |Sx|²/2 − c) + ε)}, keys with S⁻¹ for S; see {@link Metric}.
 *
 * <p>Unbiased for exp(x·y) whatever S and A are; the {@link Estimator} chooses them for little variance, from the moments of the unpadded rows of each batch
 * item and head, or kept by the layer ({@link Statistics}), without gradient. Causal layers need kept ones. Cost beside FAVOR+: the moments, O(T·D²), coordinates where S ≠ I, O(T·D²), and O(D³ + M·D²) per head. Sources: arXiv 2205.15317, 2302.00787.
 *
 * @param estimator what chooses
 * @param epsilon ε ≥ 0 added to the stabilised exponential
 */
public record DenseExponentialFeatures(Estimator estimator, double epsilon) implements FramedFeatures {
    public DenseExponentialFeatures {
        if (estimator == null) {
            throw new IllegalArgumentException("estimator must be given; estimator=null");
        }
        Exponentials.check(epsilon);
    }

    /** Returns a map with ε = {@value PositiveFeatures#DEFAULT_EPSILON}. */
    public static DenseExponentialFeatures of(Estimator estimator) {
        return new DenseExponentialFeatures(estimator, PositiveFeatures.DEFAULT_EPSILON);
    }

    @Override
    public Coupling coupling() {
        return Coupling.FITTED_EXPONENTIAL;
    }

    @Override
    public Frame frame(Moments queries, Moments keys, double[][] w) {
        return estimator.choose(queries, keys).frame(w);
    }

    @Override
    public boolean ownCoordinates() {
        return estimator == Estimator.SADERF || estimator == Estimator.ADERF;
    }

    @Override
    public Sight sight() {
        return Sight.MOMENTS;
    }

    @Override
    public FeatureMap withoutEpsilon() {
        return new DenseExponentialFeatures(estimator, 0);
    }
}
