package io.github.performer4j.kernels.math;

/**
 * Activation functions of the feed-forward: {@code f(z) = z · s(z)} with s a distribution function, its argument, or a step.
 *
 * <p>Those with a sigmoid are {@code s(z) = σ(a z + b z³)}; one more of them is one more constant here.
 */
public enum Activation {
    /** z·Φ(z), with the error function. */
    GELU(0, 0),
    /** max(z, 0). */
    RELU(0, 0),
    /** z·σ(z), also called Swish (arXiv 1710.05941). */
    SILU(1, 0),
    /** The approximation of {@link #GELU} by a hyperbolic tangent, {@code z/2 · (1 + tanh(√(2/π)(z + 0.044715 z³)))}, as GPT-2 has it (arXiv 1606.08415). */
    GELU_TANH(1.5957691216057308, 1.5957691216057308 * 0.044715);

    private final float a;
    private final float b;

    Activation(double a, double b) {
        this.a = (float) a;
        this.b = (float) b;
    }

    /** Returns whether s is the sigmoid of a polynomial. */
    public boolean sigmoid() {
        return a != 0;
    }

    /** Returns the factor of z in the sigmoid's argument. */
    public float linear() {
        return a;
    }

    /** Returns the factor of z³ in the sigmoid's argument. */
    public float cubic() {
        return b;
    }
}
