package io.github.performer4j.gpu.program;

import io.github.performer4j.core.attention.AttentionOptions;
import io.github.performer4j.core.feature.FeatureMap;
import io.github.performer4j.core.feature.FittedFeatures;
import io.github.performer4j.kernels.attention.FeatureKernel;
import java.util.Optional;

/** Feature maps as features.cu numbers them. */
public final class FeatureKinds {
    /** exp(P − |x|²/2). */
    static final int POSITIVE = 0;
    /** exp(P): of hyperbolic features, and of all that are fitted to data, which have more in P. */
    static final int EXPONENTIAL = 1;
    /** exp(|x|²/2)[cos P; sin P]. */
    static final int TRIGONOMETRIC = 2;
    /** Those of hybrid.cu. */
    static final int HYBRID = 3;
    /** The first of the generalised ones, which have no exponents. */
    static final int GENERALIZED = 10;

    private FeatureKinds() {}

    /** Returns the number of a layer's map; empty if there is none. */
    public static Optional<Integer> of(AttentionOptions options) {
        FeatureMap map = options.featureMap();
        FittedFeatures fitted = map.fitted().orElse(null);
        FeatureKernel features = map.featureKernel(1, options.features()).orElse(null);
        if (fitted != null && features != null) {
            return HeadFrames.layout(fitted, map.draws(options.features())).map(frames -> EXPONENTIAL);
        }
        if (features instanceof FeatureKernel.Positive positive) {
            return Optional.of(positive.normed() ? POSITIVE : EXPONENTIAL);
        }
        if (features instanceof FeatureKernel.Trigonometric) {
            return Optional.of(TRIGONOMETRIC);
        }
        if (features instanceof FeatureKernel.Hybrid) {
            return Optional.of(HYBRID);
        }
        return features instanceof FeatureKernel.Generalized generalized
                ? Optional.of(GENERALIZED + generalized.function().ordinal())
                : Optional.empty();
    }
}
