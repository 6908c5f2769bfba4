package io.github.performer4j.core.layer;

import io.github.performer4j.core.program.LossProgram;
import java.util.Map;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.samediff.SDLayerParams;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Output layer without parameters: softmax and cross-entropy on logits [B,T,V] that another layer or {@link TiedLogitsVertex} computed.
 *
 * <p>Labels, masks and score are those of {@link TokenLossRuntime}.
 */
public class TokenLossLayer extends GraphLayer implements TokenLosses {

    @Override
    protected boolean perToken() {
        return true;
    }

    @Override
    protected INDArray admit(INDArray input) {
        return Checks.sequence(input, 0, getLayerName());
    }

    @Override
    public LossProgram losses(int columns) {
        return LossProgram.ofLogits(columns);
    }

    @Override
    public SDVariable define(GraphScope scope) {
        return TokenLosses.define(scope, losses(Math.toIntExact(scope.inputShape()[2])));
    }

    @Override
    public void defineParameters(SDLayerParams params) {}

    @Override
    public void initializeParameters(Map<String, INDArray> parameters) {}

    @Override
    protected GraphRuntime runtime(NeuralNetConfiguration conf, DataType type) {
        return TokenLosses.runtime(conf, type, this);
    }

    @Override
    public InputType getOutputType(int layerIndex, InputType inputType) {
        requireTokensFirst(inputType);
        return inputType;
    }
}
