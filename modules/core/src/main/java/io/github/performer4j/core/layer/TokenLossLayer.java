package io.github.performer4j.core.layer;

import io.github.performer4j.core.engine.Engines;
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
public class TokenLossLayer extends GraphLayer {

    @Override
    protected boolean perToken() {
        return true;
    }

    @Override
    protected INDArray admit(INDArray input) {
        return Checks.sequence(input, 0, getLayerName());
    }

    @Override
    public SDVariable define(GraphScope scope) {
        long rows = scope.batch() * scope.tokens();
        long vocabulary = scope.inputShape()[2];
        SDVariable logits = scope.input().reshape(rows, vocabulary);
        if (scope.labels() != null) {
            return TokenLoss.define(scope.sd(), logits, scope.labels(), rows, vocabulary, scope.type());
        }
        return scope.sd().nn().softmax(logits, 1).reshape(scope.batch(), scope.tokens(), vocabulary);
    }

    @Override
    public void defineParameters(SDLayerParams params) {}

    @Override
    public void initializeParameters(Map<String, INDArray> parameters) {}

    @Override
    protected GraphRuntime runtime(NeuralNetConfiguration conf, DataType type) {
        return Engines.kernels(type) ? new FusedLogitsRuntime(conf, type) : new TokenLossRuntime(conf, type);
    }

    @Override
    public InputType getOutputType(int layerIndex, InputType inputType) {
        requireTokensFirst(inputType);
        return inputType;
    }
}
