package io.github.performer4j.core.layer;

import io.github.performer4j.core.attention.AttentionOptions;
import io.github.performer4j.core.base.Checks;
import io.github.performer4j.core.base.LowRankBlock;
import io.github.performer4j.core.base.ProgramLayer;
import io.github.performer4j.core.base.SequenceLayer;
import io.github.performer4j.core.net.LowRankAdapters;
import io.github.performer4j.core.program.AttentionPart;
import io.github.performer4j.core.program.LayerProgram;
import io.github.performer4j.core.program.LowRank;
import io.github.performer4j.core.program.Snnk;
import io.github.performer4j.core.program.Value;
import io.github.performer4j.core.samediff.LayerNorm;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.shade.jackson.annotation.JsonInclude;

/**
 * One Transformer block with linear attention, [B,T,E] → [B,T,E].
 *
 * <p>With a head size D of its own, queries, keys and values have H·D columns, and Wo is [H·D,E].
 *
 * <p>Pre-norm: {@code y = x + s · drop(attend(norm1(x)))}, {@code out = y + s · drop(ff(norm2(y)))}, where norm1 may be left out. Post-norm:
 * {@code y = norm1(x + s · drop(attend(x)))}, {@code out = norm2(y + s · drop(ff(y)))}. ReZero: {@code y = x + α₁ s · drop(attend(x))} and likewise. With token shift attention and feed-forward read
 * some columns of each token's neighbours, see {@link io.github.performer4j.kernels.layer.TokenShift}. Parameters: those of {@link PerformerAttentionLayer};
 * gain1, bias1, gain2, bias2 [E] (biases of {@link NormKind#LAYER} alone; alpha1, alpha2 [1] instead with ReZero); W1 [E,F], W2 [F,E] and their biases (see {@link FeedForward}); those of {@link Snnk} if there are adapters.
 */
public class PerformerBlockLayer extends ProgramLayer implements LowRankBlock, Attending {
    private static final List<String> ORDER = Stream.of(
                    PerformerAttentionLayer.ORDER.stream(),
                    Stream.of("W1", "W2", "W3", "b1", "b2", "b3", "gain1", "bias1", "gain2", "bias2"))
            .flatMap(names -> names)
            .toList();

    private AttentionOptions attention = AttentionOptions.defaults();
    private int headSize;
    private int hidden;
    private FeedForward feedForward = FeedForward.GELU;
    private boolean preNorm = true;
    private NormKind norm = NormKind.LAYER;
    private boolean rezero;
    private boolean tokenShift;
    private double dropout;
    private double epsilon = LayerNorm.DEFAULT_EPSILON;
    private boolean attentionNorm = true;
    private double branchScale = 1;
    private LowRank lowRank;
    private Snnk adapter;

    /** For Deeplearning4j's JSON. */
    protected PerformerBlockLayer() {}

    protected PerformerBlockLayer(Builder builder) {
        super(builder);
        attention = builder.attention.pinned();
        headSize = builder.headSize;
        hidden = builder.hidden;
        feedForward = builder.feedForward;
        preNorm = builder.preNorm;
        norm = builder.norm;
        rezero = builder.rezero;
        tokenShift = builder.tokenShift;
        dropout = builder.dropout;
        epsilon = builder.epsilon;
        attentionNorm = builder.attentionNorm;
        branchScale = builder.branchScale;
        lowRank = builder.lowRank;
        checkWidth(getWidth());
        checkUpdates();
        settled(builder);
    }

    /** Refuses updates of weights that the block does not have: all weights would stay as they are, and nothing be trained in their place. */
    private void checkUpdates() {
        LowRank asked = lowRank;
        if (asked == null) {
            return;
        }
        Set<String> missing = new TreeSet<>(asked.weights());
        missing.removeAll(LowRank.updated(program()));
        if (missing.isEmpty() && !asked.weights().isEmpty()) {
            return;
        }
        lowRank = null;
        lowRank = LowRank.ofAll(program()); // so that the program tells which weights take an update
        Set<String> known = LowRank.updated(program());
        throw new IllegalArgumentException("updates of low rank must be of the block's weights, at least one; weights="
                + asked.weights() + ", missing=" + missing + ", known=" + known);
    }

    @Override
    protected void checkWidth(int known) {
        if (known > 0) {
            attention.headSize(attentionWidth(known));
            hidden = hidden == 0 ? 4 * known : hidden;
        }
    }

    /** Returns columns of queries of all heads together. */
    private int attentionWidth(int width) {
        return headSize == 0 ? width : Math.multiplyExact(headSize, attention.heads());
    }

    @Override
    public LayerProgram program() {
        LayerProgram.Builder p = new LayerProgram.Builder();
        ResidualBranches branches = branches(p);
        Value y = attended(branches);
        Value fed = feedForward.add(p, shifted(p, branches.before(y, 2)), hidden, attention.bias(), updates());
        return p.output(branches.add(y, fed, 2));
    }

    /** Returns the block's program up to the rows that its feed-forward reads, [N,E] → [N,E]. */
    public LayerProgram beforeFeedForward() {
        LayerProgram.Builder p = new LayerProgram.Builder();
        ResidualBranches branches = branches(p);
        return p.output(shifted(p, branches.before(attended(branches), 2)));
    }

    /** Returns the block's feed-forward alone, [N,E] → [N,E]. */
    public LayerProgram feedForwardAlone() {
        LayerProgram.Builder p = new LayerProgram.Builder();
        return p.output(feedForward.add(p, p.input("x", getWidth()), hidden, attention.bias(), updates()));
    }

    private ResidualBranches branches(LayerProgram.Builder p) {
        NormKind kind = rezero ? null : norm;
        return new ResidualBranches(p, preNorm, kind, dropout, epsilon, attentionNorm, branchScale, "", 0, adapter);
    }

    private Value attended(ResidualBranches branches) {
        LayerProgram.Builder p = branches.program();
        Value x = p.input("x", getWidth());
        Value n = shifted(p, branches.before(x, 1));
        return branches.add(x, AttentionPart.add(p, attention, n, n, "", attentionWidth(getWidth()), updates()), 1);
    }

    private Value shifted(LayerProgram.Builder program, Value x) {
        return tokenShift ? program.shift(x, attention.causal()) : x;
    }

    /** {@inheritDoc} Attention, feed-forward, norms, as in nets that have been saved. */
    @Override
    protected List<String> parameterOrder() {
        return ORDER;
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

    /** Returns how the block attends. */
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

    @Override
    public Set<String> groups(String scope) {
        return attention.groups().keySet();
    }

    /** Returns D, the columns of a head; 0 for E/H. */
    public int getHeadSize() {
        return headSize;
    }

    public void setHeadSize(int headSize) {
        this.headSize = headSize;
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

    /** Returns whether branches have a learned factor instead of norms. */
    @JsonInclude(JsonInclude.Include.NON_DEFAULT)
    public boolean isRezero() {
        return rezero;
    }

    public void setRezero(boolean rezero) {
        this.rezero = rezero;
    }

    /** Returns whether attention and feed-forward read some columns of each token's neighbours. */
    @JsonInclude(JsonInclude.Include.NON_DEFAULT)
    public boolean isTokenShift() {
        return tokenShift;
    }

    public void setTokenShift(boolean tokenShift) {
        this.tokenShift = tokenShift;
    }

    /** Returns the probability of dropping an entry of either residual branch while training. */
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

    /** Returns whether pre-norm has a norm in front of attention, too. */
    public boolean isAttentionNorm() {
        return attentionNorm;
    }

    public void setAttentionNorm(boolean attentionNorm) {
        this.attentionNorm = attentionNorm;
    }

    /** Returns s, by which both residual branches are multiplied. */
    public double getBranchScale() {
        return branchScale;
    }

    public void setBranchScale(double branchScale) {
        this.branchScale = branchScale;
    }

    /** Returns the updates that are trained in place of the weights; null for a block that trains its weights. */
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
    public static class Builder extends SequenceLayer.Builder<Builder> {
        private AttentionOptions attention = AttentionOptions.defaults();
        private int headSize;
        private int hidden;
        private FeedForward feedForward = FeedForward.GELU;
        private boolean preNorm = true;
        private NormKind norm = NormKind.LAYER;
        private boolean rezero;
        private boolean tokenShift;
        private double dropout;
        private double epsilon = LayerNorm.DEFAULT_EPSILON;
        private boolean attentionNorm = true;
        private double branchScale = 1;
        private LowRank lowRank;

        /** Trains updates of low rank in place of the weights; see {@link LowRankAdapters}. They must name weights that the block has, of each group of heads its own. */
        public Builder lowRank(LowRank value) {
            lowRank = value;
            return this;
        }

        /** Sets how the block attends. */
        public Builder attention(AttentionOptions value) {
            attention = value;
            return this;
        }

        /** Sets D, the columns of a head, so that H·D need not be E; 0, the default, for E/H. */
        public Builder headSize(int value) {
            headSize = value == 0 ? 0 : Checks.positive("headSize", value);
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

        /** Sets whether branches have a learned factor, 0 at first, instead of norms (ReZero, arXiv 2003.04887); false by default. */
        public Builder rezero(boolean value) {
            rezero = value;
            return this;
        }

        /** Sets whether attention and feed-forward read some columns of each token's neighbours; false by default. */
        public Builder tokenShift(boolean value) {
            tokenShift = value;
            return this;
        }

        /** Sets the dropout of both residual branches, in [0, 1); 0 by default. */
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

        /** Sets whether pre-norm has a norm in front of attention, too; true by default. ModernBERT's first block has none, since the embedding has one (arXiv 2412.13663). */
        public Builder attentionNorm(boolean value) {
            attentionNorm = value;
            return this;
        }

        /** Sets s, by which both residual branches are multiplied, positive; 1 by default, √(36/layers) in ESM C. */
        public Builder branchScale(double value) {
            if (!(value > 0 && value < Double.POSITIVE_INFINITY)) {
                throw new IllegalArgumentException("branchScale must be positive and finite; branchScale=" + value);
            }
            branchScale = value;
            return this;
        }

        @Override
        public PerformerBlockLayer build() {
            return new PerformerBlockLayer(this);
        }
    }
}
