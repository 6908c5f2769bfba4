package io.github.performer4j.kernels.attention;

import io.github.performer4j.kernels.math.ScalarFunction;
import java.util.List;

/**
 * A feature map φ as the attention kernels execute it: x = s·row, P = Wx (or x itself), φ from P.
 *
 * <p>ε is added after stabilising, as in the definitions of the core module.
 */
public sealed interface FeatureKernel {

    /** Returns s, the factor of queries and keys. */
    float scale();

    /** Returns ε, added to each feature. */
    default float epsilon() {
        return 0;
    }

    /** Returns whether rows are multiplied by W first. */
    default boolean projected() {
        return true;
    }

    /** Returns M for a number of columns of P. */
    default int columns(int draws) {
        return draws;
    }

    /** Returns whether keys have exponents that a stabiliser is subtracted from. */
    default boolean exponential() {
        return true;
    }

    /** Makes a chunk of these features without frames; for this package. */
    FeatureChunk chunk(ChunkPlace place);

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
        public FeatureChunk chunk(ChunkPlace place) {
            return new PositiveChunk(place, place.spec().w());
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
        public FeatureChunk chunk(ChunkPlace place) {
            throw new IllegalStateException("discrete features need counts; frames=null");
        }
    }

    /**
     * Trigonometric features, {@code φ = exp(|x|²/2)[cos P; sin P]}.
     *
     * @param scale s
     */
    record Trigonometric(float scale) implements FeatureKernel {
        @Override
        public int columns(int draws) {
            return 2 * draws;
        }

        @Override
        public FeatureChunk chunk(ChunkPlace place) {
            return new TrigonometricChunk(place);
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

        @Override
        public FeatureChunk chunk(ChunkPlace place) {
            return new GeneralizedChunk(place, function);
        }
    }

    /**
     * Hybrid features: an estimate {@code Σ_m c_m g_m(x) g_m(y)} of a weight times positive features, and one of another weight times
     * trigonometric ones. W holds b rows W⁺, b/2 rows W^t and n directions t_j, [b + b/2 + n, D].
     *
     * <p>Columns: for each term of the positive part, b of {@code √|c| g(x) exp(W⁺x − |x|²/2)}, then for each of the trigonometric part b of
     * {@code √|c| g(x) exp(|x|²/2) √2 [cos W^t x; sin W^t x]}; queries negate √|c| where c &lt; 0. Both parts share their stabilisers. SIGN has gradient 0. No ε.
     *
     * @param scale s
     * @param part b, even
     * @param directions n
     * @param tau τ &gt; 0, of COS and SIN
     * @param positive terms of the positive part, at least one
     * @param trigonometric terms of the trigonometric part, at least one
     */
    record Hybrid(float scale, int part, int directions, float tau, List<Term> positive, List<Term> trigonometric)
            implements FeatureKernel {

        /** g, a function of a direction's t·x. */
        public enum Factor {
            /** 1. */
            ONE,
            /** sgn(t·x). */
            SIGN,
            /** cos(t·x/τ). */
            COS,
            /** sin(t·x/τ). */
            SIN
        }

        /**
         * A term of a weight, {@code c g(x) g(y)}.
         *
         * @param coefficient c
         * @param factor g
         * @param direction j, below n; of no matter for ONE
         */
        public record Term(float coefficient, Factor factor, int direction) {}

        /**
         * Checks sizes.
         *
         * @throws IllegalArgumentException if they do not fit
         */
        public Hybrid {
            if (part < 2 || part % 2 != 0 || directions < 1 || !(tau > 0)) {
                throw new IllegalArgumentException("part must be even, directions and tau positive; part=" + part
                        + ", directions=" + directions + ", tau=" + tau);
            }
            positive = List.copyOf(positive);
            trigonometric = List.copyOf(trigonometric);
            if (positive.isEmpty() || trigonometric.isEmpty()) {
                throw new IllegalArgumentException("both parts need terms; positive=" + positive.size()
                        + ", trigonometric=" + trigonometric.size());
            }
            check(positive, directions);
            check(trigonometric, directions);
        }

        private static void check(List<Term> terms, int directions) {
            for (Term term : terms) {
                if (term.direction() < 0 || term.direction() >= directions) {
                    throw new IllegalArgumentException("terms must have directions below their number; term=" + term
                            + ", directions=" + directions);
                }
            }
        }

        /** Returns the rows of W. */
        public int draws() {
            return part + part / 2 + directions;
        }

        @Override
        public int columns(int draws) {
            return part * (positive.size() + trigonometric.size());
        }

        @Override
        public FeatureChunk chunk(ChunkPlace place) {
            return new HybridChunk(place, this);
        }
    }
}
