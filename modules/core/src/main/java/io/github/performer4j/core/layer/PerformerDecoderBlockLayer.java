package io.github.performer4j.core.layer;

import io.github.performer4j.core.attention.AttentionOptions;
import io.github.performer4j.core.base.Checks;
import io.github.performer4j.core.base.LowRankBlock;
import io.github.performer4j.core.program.AttentionPart;
import io.github.performer4j.core.program.LayerProgram;
import io.github.performer4j.core.program.LowRank;
import io.github.performer4j.core.program.Snnk;
import io.github.performer4j.core.program.Value;
import io.github.performer4j.core.samediff.LayerNorm;
import io.github.performer4j.core.sides.TwoSidedLayer;
import java.util.Map;
import java.util.Set;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.shade.jackson.annotation.JsonInclude;

/**
 * One block of a decoder: x [B,Tq,E] and memory [B,Tk,Em], what an encoder made of its input, → [B,Tq,E]. A {@link SidesVertex} in front joins both.
 *
 * <p>Pre-norm: {@code y = x + drop(self(norm1(x)))}, {@code z = y + drop(cross(norm2(y), memory))}, {@code out = z + drop(ff(norm3(z)))}. Post-norm:
 * {@code y = norm1(x + drop(self(x)))}, {@code z = norm2(y + drop(cross(y, memory)))}, {@code out = norm3(z + drop(ff(z)))}. Parameters: those of
 * {@link PerformerAttentionLayer} for self-attention; those of {@link CrossAttentionLayer}, named {@code cross.Wq} and so on; gain1, bias1 to gain3, bias3 [E]; W1 [E,F],
 * W2 [F,E] and their biases (see {@link FeedForward}). Source: arXiv 1706.03762, figure 1, with the norms of arXiv 2002.04745.
 */
public class PerformerDecoderBlockLayer extends TwoSidedLayer implements LowRankBlock {
    /** Stands before the names of the parameters of attention to the memory. */
    public static final String CROSS = "cross.";

    private AttentionOptions attention = AttentionOptions.defaults().withCausal(true);
    private AttentionOptions crossAttention = AttentionOptions.defaults();
    private int hidden;
    private FeedForward feedForward = FeedForward.GELU;
    private boolean preNorm = true;
    private NormKind norm = NormKind.LAYER;
    private double dropout;
    private double epsilon = LayerNorm.DEFAULT_EPSILON;
    private LowRank lowRank;
    private Snnk adapter;

    /** For Deeplearning4j's JSON. */
    protected PerformerDecoderBlockLayer() {}

    protected PerformerDecoderBlockLayer(Builder builder) {
        super(builder);
        attention = builder.attention.pinned();
        crossAttention = cross(builder.crossAttention.pinned());
        hidden = builder.hidden;
        feedForward = builder.feedForward;
        preNorm = builder.preNorm;
        norm = builder.norm;
        dropout = builder.dropout;
        epsilon = builder.epsilon;
        checkWidth(getWidth());
        settled(builder);
    }

    private static AttentionOptions cross(AttentionOptions options) {
        if (options.groups().values().stream().anyMatch(AttentionOptions::keepsStatistics)) {
            throw new IllegalArgumentException(
                    "attention to the memory needs statistics of the sequence in a block, which keeps those of its self-attention only; statistics="
                            + options.statistics());
        }
        return AttentionPart.cross(options);
    }

    @Override
    protected void checkWidth(int known) {
        if (known > 0) {
            attention.headSize(known);
            crossAttention.headSize(known);
            hidden = hidden == 0 ? 4 * known : hidden;
        }
    }

    @Override
    public LayerProgram program() {
        LayerProgram.Builder p = new LayerProgram.Builder();
        ResidualBranches branches = new ResidualBranches(p, preNorm, norm, dropout, epsilon, adapter);
        Value x = p.input("x", getWidth());
        Value memory = p.input("memory", getMemoryWidth());
        Value n = branches.before(x, 1);
        Value y = branches.add(x, AttentionPart.add(p, attention, n, n, "", getWidth(), updates()), 1);
        n = branches.before(y, 2);
        Value cross = AttentionPart.add(p, crossAttention, n, memory, CROSS, getWidth(), updates());
        Value z = branches.add(y, cross, 2);
        Value fed = feedForward.add(p, branches.before(z, 3), hidden, attention.bias(), updates());
        return p.output(branches.add(z, fed, 3));
    }

    /** {@inheritDoc} Random features are drawn then. */
    @Override
    public void initializeParameters(Map<String, INDArray> arrays) {
        super.initializeParameters(arrays);
        feedForward.draw(arrays);
        if (adapter != null) {
            adapter.draw(arrays);
        }
    }

    /** Returns how the block attends to its own sequence; causally by default. */
    public AttentionOptions getAttention() {
        return attention;
    }

    public void setAttention(AttentionOptions attention) {
        this.attention = attention;
    }

    /** Returns how the block attends to the memory. */
    public AttentionOptions getCrossAttention() {
        return crossAttention;
    }

    public void setCrossAttention(AttentionOptions crossAttention) {
        this.crossAttention = cross(crossAttention);
    }

    @Override
    public Set<String> groups(String scope) {
        return (scope.equals(CROSS) ? crossAttention : attention).groups().keySet();
    }

    /** Returns F, the width of the feed-forward's hidden layer. */
    public int getHidden() {
        return hidden;
    }

    public void setHidden(int hidden) {
        this.hidden = hidden;
    }

    /** Returns the variant of the feed-forward. */
    public FeedForward getFeedForward() {
        return feedForward;
    }

    public void setFeedForward(FeedForward feedForward) {
        this.feedForward = feedForward;
    }

    /** Returns whether norms stand before attention and feed-forward (else after the residuals). */
    public boolean isPreNorm() {
        return preNorm;
    }

    public void setPreNorm(boolean preNorm) {
        this.preNorm = preNorm;
    }

    /** Returns how the norms normalise. */
    public NormKind getNorm() {
        return norm;
    }

    public void setNorm(NormKind norm) {
        this.norm = norm;
    }

    /** Returns the probability of dropping an entry of a residual branch while training. */
    public double getDropout() {
        return dropout;
    }

    public void setDropout(double dropout) {
        this.dropout = dropout;
    }

    /** Returns ε of the norms. */
    public double getEpsilon() {
        return epsilon;
    }

    public void setEpsilon(double epsilon) {
        this.epsilon = epsilon;
    }

    /** {@inheritDoc} Weights of attention to the memory are named as {@code cross.Wq}. */
    @Override
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public LowRank getLowRank() {
        return lowRank;
    }

    @Override
    public void setLowRank(LowRank lowRank) {
        this.lowRank = lowRank;
        setLayerParams(null);
    }

    @Override
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public Snnk getAdapter() {
        return adapter;
    }

    @Override
    public void setAdapter(Snnk adapter) {
        this.adapter = adapter;
        setLayerParams(null);
    }

    /** Builds the layer. */
    @SuppressWarnings("unchecked") // build() of the parent is generic in its result
    public static class Builder extends TwoSidedLayer.Builder<Builder> {
        private AttentionOptions attention = AttentionOptions.defaults().withCausal(true);
        private AttentionOptions crossAttention = AttentionOptions.defaults();
        private int hidden;
        private FeedForward feedForward = FeedForward.GELU;
        private boolean preNorm = true;
        private NormKind norm = NormKind.LAYER;
        private double dropout;
        private double epsilon = LayerNorm.DEFAULT_EPSILON;

        /** Sets how the block attends to its own sequence; causally by default. */
        public Builder attention(AttentionOptions value) {
            attention = value;
            return this;
        }

        /** Sets how the block attends to the memory; causal attention is refused. */
        public Builder crossAttention(AttentionOptions value) {
            crossAttention = value;
            return this;
        }

        /** Sets F; 4·E by default. */
        public Builder hidden(int value) {
            hidden = Checks.positive("hidden", value);
            return this;
        }

        /** Sets the variant of the feed-forward; GELU by default. */
        public Builder feedForward(FeedForward value) {
            feedForward = value;
            return this;
        }

        /** Sets whether norms stand before attention and feed-forward; true by default. */
        public Builder preNorm(boolean value) {
            preNorm = value;
            return this;
        }

        /** Sets how the norms normalise; by mean and deviation by default. */
        public Builder norm(NormKind value) {
            norm = value;
            return this;
        }

        /** Sets the dropout of the three residual branches, in [0, 1); 0 by default. */
        public Builder dropout(double value) {
            dropout = Checks.probability("dropout", value);
            return this;
        }

        /** Sets ε of the norms; 1e-5 by default. */
        public Builder epsilon(double value) {
            if (!(value > 0)) {
                throw new IllegalArgumentException("epsilon must be positive; epsilon=" + value);
            }
            epsilon = value;
            return this;
        }

        @Override
        public PerformerDecoderBlockLayer build() {
            return new PerformerDecoderBlockLayer(this);
        }
    }
}
