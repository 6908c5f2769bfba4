package io.github.performer4j.core.layer;

import io.github.performer4j.core.engine.Engines;
import io.github.performer4j.core.program.LayerProgram;
import java.util.Map;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.samediff.SDLayerParams;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Output layer of a language model: {@code softmax(x W + b)} over the vocabulary at each position, [B,T,E] → [B,T,V].
 *
 * <p>Trained on sparse labels: ids [B,T], negative = ignored; see {@link TokenLossRuntime} for loss, masks and score. Parameters: W [E,V]
 * (drawn N(0, 0.02²)) and b [V]. For a head that shares the table of the embedding see {@link TiedLogitsVertex}.
 */
public class LanguageModelHeadLayer extends VocabularyLayer {
    /** For Deeplearning4j's JSON. */
    protected LanguageModelHeadLayer() {}

    protected LanguageModelHeadLayer(Builder builder) {
        super(builder);
        settled(builder);
    }

    @Override
    protected boolean perToken() {
        return true;
    }

    @Override
    protected INDArray admit(INDArray input) {
        return Checks.sequence(input, getWidth(), getLayerName());
    }

    @Override
    public SDVariable define(GraphScope scope) {
        long rows = scope.batch() * scope.tokens();
        LayerProgram.Builder p = new LayerProgram.Builder();
        LayerProgram product = p.output(p.linear(p.input("x", getWidth()), "W", "b", getVocabulary()));
        SDVariable logits = ProgramGraph.define(scope, product, scope.input().reshape(rows, getWidth())); // [B·T,V]
        if (scope.labels() != null) {
            return TokenLoss.define(scope.sd(), logits, scope.labels(), rows, getVocabulary(), scope.type());
        }
        return scope.sd().nn().softmax(logits, 1).reshape(scope.batch(), scope.tokens(), getVocabulary());
    }

    @Override
    public void defineParameters(SDLayerParams params) {
        params.addWeightParam("W", getWidth(), getVocabulary());
        params.addBiasParam("b", getVocabulary());
    }

    @Override
    public void initializeParameters(Map<String, INDArray> parameters) {
        drawWeight(parameters, "W");
        parameters.get("b").assign(firstBias());
    }

    @Override
    protected GraphRuntime runtime(NeuralNetConfiguration conf, DataType type) {
        return Engines.kernels(type) ? new FusedHeadRuntime(conf, type) : new TokenLossRuntime(conf, type);
    }

    @Override
    public void setNIn(InputType inputType, boolean override) {
        if (inputType instanceof InputType.InputTypeRecurrent r && (getWidth() == 0 || override)) {
            setWidth(Math.toIntExact(r.getSize()));
        }
    }

    @Override
    public InputType getOutputType(int layerIndex, InputType inputType) {
        requireTokensFirst(inputType);
        long tokens = inputType instanceof InputType.InputTypeRecurrent r ? r.getTimeSeriesLength() : -1;
        return InputType.recurrent(getVocabulary(), tokens, RNNFormat.NWC);
    }

    /** Builds the layer. */
    @SuppressWarnings("unchecked") // build() of the parent is generic in its result
    public static class Builder extends VocabularyLayer.Builder<Builder> {
        @Override
        public LanguageModelHeadLayer build() {
            return new LanguageModelHeadLayer(this);
        }
    }
}
