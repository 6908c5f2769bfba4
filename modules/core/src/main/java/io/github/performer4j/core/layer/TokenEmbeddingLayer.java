package io.github.performer4j.core.layer;

import java.util.Collection;
import java.util.Map;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.samediff.SDLayerParams;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Looks up token ids in a table: [B,T] → [B,T,E], {@code out_bt = W[id_bt]}.
 *
 * <p>Ids may come in any numeric type. Parameter: W [V,E], drawn N(0, 0.02²). The table of padded tokens gets no gradient.
 */
public class TokenEmbeddingLayer extends GraphLayer {
    /** Standard deviation of a fresh table, as in GPT-2 and BERT. */
    static final double DEVIATION = 0.02;

    private int vocabulary;
    private int width;

    /** For Deeplearning4j's JSON. */
    protected TokenEmbeddingLayer() {}

    protected TokenEmbeddingLayer(Builder builder) {
        super(builder);
        vocabulary = Checks.positive("vocabulary", builder.vocabulary);
        width = Checks.positive("width", builder.width);
    }

    @Override
    public SDVariable define(GraphScope scope) {
        SDVariable ids = scope.input().castTo(DataType.INT32).reshape(scope.batch() * scope.tokens());
        return scope.sd()
                .gather(scope.parameter("W"), ids, 0) // [B·T,E]
                .reshape(scope.batch(), scope.tokens(), width);
    }

    @Override
    public Layer instantiate(
            NeuralNetConfiguration conf,
            Collection<TrainingListener> listeners,
            int layerIndex,
            INDArray parametersView,
            boolean initializeParameters,
            DataType networkType) {
        return prepare(
                new TokenEmbeddingRuntime(conf, networkType),
                listeners,
                layerIndex,
                parametersView,
                initializeParameters);
    }

    @Override
    protected boolean differentiableInput() {
        return false;
    }

    @Override
    public void defineParameters(SDLayerParams params) {
        params.addWeightParam("W", vocabulary, width);
    }

    @Override
    public void initializeParameters(Map<String, INDArray> parameters) {
        NormalTable.draw(parameters.get("W"), DEVIATION);
    }

    @Override
    public InputType getOutputType(int layerIndex, InputType inputType) {
        long tokens = inputType instanceof InputType.InputTypeRecurrent r ? r.getTimeSeriesLength() : -1;
        return InputType.recurrent(width, tokens, RNNFormat.NWC);
    }

    /** Returns V. */
    public int getVocabulary() {
        return vocabulary;
    }

    public void setVocabulary(int vocabulary) {
        this.vocabulary = vocabulary;
    }

    /** Returns E. */
    public int getWidth() {
        return width;
    }

    public void setWidth(int width) {
        this.width = width;
    }

    /** Builds the layer. */
    @SuppressWarnings("unchecked") // build() of the parent is generic in its result
    public static class Builder extends org.deeplearning4j.nn.conf.layers.samediff.SameDiffLayer.Builder<Builder> {
        private int vocabulary;
        private int width;

        /** Sets V, the number of ids. */
        public Builder vocabulary(int value) {
            vocabulary = value;
            return this;
        }

        /** Sets E. */
        public Builder width(int value) {
            width = value;
            return this;
        }

        @Override
        public TokenEmbeddingLayer build() {
            return new TokenEmbeddingLayer(this);
        }
    }
}
