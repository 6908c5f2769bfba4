package io.github.performer4j.core.layer;

import io.github.performer4j.core.engine.Engines;
import java.util.Map;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.samediff.SDLayerParams;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Adds a vector per position to a sequence of embeddings and drops entries of the sum: [B,T,E] → [B,T,E].
 *
 * <p>Learned positions are a parameter P [tokens,E], drawn N(0, 0.02²); sinusoidal ones are fixed (arXiv 1706.03762, §3.5), scaled to the
 * same standard deviation. T may be anything up to {@code tokens}.
 */
public class PositionLayer extends SequenceLayer {
    /** What is added. */
    public enum Kind {
        /** A learned vector for each position. */
        LEARNED,
        /** Sines and cosines of geometric wavelengths. */
        SINUSOIDAL,
        /** Nothing: the layer only drops. */
        NONE
    }

    private Kind kind = Kind.LEARNED;
    private int tokens;
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
        dropout = builder.dropout;
        settled(builder);
    }

    @Override
    public void defineParameters(SDLayerParams params) {
        if (kind == Kind.LEARNED) {
            params.addWeightParam("P", tokens, getWidth());
        }
    }

    @Override
    public void initializeParameters(Map<String, INDArray> parameters) {
        if (kind == Kind.LEARNED) {
            drawWeight(parameters, "P");
        }
    }

    @Override
    protected boolean perToken() {
        return kind == Kind.NONE;
    }

    @Override
    protected String whole() {
        return null;
    }

    @Override
    protected SDVariable defineSequence(GraphScope scope, SDVariable x, long batch, long length) {
        checkLength(length);
        SDVariable sum = x;
        if (kind == Kind.LEARNED) {
            SDVariable table = scope.carrying()
                    ? scope.sd().mmul(scope.draw("places", new PlacesTable(0, length, tokens)), scope.parameter("P"))
                    : scope.sd()
                            .stridedSlice(
                                    scope.parameter("P"),
                                    new long[] {0, 0},
                                    new long[] {length, getWidth()},
                                    1,
                                    1); // [T,E]
            sum = x.add(table.reshape(1, length, getWidth()));
        } else if (kind == Kind.SINUSOIDAL) {
            SDVariable table = scope.draw("positions", sinusoidal(length));
            sum = x.add(table.reshape(1, length, getWidth()));
        }
        return scope.dropout(sum, new long[] {batch, length, getWidth()}, dropout, 0);
    }

    /**
     * Checks a sequence's length.
     *
     * @throws IllegalArgumentException if it is greater than the model's tokens
     */
    final void checkLength(long length) {
        if (length > tokens) {
            throw new IllegalArgumentException("sequence must not be longer than the model's tokens; layer="
                    + getLayerName() + ", tokens=" + tokens + ", length=" + length);
        }
    }

    /** Returns fixed positions of the standard deviation that embeddings begin with. */
    final SinusoidalTable sinusoidal(long length) {
        return new SinusoidalTable(0, length, getWidth(), TableInit.DEFAULT.deviation() * Math.sqrt(2));
    }

    @Override
    protected GraphRuntime runtime(NeuralNetConfiguration conf, DataType type) {
        return Engines.kernels(type)
                ? SequenceParts.onKernels(conf, type, new FusedPositions(this))
                : SequenceParts.onGraph(conf, type);
    }

    /** Returns what is added. */
    public Kind getKind() {
        return kind;
    }

    public void setKind(Kind kind) {
        this.kind = kind;
    }

    /** Returns the longest T. */
    public int getTokens() {
        return tokens;
    }

    public void setTokens(int tokens) {
        this.tokens = tokens;
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
