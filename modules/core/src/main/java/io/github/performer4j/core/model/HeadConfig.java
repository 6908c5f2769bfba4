package io.github.performer4j.core.model;

import io.github.performer4j.core.layer.SequencePoolingLayer;
import io.github.performer4j.kernels.math.Activation;

/**
 * The head's share in the body.
 *
 * @param tied whether a language model's head shares the table of the embedding
 * @param pooling {@code mean}, {@code first}, {@code last} or {@code sum}: how tokens become one vector, for tasks on whole sequences
 * @param transform {@code none}, or an activation: what a language model's head has in front of its logits, see {@link io.github.performer4j.core.layer.HeadTransformLayer}
 * @param transformBias whether product and norm of the transform have biases
 */
public record HeadConfig(boolean tied, String pooling, String transform, boolean transformBias) {
    private static final String NONE = "none";

    /** Checks every value. */
    public HeadConfig {
        pooling = Names.canonical(SequencePoolingLayer.Kind.class, "pooling", pooling);
        transform = transform == null || NONE.equalsIgnoreCase(transform)
                ? NONE
                : Names.canonical(Activation.class, "transform", transform);
    }

    /** Returns the activation of the transform; null for no transform. */
    Activation function() {
        return transform.equals(NONE) ? null : Names.one(Activation.class, "transform", transform);
    }

    SequencePoolingLayer.Kind kind() {
        return Names.one(SequencePoolingLayer.Kind.class, "pooling", pooling);
    }
}
