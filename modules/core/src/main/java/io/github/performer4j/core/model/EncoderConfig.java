package io.github.performer4j.core.model;

/**
 * The encoder of a model that reads a source and writes a target: blocks like the decoder's, that attend in both directions. Width, heads, features, norms and dropout are the model's.
 *
 * @param layers number of its blocks; 0 for a model without an encoder
 */
public record EncoderConfig(int layers) {
    /** Checks the number. */
    public EncoderConfig {
        Require.that(layers >= 0, "encoder.layers must not be negative, and 0 is no encoder; layers=" + layers);
    }
}
