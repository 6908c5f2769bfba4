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
 * Output layer of a language model: {@code softmax(x W + b)} over the vocabulary at each position, [B,T,E] → [B,T,V].
 *
 * <p>Trained on sparse labels: ids [B,T], negative = ignored; see {@link TokenLossRuntime} for loss, masks and score. Parameters: W [E,V]
 * (drawn N(0, 0.02²)) and b [V]. For a head that shares the table of the embedding see {@link TiedLogitsVertex}.
 */
public class LanguageModelHeadLayer extends GraphLayer {
    private int vocabulary;
    private int width;

    /** For Deeplearning4j's JSON. */
    protected LanguageModelHeadLayer() {}

    protected LanguageModelHeadLayer(Builder builder) {
        super(builder);
        vocabulary = Checks.positive("vocabulary", builder.vocabulary);
        width = builder.width;
    }

    @Override
    public SDVariable define(GraphScope scope) {
        long rows = scope.batch() * scope.tokens();
        SDVariable logits = scope.sd()
                .mmul(scope.input().reshape(rows, width), scope.parameter("W"))
                .add(scope.parameter("b")); // [B·T,V]
        if (scope.labels() != null) {
            return TokenLoss.define(scope.sd(), logits, scope.labels(), rows, vocabulary, scope.type());
        }
        return scope.sd().nn().softmax(logits, 1).reshape(scope.batch(), scope.tokens(), vocabulary);
    }

    @Override
    public void defineParameters(SDLayerParams params) {
        params.addWeightParam("W", width, vocabulary);
        params.addBiasParam("b", vocabulary);
    }

    @Override
    public void initializeParameters(Map<String, INDArray> parameters) {
        NormalTable.draw(parameters.get("W"), TokenEmbeddingLayer.DEVIATION);
        parameters.get("b").assign(0);
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
                new TokenLossRuntime(conf, networkType), listeners, layerIndex, parametersView, initializeParameters);
    }

    @Override
    public void setNIn(InputType inputType, boolean override) {
        if (inputType instanceof InputType.InputTypeRecurrent r && (width == 0 || override)) {
            width = Math.toIntExact(r.getSize());
        }
    }

    @Override
    public InputType getOutputType(int layerIndex, InputType inputType) {
        requireTokensFirst(inputType);
        long tokens = inputType instanceof InputType.InputTypeRecurrent r ? r.getTimeSeriesLength() : -1;
        return InputType.recurrent(vocabulary, tokens, RNNFormat.NWC);
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

        /** Sets V. */
        public Builder vocabulary(int value) {
            vocabulary = value;
            return this;
        }

        /** Sets E; by default it is taken from the input type. */
        public Builder width(int value) {
            width = value;
            return this;
        }

        @Override
        public LanguageModelHeadLayer build() {
            return new LanguageModelHeadLayer(this);
        }
    }
}
