package io.github.performer4j.core.model;

import io.github.performer4j.core.layer.SequencePoolingLayer;

/**
 * The head's share in the body.
 *
 * @param tied whether a language model's head shares the table of the embedding
 * @param pooling {@code mean}, {@code first} or {@code last}: how tokens become one vector, for tasks on whole sequences
 */
public record HeadConfig(boolean tied, String pooling) {
    /** Checks every value. */
    public HeadConfig {
        pooling = Names.canonical(SequencePoolingLayer.Kind.class, "pooling", pooling);
    }

    SequencePoolingLayer.Kind kind() {
        return Names.one(SequencePoolingLayer.Kind.class, "pooling", pooling);
    }
}
