package io.github.performer4j.core.layer;

import io.github.performer4j.core.base.Checks;
import io.github.performer4j.core.base.GraphRuntime;
import io.github.performer4j.core.loss.TokenLossRuntime;
import io.github.performer4j.core.loss.TokenLosses;
import io.github.performer4j.core.program.LayerProgram;
import io.github.performer4j.core.program.LossProgram;
import io.github.performer4j.core.samediff.GraphScope;
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
public class LanguageModelHeadLayer extends VocabularyLayer implements TokenLosses {
    /** For Deeplearning4j's JSON. */
    protected LanguageModelHeadLayer() {}

    protected LanguageModelHeadLayer(Builder builder) {
        super(builder);
        settled(builder);
    }

    @Override
    public boolean perToken() {
        return true;
    }

    @Override
    protected INDArray admit(INDArray input) {
        return Checks.sequence(input, getWidth(), getLayerName());
    }

    @Override
    public LossProgram losses(int columns) {
        LayerProgram.Builder p = new LayerProgram.Builder();
        return new LossProgram(p.output(p.linear(p.input("x", getWidth()), "W", "b", getVocabulary())));
    }

    @Override
    public SDVariable define(GraphScope scope) {
        return TokenLosses.define(scope, losses(getWidth()));
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
        return TokenLosses.runtime(conf, type, this);
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
