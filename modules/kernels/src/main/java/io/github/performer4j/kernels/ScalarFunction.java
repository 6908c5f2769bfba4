package io.github.performer4j.kernels;

/** The functions f of generalised features, by the names that the core module gives them. */
public enum ScalarFunction {
    /** max(z, 0). */
    RELU,
    /** z² for z &gt; 0, else 0. */
    SQUARED_RELU,
    /** z + 1 for z &gt; 0, else exp(z). */
    ELU_PLUS_ONE,
    /** exp(z). */
    EXP,
    /** |z|. */
    ABS,
    /** z². */
    SQUARE,
    /** z·Φ(z). */
    GELU,
    /** 1/(1 + exp(−z)). */
    SIGMOID,
    /** tanh(z). */
    TANH,
    /** cos(z). */
    COS,
    /** sin(z). */
    SIN,
    /** z. */
    IDENTITY,
    /** log(1 + exp(z)). */
    SOFTPLUS
}
