package io.github.performer4j.kernels.math;

/** The functions f of generalised features, by the names that the core module gives them, with their derivatives. */
public enum ScalarFunction {
    /** max(z, 0). */
    RELU(z -> Math.max(z, 0), z -> z > 0 ? 1 : 0),
    /** z² for z &gt; 0, else 0. */
    SQUARED_RELU(z -> z > 0 ? z * z : 0, z -> z > 0 ? 2 * z : 0),
    /** z + 1 for z &gt; 0, else exp(z). */
    ELU_PLUS_ONE(z -> z > 0 ? z + 1 : exp(z), z -> z > 0 ? 1 : exp(z)),
    /** exp(z). */
    EXP(ScalarFunction::exp, ScalarFunction::exp),
    /** |z|. */
    ABS(Math::abs, Math::signum),
    /** z². */
    SQUARE(z -> z * z, z -> 2 * z),
    /** z·Φ(z). */
    GELU(z -> z * Normal.distribution(z), z -> Normal.distribution(z) + z * Normal.density(z)),
    /** 1/(1 + exp(−z)). */
    SIGMOID(ScalarFunction::sigmoid, z -> sigmoid(z) * (1 - sigmoid(z))),
    /** tanh(z). */
    TANH(z -> (float) Math.tanh(z), z -> (float) (1 - Math.tanh(z) * Math.tanh(z))),
    /** cos(z). */
    COS(z -> (float) Math.cos(z), z -> (float) -Math.sin(z)),
    /** sin(z). */
    SIN(z -> (float) Math.sin(z), z -> (float) Math.cos(z)),
    /** z. */
    IDENTITY(z -> z, z -> 1),
    /** log(1 + exp(z)). */
    SOFTPLUS(z -> z > 30 ? z : (float) Math.log1p(Math.exp(z)), ScalarFunction::sigmoid);

    /** A function of one number. */
    @FunctionalInterface
    private interface Function {
        float of(float z);
    }

    private final Function value;
    private final Function derivative;

    ScalarFunction(Function value, Function derivative) {
        this.value = value;
        this.derivative = derivative;
    }

    /** Returns f(z). */
    public float apply(float z) {
        return value.of(z);
    }

    /** Returns f'(z); at a kink the value from below. */
    public float derivative(float z) {
        return derivative.of(z);
    }

    private static float exp(float z) {
        return (float) Math.exp(z);
    }

    private static float sigmoid(float z) {
        return (float) (1 / (1 + Math.exp(-z)));
    }
}
