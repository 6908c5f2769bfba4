package io.github.performer4j.core.layer;

import io.github.performer4j.core.attention.AttentionOptions;
import io.github.performer4j.core.base.ProgramLayer;
import io.github.performer4j.core.base.SequenceLayer;
import io.github.performer4j.core.program.AttentionPart;
import io.github.performer4j.core.program.LayerProgram;
import io.github.performer4j.core.program.Value;
import io.github.performer4j.core.workspace.KeptStatistics;
import java.util.List;
import java.util.Map;

/**
 * Multi-head self-attention as a layer, linear in the number of tokens: [B,T,E] → [B,T,E].
 *
 * <p>Projects the input to queries, keys and values, attends per head (see {@link AttentionOptions}), and projects back. No residual and
 * no norm: {@link PerformerBlockLayer} has those. Parameters: Wq, Wk, Wv, Wo [E,E] and, with biases, bq, bk, bv, bo [E]. Source: arXiv
 * 2009.14794.
 */
public class PerformerAttentionLayer extends ProgramLayer implements Attending {
    /** Names of parameters as they lie in nets that have been saved. */
    static final List<String> ORDER = List.of(
            "Wq",
            "Wk",
            "Wv",
            "Wo",
            "bq",
            "bk",
            "bv",
            "bo",
            AttentionPart.TEMPERATURE,
            KeptStatistics.NAME,
            AttentionPart.PROJECTION);

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
    public LayerProgram program() {
        LayerProgram.Builder p = new LayerProgram.Builder();
        Value x = p.input("x", getWidth());
        return p.output(AttentionPart.add(p, attention, x, "", getWidth()));
    }

    @Override
    protected List<String> parameterOrder() {
        return ORDER;
    }

    /** Returns how the layer attends. */
    public AttentionOptions getAttention() {
        return attention;
    }

    @Override
    public Map<String, AttentionOptions> attentions() {
        return Map.of("", attention);
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
