package io.github.performer4j.core.layer;

import io.github.performer4j.core.base.Checks;
import io.github.performer4j.core.base.ProgramLayer;
import io.github.performer4j.core.base.SequenceLayer;
import io.github.performer4j.core.program.LayerProgram;
import io.github.performer4j.core.program.Places;
import io.github.performer4j.core.program.Value;
import org.nd4j.shade.jackson.annotation.JsonInclude;

/**
 * Adds a vector per position to a sequence of embeddings and drops entries of the sum: [B,T,E] → [B,T,E].
 *
 * <p>Learned positions are a parameter P [tokens,E], drawn N(0, 0.02²); axial ones are two, R [⌈tokens/rowLength⌉,E] and C [rowLength,E]; sinusoidal ones are fixed (arXiv 1706.03762, §3.5), scaled to the
 * same standard deviation. T may be anything up to {@code tokens}, or of any length where nothing is added.
 */
public class PositionLayer extends ProgramLayer {
    /** What is added. */
    public enum Kind {
        /** A learned vector for each position. */
        LEARNED,
        /** Sines and cosines of geometric wavelengths. */
        SINUSOIDAL,
        /** The sum of a learned vector for each row and one for each column of a grid that is read row by row. */
        AXIAL,
        /** Nothing: the layer only drops. */
        NONE
    }

    private Kind kind = Kind.LEARNED;
    private int tokens;
    private int rowLength;
    private double dropout;

    /** For Deeplearning4j's JSON. */
    protected PositionLayer() {
        weightInitFn = TableInit.DEFAULT;
    }

    protected PositionLayer(Builder builder) {
        super(builder);
        weightInitFn = weightInitFn == null ? TableInit.DEFAULT : weightInitFn;
        kind = builder.kind;
        tokens = Checks.positive("tokens", builder.tokens);
        int root = (int) Math.ceil(Math.sqrt(tokens));
        rowLength = kind != Kind.AXIAL ? 0 : builder.rowLength == 0 ? root : builder.rowLength;
        dropout = builder.dropout;
        settled(builder);
    }

    @Override
    public LayerProgram program() {
        LayerProgram.Builder p = new LayerProgram.Builder();
        Value x = p.input("x", getWidth());
        Value y = switch (kind) {
            case LEARNED -> p.place(x, new Places.Learned("P", tokens));
            case SINUSOIDAL -> p.place(x, new Places.Sinusoidal(TableInit.DEFAULT.deviation() * Math.sqrt(2)));
            case AXIAL -> p.place(x, new Places.Axial("R", (tokens + rowLength - 1) / rowLength, "C", rowLength));
            case NONE -> x;
        };
        return p.output(dropout == 0 && y.equals(x) ? p.copy(x) : p.drop(y, dropout, 0));
    }

    @Override
    public void checkLength(long length) {
        if (kind != Kind.NONE && length > tokens) {
            throw new IllegalArgumentException("sequence must not be longer than the model's tokens; layer="
                    + getLayerName() + ", tokens=" + tokens + ", length=" + length);
        }
    }

    /** Returns what is added. */
    public Kind getKind() {
        return kind;
    }

    public void setKind(Kind kind) {
        this.kind = kind;
        setLayerParams(null);
    }

    /** Returns the longest T. */
    public int getTokens() {
        return tokens;
    }

    public void setTokens(int tokens) {
        this.tokens = tokens;
        setLayerParams(null);
    }

    /** Returns how many tokens a row has whose places are axial. */
    @JsonInclude(JsonInclude.Include.NON_DEFAULT)
    public int getRowLength() {
        return rowLength;
    }

    public void setRowLength(int rowLength) {
        this.rowLength = rowLength;
        setLayerParams(null);
    }

    /** Returns the probability of dropping an entry while training. */
    public double getDropout() {
        return dropout;
    }

    public void setDropout(double dropout) {
        this.dropout = dropout;
    }

    /** Builds the layer. */
    @SuppressWarnings("unchecked") // build() of the parent is generic in its result
    public static class Builder extends SequenceLayer.Builder<Builder> {
        private Kind kind = Kind.LEARNED;
        private int tokens;
        private int rowLength;
        private double dropout;

        /** Sets what is added; learned positions by default. */
        public Builder kind(Kind value) {
            kind = value;
            return this;
        }

        /** Sets the longest T. */
        public Builder tokens(int value) {
            tokens = value;
            return this;
        }

        /** Sets how many tokens a row has whose places are axial; ⌈√tokens⌉ by default. */
        public Builder rowLength(int value) {
            rowLength = Checks.positive("rowLength", value);
            return this;
        }

        /** Sets the dropout of the sum, in [0, 1); 0 by default. */
        public Builder dropout(double value) {
            dropout = Checks.probability("dropout", value);
            return this;
        }

        @Override
        public PositionLayer build() {
            return new PositionLayer(this);
        }
    }
}
