package io.github.performer4j.core.layer;

import io.github.performer4j.core.attention.AttentionOptions;
import java.util.Map;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.samediff.SDLayerParams;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Multi-head self-attention as a layer, linear in the number of tokens: [B,T,E] → [B,T,E].
 *
 * <p>Projects the input to queries, keys and values, attends per head (see {@link AttentionOptions}), and projects back. No residual and
 * no norm: {@link PerformerBlockLayer} has those. Parameters: Wq, Wk, Wv, Wo [E,E] and, with biases, bq, bk, bv, bo [E]. Source: arXiv
 * 2009.14794.
 */
public class PerformerAttentionLayer extends SequenceLayer {
    private AttentionOptions attention = AttentionOptions.defaults();

    /** For Deeplearning4j's JSON. */
    protected PerformerAttentionLayer() {}

    protected PerformerAttentionLayer(Builder builder) {
        super(builder);
        attention = builder.attention.pinned();
        checkWidth(getWidth());
        settled(builder);
    }

    @Override
    protected void checkWidth(int known) {
        if (known > 0) {
            attention.headSize(known);
        }
    }

    @Override
    public void defineParameters(SDLayerParams params) {
        AttentionPart.addParameters(params, attention, getWidth());
    }

    @Override
    public void initializeParameters(Map<String, INDArray> parameters) {
        super.initializeParameters(parameters);
        AttentionPart.initialize(attention, getWidth(), parameters);
    }

    @Override
    public boolean isState(String parameter) {
        return parameter.equals(KeptStatistics.NAME);
    }

    @Override
    protected SDVariable defineSequence(GraphScope scope, SDVariable x, long batch, long tokens) {
        SDVariable flat = x.reshape(batch * tokens, getWidth());
        return AttentionPart.define(scope, attention, flat, batch, tokens, getWidth())
                .reshape(batch, tokens, getWidth());
    }

    @Override
    protected GraphRuntime runtime(NeuralNetConfiguration conf, DataType type) {
        AttentionPart.tellObjection(attention);
        return Engine.runtime(conf, type, new FusedAttentionLayer(this));
    }

    /** Returns how the layer attends. */
    public AttentionOptions getAttention() {
        return attention;
    }

    public void setAttention(AttentionOptions attention) {
        this.attention = attention;
    }

    /** Builds the layer. */
    @SuppressWarnings("unchecked") // build() of the parent is generic in its result
    public static class Builder extends SequenceLayer.Builder<Builder> {
        private AttentionOptions attention = AttentionOptions.defaults();

        /** Sets how the layer attends. */
        public Builder attention(AttentionOptions value) {
            attention = value;
            return this;
        }

        @Override
        public PerformerAttentionLayer build() {
            return new PerformerAttentionLayer(this);
        }
    }
}
