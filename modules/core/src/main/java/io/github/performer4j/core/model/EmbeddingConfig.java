package io.github.performer4j.core.model;

import io.github.performer4j.core.layer.PositionLayer;

/**
 * How tokens become vectors.
 *
 * @param vocabulary V; 0 = to be taken from the tokenizer before the graph is built
 * @param positions {@code learned}, {@code sinusoidal} or {@code none}
 */
public record EmbeddingConfig(int vocabulary, String positions) {
    /** Checks every value. */
    public EmbeddingConfig {
        Require.that(vocabulary >= 0, "vocabulary must not be negative; vocabulary=" + vocabulary);
        positions = Names.canonical(PositionLayer.Kind.class, "positions", positions);
    }

    PositionLayer.Kind kind() {
        return Names.one(PositionLayer.Kind.class, "positions", positions);
    }
}
