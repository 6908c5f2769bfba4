package io.github.performer4j.core.layer;

import io.github.performer4j.core.draw.NormalTable;
import io.github.performer4j.core.program.LayerProgram;
import io.github.performer4j.core.program.LowRank;
import io.github.performer4j.core.program.SnnkFeatures;
import io.github.performer4j.core.program.Value;
import io.github.performer4j.kernels.math.Activation;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The feed-forward half of a block, on rows [N,E]: {@code f(x W1 + b1) W2 + b2}, W1 [E,F], W2 [F,E].
 *
 * <p>Those that end in GLU have a gate: {@code (f(x W1 + b1) ⊙ (x W3 + b3)) W2 + b2} (arXiv 2002.05202).
 */
public enum FeedForward {
    /** f(z) = z·Φ(z), with the error function, as BERT has it. */
    GELU(Activation.GELU, false),
    /** f(z) = max(z, 0). */
    RELU(Activation.RELU, false),
    /** ReLU times a linear gate. */
    REGLU(Activation.RELU, true),
    /** GELU times a linear gate. */
    GEGLU(Activation.GELU, true),
    /** f(z) = z·σ(z). */
    SILU(Activation.SILU, false),
    /** SiLU times a linear gate, as LLaMA has it. */
    SWIGLU(Activation.SILU, true),
    /** GELU by a hyperbolic tangent, as GPT-2 has it. */
    GELU_TANH(Activation.GELU_TANH, false),
    /** The same times a linear gate. */
    GEGLU_TANH(Activation.GELU_TANH, true),
    /** {@code Ψ(x) W2 + b2}, random features Ψ of {@link SnnkFeatures}: W1 = G and b1 = c are drawn and stay, so that F·E numbers are trained in place of 2·F·E. */
    SNNK(Activation.RELU, false);

    private final Activation activation;
    private final boolean gated;

    FeedForward(Activation activation, boolean gated) {
        this.activation = activation;
        this.gated = gated;
    }

    /** Returns f. */
    Activation activation() {
        return activation;
    }

    /** Returns whether f's values are multiplied by a gate. */
    boolean gated() {
        return gated;
    }

    /**
     * Adds the feed-forward to a program.
     *
     * @param x rows [N,E]
     * @param hidden F
     * @param bias whether products have biases
     * @param r how weights are trained; null for as they are
     * @return rows [N,E]
     */
    Value add(LayerProgram.Builder program, Value x, int hidden, boolean bias, LowRank r) {
        return add(program, x, "", hidden, bias, r);
    }

    /** The same with a scope in front of all names. */
    Value add(LayerProgram.Builder program, Value x, String scope, int hidden, boolean bias, LowRank r) {
        Value values = this == SNNK
                ? SnnkFeatures.add(program, x, scope + "W1", scope + "b1", hidden, r)
                : values(program, x, scope, hidden, bias, r);
        return program.linear(values, scope + "W2", bias ? scope + "b2" : null, x.columns(), r);
    }

    private Value values(LayerProgram.Builder program, Value x, String scope, int hidden, boolean bias, LowRank r) {
        Value z = program.linear(x, scope + "W1", bias ? scope + "b1" : null, hidden, r);
        return gated
                ? program.gate(activation, z, program.linear(x, scope + "W3", bias ? scope + "b3" : null, hidden, r))
                : program.activate(activation, z);
    }

    /** Draws what is not trained, from the generator that Deeplearning4j seeds; does nothing, and draws nothing, where all is. */
    void draw(Map<String, INDArray> parameters) {
        if (this == SNNK) {
            SnnkFeatures.draw(parameters.get("W1"), parameters.get("b1"), NormalTable.seed());
        }
    }

    /** Returns the name as configurations have it, as {@code gelu-tanh}. */
    public String key() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Finds a variant by its key, in any case. */
    public static FeedForward named(String name) {
        for (FeedForward f : values()) {
            if (f.key().equals(name.toLowerCase(Locale.ROOT).replace('_', '-'))) {
                return f;
            }
        }
        throw new IllegalArgumentException("unknown feed-forward; name=" + name + ", known="
                + Arrays.stream(values()).map(FeedForward::key).collect(Collectors.joining(", ")));
    }
}
