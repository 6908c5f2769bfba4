package io.github.performer4j.core.layer;

import io.github.performer4j.core.base.Checks;
import io.github.performer4j.core.base.ProgramLayer;
import io.github.performer4j.core.base.SequenceLayer;
import io.github.performer4j.core.program.LayerProgram;
import io.github.performer4j.core.samediff.LayerNorm;
import org.nd4j.shade.jackson.annotation.JsonInclude;

/**
 * Layer normalisation over the width of each token, [B,T,E] → [B,T,E]: {@code y = drop(gain ⊙ (x − mean) / √(var + ε) + bias)}.
 *
 * <p>Parameters: gain [E] (starts at 1) and bias [E] (at 0). Source: arXiv 1607.06450. {@link NormKind#RMS} normalises by the root mean square, without a bias.
 */
public class LayerNormLayer extends ProgramLayer {
    private double epsilon = LayerNorm.DEFAULT_EPSILON;
    private NormKind kind = NormKind.LAYER;
    private double dropout;

    /** For Deeplearning4j's JSON. */
    protected LayerNormLayer() {}

    protected LayerNormLayer(Builder builder) {
        super(builder);
        epsilon = builder.epsilon;
        kind = builder.kind;
        dropout = builder.dropout;
        settled(builder);
    }

    @Override
    public LayerProgram program() {
        LayerProgram.Builder p = new LayerProgram.Builder();
        return p.output(p.drop(kind.add(p, p.input("x", getWidth()), "gain", "bias", epsilon), dropout, 0));
    }

    /** Returns ε, added to the variance. */
    public double getEpsilon() {
        return epsilon;
    }

    public void setEpsilon(double epsilon) {
        this.epsilon = epsilon;
    }

    /** Returns how rows are normalised. */
    public NormKind getKind() {
        return kind;
    }

    public void setKind(NormKind kind) {
        this.kind = kind;
    }

    /** Returns the probability of dropping an entry while training. */
    @JsonInclude(JsonInclude.Include.NON_DEFAULT)
    public double getDropout() {
        return dropout;
    }

    public void setDropout(double dropout) {
        this.dropout = dropout;
    }

    /** Builds the layer. */
    @SuppressWarnings("unchecked") // build() of the parent is generic in its result
    public static class Builder extends SequenceLayer.Builder<Builder> {
        private double epsilon = LayerNorm.DEFAULT_EPSILON;
        private NormKind kind = NormKind.LAYER;
        private double dropout;

        /** Sets the dropout of the rows that leave the layer, in [0, 1); 0 by default. */
        public Builder dropout(double value) {
            dropout = Checks.probability("dropout", value);
            return this;
        }

        /** Sets how rows are normalised; by mean and deviation by default. */
        public Builder kind(NormKind value) {
            kind = value;
            return this;
        }

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
