package io.github.performer4j.checkpoint;

/**
 * How the next token is drawn from the model's probabilities p.
 *
 * <p>Tokens that the text holds already get {@code p^repetitionPenalty}: with log p ≤ 0 for logits, the rule of CTRL (Keskar et al., arXiv 1909.05858). Then p is sharpened to
 * {@code p^(1/temperature)}, cut to the topK most probable tokens, cut again to the smallest set whose
 * probability reaches topP (nucleus sampling, Holtzman et al., arXiv 1904.09751) and to tokens of at least minP times the largest probability (Nguyen et al., arXiv 2407.01082), and renormalised.
 * Of equally probable tokens the one of the lower id comes first.
 *
 * @param temperature 1 leaves p as it is; 0 takes the most probable token always
 * @param topK tokens kept; 0 keeps all
 * @param topP probability kept, in (0, 1]; 1 keeps all
 * @param minP share of the largest probability that a token must have, in [0, 1]; 0 keeps all
 * @param repetitionPenalty in (0, 10⁶]; 1 for none, greater to repeat less
 */
public record Sampling(double temperature, int topK, double topP, double minP, double repetitionPenalty) {
    private static final double MOST_PENALTY = 1e6;

    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException if one is outside its range
     */
    public Sampling {
        if (!(temperature >= 0 && temperature < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("temperature must be finite and at least 0; temperature=" + temperature);
        }
        if (topK < 0) {
            throw new IllegalArgumentException("top-k must be at least 0; top-k=" + topK);
        }
        if (!(topP > 0 && topP <= 1)) {
            throw new IllegalArgumentException("top-p must be in (0, 1]; top-p=" + topP);
        }
        if (!(minP >= 0 && minP <= 1)) {
            throw new IllegalArgumentException("min-p must be in [0, 1]; min-p=" + minP);
        }
        if (!(repetitionPenalty > 0 && repetitionPenalty <= MOST_PENALTY)) {
            throw new IllegalArgumentException(
                    "repetition-penalty must be in (0, 1000000]; repetition-penalty=" + repetitionPenalty);
        }
    }

    /** Samples without minP and penalty. */
    public Sampling(double temperature, int topK, double topP) {
        this(temperature, topK, topP, 0, 1);
    }

    /** The model's own probabilities, uncut. */
    public static Sampling defaults() {
        return new Sampling(1, 0, 1);
    }

    /** Returns a copy with another temperature. */
    public Sampling withTemperature(double value) {
        return new Sampling(value, topK, topP, minP, repetitionPenalty);
    }

    /** Returns a copy with another topK. */
    public Sampling withTopK(int value) {
        return new Sampling(temperature, value, topP, minP, repetitionPenalty);
    }

    /** Returns a copy with another topP. */
    public Sampling withTopP(double value) {
        return new Sampling(temperature, topK, value, minP, repetitionPenalty);
    }

    /** Returns a copy with another minP. */
    public Sampling withMinP(double value) {
        return new Sampling(temperature, topK, topP, value, repetitionPenalty);
    }

    /** Returns a copy with another repetitionPenalty. */
    public Sampling withRepetitionPenalty(double value) {
        return new Sampling(temperature, topK, topP, minP, value);
    }
}
