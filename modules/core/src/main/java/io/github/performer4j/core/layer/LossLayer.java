package io.github.performer4j.core.layer;

import io.github.performer4j.core.base.Checks;
import io.github.performer4j.core.base.GraphLayer;
import io.github.performer4j.core.base.GraphRuntime;
import io.github.performer4j.core.base.ProgramParameters;
import io.github.performer4j.core.loss.TokenLossRuntime;
import io.github.performer4j.core.loss.TokenLosses;
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
 * Base of output layers that say what they compute by a {@link LossProgram}: [B,T,n] → [B,T,V]. Parameters, their
 * initialisation, the graph and the kernels all follow from it; one of a user's own needs no more than {@link #losses}
 * and its settings. Labels, masks and score are those of {@link TokenLossRuntime}.
 */
public abstract class LossLayer extends GraphLayer implements TokenLosses {
    private transient ProgramParameters known; // until the layer changes

    /** For Deeplearning4j's JSON, and for layers without a builder: everything is inherited. */
    protected LossLayer() {}

    protected LossLayer(Builder<?> builder) {
        super(builder);
    }

    private ProgramParameters known() {
        ProgramParameters last = known;
        if (last == null) {
            last = new ProgramParameters(losses(0).logits().parameters());
            known = last;
        }
        return last;
    }

    /** {@inheritDoc} What is changed about the layer declares them anew. */
    @Override
    public void setLayerParams(SDLayerParams declared) {
        super.setLayerParams(declared);
        known = null;
    }

    @Override
    public void defineParameters(SDLayerParams params) {
        known().declare(params);
    }

    @Override
    public void initializeParameters(Map<String, INDArray> parameters) {
        known().begin(this, parameters);
    }

    @Override
    public boolean isFixed(String name) {
        return known().isFixed(name);
    }

    @Override
    public boolean perToken() {
        return true;
    }

    @Override
    protected INDArray admit(INDArray input) {
        return Checks.sequence(input, 0, getLayerName());
    }

    @Override
    public SDVariable define(GraphScope scope) {
        return TokenLosses.define(scope, losses(Math.toIntExact(scope.inputShape()[2])));
    }

    @Override
    protected GraphRuntime runtime(NeuralNetConfiguration conf, DataType type) {
        return TokenLosses.runtime(conf, type, this);
    }

    @Override
    public InputType getOutputType(int layerIndex, InputType inputType) {
        requireTokensFirst(inputType);
        InputType.InputTypeRecurrent in = (InputType.InputTypeRecurrent) inputType;
        return InputType.recurrent(
                losses(Math.toIntExact(in.getSize())).vocabulary(), in.getTimeSeriesLength(), RNNFormat.NWC);
    }
}
