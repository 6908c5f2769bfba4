package io.github.performer4j.core.layer;

import io.github.performer4j.core.base.Checks;
import io.github.performer4j.core.base.ProgramLayer;
import io.github.performer4j.core.program.LayerProgram;
import io.github.performer4j.core.program.Value;
import io.github.performer4j.core.samediff.LayerNorm;
import io.github.performer4j.kernels.math.Activation;
import java.util.List;

/**
 * What stands between the body of a masked language model and its logits: {@code norm(f(x W + b))}, [B,T,E] → [B,T,E] (Devlin and others, <em>BERT</em>, 2019; in their program).
 *
 * <p>Parameters: W [E,E], b [E], gain and bias [E]; without biases, as ModernBERT has it, W and gain.
 */
public class HeadTransformLayer extends ProgramLayer {
    private Activation function = Activation.GELU;
    private double epsilon = LayerNorm.DEFAULT_EPSILON;
    private boolean biased = true;

    /** For Deeplearning4j's JSON. */
    protected HeadTransformLayer() {}

    /**
     * Makes the layer.
     *
     * @param width E
     * @param function f
     * @param epsilon ε of the norm, positive
     */
    public HeadTransformLayer(int width, Activation function, double epsilon) {
        this(width, function, epsilon, true);
    }

    /**
     * Makes the layer.
     *
     * @param width E
     * @param function f
     * @param epsilon ε of the norm, positive
     * @param biased whether product and norm have biases
     */
    public HeadTransformLayer(int width, Activation function, double epsilon, boolean biased) {
        if (!(epsilon > 0)) {
            throw new IllegalArgumentException("epsilon must be positive; epsilon=" + epsilon);
        }
        setWidth(Checks.positive("width", width));
        this.function = function;
        this.epsilon = epsilon;
        this.biased = biased;
    }

    @Override
    public LayerProgram program() {
        LayerProgram.Builder p = new LayerProgram.Builder();
        Value z = p.linear(p.input("x", getWidth()), "W", biased ? "b" : null, getWidth());
        NormKind norm = biased ? NormKind.LAYER : NormKind.LAYER_GAIN;
        return p.output(norm.add(p, p.activate(function, z), "gain", "bias", epsilon));
    }

    @Override
    protected List<String> parameterOrder() {
        return List.of("W", "b", "gain", "bias");
    }

    /** Returns f. */
    public Activation getFunction() {
        return function;
    }

    public void setFunction(Activation function) {
        this.function = function;
        setLayerParams(null);
    }

    /** Returns ε, added to the variance. */
    public double getEpsilon() {
        return epsilon;
    }

    public void setEpsilon(double epsilon) {
        this.epsilon = epsilon;
    }

    /** Returns whether product and norm have biases. */
    public boolean isBiased() {
        return biased;
    }

    public void setBiased(boolean biased) {
        this.biased = biased;
        setLayerParams(null);
    }
}
