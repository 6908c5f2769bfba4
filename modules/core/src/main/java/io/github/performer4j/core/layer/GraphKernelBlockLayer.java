package io.github.performer4j.core.layer;

import io.github.performer4j.core.base.Checks;
import io.github.performer4j.core.program.GraphPart;
import io.github.performer4j.core.program.LayerProgram;
import io.github.performer4j.core.program.Value;
import io.github.performer4j.core.samediff.LayerNorm;

/**
 * One pre-norm Transformer block over the nodes of graphs: {@code y = x + drop(attend(norm1(x)))}, {@code out = y + drop(ff(norm2(y)))}, nodes [B,N,E], entries [B,S,2+2L] → [B,N,E].
 *
 * <p>attend is that of {@link GraphKernelAttentionLayer}, ff two products with GELU between them. Parameters: those of both, W1 [E,F], W2 [F,E] with biases b1, b2, and gain1, bias1, gain2, bias2
 * [E].
 */
public class GraphKernelBlockLayer extends GraphKernelLayer {
    private int hidden;
    private double dropout;

    /** For Deeplearning4j's JSON. */
    protected GraphKernelBlockLayer() {}

    protected GraphKernelBlockLayer(Builder builder) {
        super(builder);
        hidden = builder.hidden;
        dropout = builder.dropout;
        checkWidth(getWidth());
        settled(builder);
    }

    @Override
    protected void checkWidth(int known) {
        super.checkWidth(known);
        if (known > 0) {
            hidden = hidden == 0 ? 4 * known : hidden;
        }
    }

    @Override
    public LayerProgram program() {
        LayerProgram.Builder p = new LayerProgram.Builder();
        ResidualBranches branches =
                new ResidualBranches(p, true, NormKind.LAYER, dropout, LayerNorm.DEFAULT_EPSILON, null);
        Value x = p.input("nodes", getWidth());
        Value graph = p.input("graph", getMemoryWidth());
        Value attended = GraphPart.add(
                p, getAttention(), branches.before(x, 1), graph, getModulation(), getNodeMask(), getWidth());
        Value y = branches.add(x, attended, 1);
        boolean bias = getAttention().bias();
        Value fed = FeedForward.GELU.add(p, branches.before(y, 2), hidden, bias, null);
        return p.output(branches.add(y, fed, 2));
    }

    /** Returns F, the width of the feed-forward's hidden layer. */
    public int getHidden() {
        return hidden;
    }

    public void setHidden(int hidden) {
        this.hidden = hidden;
    }

    /** Returns the probability of dropping an entry of either residual branch while training. */
    public double getDropout() {
        return dropout;
    }

    public void setDropout(double dropout) {
        this.dropout = dropout;
    }

    /** Builds the layer. */
    @SuppressWarnings("unchecked") // build() of the parent is generic in its result
    public static class Builder extends GraphKernelLayer.Builder<Builder> {
        private int hidden;
        private double dropout;

        /** Sets F; 4·E by default. */
        public Builder hidden(int value) {
            hidden = Checks.positive("hidden", value);
            return this;
        }

        /** Sets the dropout of both residual branches, in [0, 1); 0 by default. */
        public Builder dropout(double value) {
            dropout = Checks.probability("dropout", value);
            return this;
        }

        @Override
        public GraphKernelBlockLayer build() {
            return new GraphKernelBlockLayer(this);
        }
    }
}
