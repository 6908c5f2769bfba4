package io.github.performer4j.core.layer;

import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.samediff.SDLayerParams;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * Layer normalisation over the width of each token, [B,T,E] → [B,T,E]: {@code y = gain ⊙ (x − mean) / √(var + ε) + bias}.
 *
 * <p>Parameters: gain [E] (starts at 1) and bias [E] (at 0). Source: arXiv 1607.06450.
 */
public class LayerNormLayer extends SequenceLayer {
    private double epsilon = LayerNorm.DEFAULT_EPSILON;

    /** For Deeplearning4j's JSON. */
    protected LayerNormLayer() {}

    protected LayerNormLayer(Builder builder) {
        super(builder);
        epsilon = builder.epsilon;
        settled(builder);
    }

    @Override
    public void defineParameters(SDLayerParams params) {
        addNorm(params, "gain", "bias", getWidth());
    }

    @Override
    protected boolean perToken() {
        return true;
    }

    @Override
    protected SDVariable defineSequence(GraphScope scope, SDVariable x, long batch, long tokens) {
        SDVariable rows = x.reshape(batch * tokens, getWidth());
        return LayerNorm.define(scope.sd(), rows, scope.parameter("gain"), scope.parameter("bias"), getWidth(), epsilon)
                .reshape(batch, tokens, getWidth());
    }

    @Override
    protected GraphRuntime runtime(NeuralNetConfiguration conf, DataType type) {
        return Engine.runtime(conf, type, new FusedNormLayer(this));
    }

    /** Returns ε, added to the variance. */
    public double getEpsilon() {
        return epsilon;
    }

    public void setEpsilon(double epsilon) {
        this.epsilon = epsilon;
    }

    /** Builds the layer. */
    @SuppressWarnings("unchecked") // build() of the parent is generic in its result
    public static class Builder extends SequenceLayer.Builder<Builder> {
        private double epsilon = LayerNorm.DEFAULT_EPSILON;

        /** Sets ε &gt; 0, added to the variance; 1e-5 by default, 1e-12 for BERT's weights. */
        public Builder epsilon(double value) {
            if (!(value > 0)) {
                throw new IllegalArgumentException("epsilon must be positive; epsilon=" + value);
            }
            epsilon = value;
            return this;
        }

        @Override
        public LayerNormLayer build() {
            return new LayerNormLayer(this);
        }
    }
}
