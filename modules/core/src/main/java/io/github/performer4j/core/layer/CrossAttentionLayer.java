package io.github.performer4j.core.layer;

import io.github.performer4j.core.attention.AttentionOptions;
import io.github.performer4j.core.program.AttentionPart;
import io.github.performer4j.core.program.LayerProgram;
import io.github.performer4j.core.program.Value;
import io.github.performer4j.core.sides.TwoSidedLayer;
import java.util.List;

/**
 * Multi-head attention of a sequence to another one as a layer, linear in the number of tokens of both: x [B,Tq,E] and memory [B,Tk,Em] → [B,Tq,E].
 *
 * <p>{@code out = concat_h(attend(x Wq_h, memory Wk_h, memory Wv_h)) Wo}. A {@link SidesVertex} in front joins both inputs. No residual and no norm:
 * {@link PerformerDecoderBlockLayer} has those. Parameters: Wq, Wo [E,E], Wk, Wv [Em,E] and, with biases, bq, bk, bv, bo [E]. Source: arXiv 1706.03762, section 3.2.3.
 */
public class CrossAttentionLayer extends TwoSidedLayer {
    private AttentionOptions attention = AttentionOptions.defaults();

    /** For Deeplearning4j's JSON. */
    protected CrossAttentionLayer() {}

    protected CrossAttentionLayer(Builder builder) {
        super(builder);
        attention = AttentionPart.cross(builder.attention.pinned());
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
        Value memory = p.input("memory", getMemoryWidth());
        return p.output(AttentionPart.add(p, attention, x, memory, "", getWidth(), null));
    }

    @Override
    protected List<String> parameterOrder() {
        return PerformerAttentionLayer.ORDER;
    }

    /** Returns how the layer attends. */
    public AttentionOptions getAttention() {
        return attention;
    }

    public void setAttention(AttentionOptions attention) {
        this.attention = AttentionPart.cross(attention);
    }

    /** Builds the layer. */
    @SuppressWarnings("unchecked") // build() of the parent is generic in its result
    public static class Builder extends TwoSidedLayer.Builder<Builder> {
        private AttentionOptions attention = AttentionOptions.defaults();

        /** Sets how the layer attends. */
        public Builder attention(AttentionOptions value) {
            attention = value;
            return this;
        }

        /** {@inheritDoc} Causal attention is refused: x and memory have no common order. */
        @Override
        public CrossAttentionLayer build() {
            return new CrossAttentionLayer(this);
        }
    }
}
