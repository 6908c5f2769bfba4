package io.github.performer4j.kernels;

/**
 * A feature map φ as the attention kernels execute it: x = s·row, P = Wx (or x itself), φ from P.
 *
 * <p>ε is added after stabilising, as in the definitions of the core module.
 */
public sealed interface FeatureKernel {

    /** Returns s, the factor of queries and keys. */
    float scale();

    /** Returns ε, added to each feature. */
    float epsilon();

    /** Returns whether rows are multiplied by W first. */
    default boolean projected() {
        return true;
    }

    /** Returns M for a number of columns of P. */
    default int columns(int draws) {
        return draws;
    }

    /** Returns whether keys have exponents that a stabiliser is subtracted from. */
    boolean exponential();

    /**
     * Positive features, {@code φ = exp(P − |x|²/2) + ε}: FAVOR+; without the norm {@code φ = exp(P) + ε}.
     *
     * @param scale s
     * @param epsilon ε
     * @param projected whether rows are multiplied by W first
     * @param normed whether |x|²/2 is subtracted
     */
    record Positive(float scale, float epsilon, boolean projected, boolean normed) implements FeatureKernel {
        /** FAVOR+. */
        public Positive(float scale, float epsilon) {
            this(scale, epsilon, true, true);
        }

        @Override
        public boolean exponential() {
            return true;
        }
    }

    /**
     * Discrete features, {@code φ_i = exp(Σ_l w_il log((x_l − c_l)/unit) + const_i + c·x) + ε}: Poisson and geometric, with the counts W, the
     * constants, the shift c and the unit of {@link CountFrames}.
     *
     * <p>Rows below c, which only padding has, count as y = 1e-30 there, and no gradient flows to them through it.
     *
     * @param scale s
     * @param epsilon ε
     */
    record Discrete(float scale, float epsilon) implements FeatureKernel {
        @Override
        public boolean exponential() {
            return true;
        }
    }

    /**
     * Trigonometric features, {@code φ = exp(|x|²/2)[cos P; sin P]}.
     *
     * @param scale s
     */
    record Trigonometric(float scale) implements FeatureKernel {
        @Override
        public float epsilon() {
            return 0;
        }

        @Override
        public int columns(int draws) {
            return 2 * draws;
        }

        @Override
        public boolean exponential() {
            return true;
        }
    }

    /**
     * Generalised features, {@code φ = f(P) + ε}.
     *
     * @param function f
     * @param projected whether rows are multiplied by W first
     * @param scale s
     * @param epsilon ε
     */
    record Generalized(ScalarFunction function, boolean projected, float scale, float epsilon)
            implements FeatureKernel {
        @Override
        public boolean exponential() {
            return false;
        }
    }
}
