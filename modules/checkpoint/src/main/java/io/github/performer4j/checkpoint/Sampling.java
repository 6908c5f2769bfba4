package io.github.performer4j.checkpoint;

/**
 * How the next token is drawn from the model's probabilities p.
 *
 * <p>p is sharpened to {@code p^(1/temperature)}, cut to the topK most probable tokens, cut again to the smallest set whose
 * probability reaches topP (nucleus sampling, Holtzman et al., arXiv 1904.09751), and renormalised.
 *
 * @param temperature 1 leaves p as it is; 0 takes the most probable token always
 * @param topK tokens kept; 0 keeps all
 * @param topP probability kept, in (0, 1]; 1 keeps all
 */
public record Sampling(double temperature, int topK, double topP) {
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
    }

    /** The model's own probabilities, uncut. */
    public static Sampling defaults() {
        return new Sampling(1, 0, 1);
    }

    /** Returns a copy with another temperature. */
    public Sampling withTemperature(double value) {
        return new Sampling(value, topK, topP);
    }

    /** Returns a copy with another topK. */
    public Sampling withTopK(int value) {
        return new Sampling(temperature, value, topP);
    }

    /** Returns a copy with another topP. */
    public Sampling withTopP(double value) {
        return new Sampling(temperature, topK, value);
    }
}
