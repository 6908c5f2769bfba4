package io.github.performer4j.kernels;

/** Activation functions of the feed-forward. */
public enum Activation {
    /** z·Φ(z), with the error function. */
    GELU,
    /** max(z, 0). */
    RELU
}
