package io.github.performer4j.gpu.program;

import io.github.performer4j.kernels.attention.FeatureKernel;
import java.util.Optional;

/** Feature maps as features.cu numbers them. */
public final class FeatureKinds {
    /** The first of the generalised ones, which have no exponents. */
    static final int GENERALIZED = 10;

    private FeatureKinds() {}

    /** Returns the number of a map; empty if there is none. */
    public static Optional<Integer> of(FeatureKernel features) {
        if (features instanceof FeatureKernel.Positive positive) {
            return Optional.of(positive.normed() ? 0 : 1);
        }
        if (features instanceof FeatureKernel.Trigonometric) {
            return Optional.of(2);
        }
        return features instanceof FeatureKernel.Generalized generalized
                ? Optional.of(GENERALIZED + generalized.function().ordinal())
                : Optional.empty();
    }
}
