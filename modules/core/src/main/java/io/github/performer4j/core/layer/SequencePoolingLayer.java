package io.github.performer4j.core.layer;

import io.github.performer4j.core.base.Checks;
import io.github.performer4j.core.base.EngineLayer;
import io.github.performer4j.core.base.GraphLayer;
import io.github.performer4j.core.base.GraphRuntime;
import io.github.performer4j.core.base.PooledLayer;
import io.github.performer4j.core.base.SequenceParts;
import io.github.performer4j.core.program.LayerProgram;
import io.github.performer4j.core.program.Pooling;
import io.github.performer4j.core.samediff.GraphScope;
import io.github.performer4j.core.samediff.ProgramGraph;
import java.util.Map;
import org.deeplearning4j.nn.api.MaskState;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.samediff.SDLayerParams;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Pools a sequence [B,T,E] to one vector [B,E], for {@link MeanOutputLayer}, or Deeplearning4j's own output layers, to classify or regress on.
 *
 * <p>Mean, sum and largest value run over real tokens only; a sequence without any gives 0. No parameters.
 */
public class SequencePoolingLayer extends GraphLayer {
    /** How tokens are pooled. */
    public enum Kind {
        /** The mean of the real tokens. */
        MEAN,
        /** The first token, as BERT's classifiers do. */
        FIRST,
        /** The last real token, the only one that has seen all others where attention is causal. */
        LAST,
        /** A sixteenth of the sum of the real tokens, for what grows with their number. */
        SUM,
        /** The largest value of each column among the real tokens. */
        MAX
    }

    private Kind kind = Kind.MEAN;

    /** Pools by the mean. */
    public SequencePoolingLayer() {}

    /**
     * Pools as told.
     *
     * @param kind how
     */
    public SequencePoolingLayer(Kind kind) {
        this.kind = kind;
    }

    @Override
    protected INDArray admit(INDArray input) {
        return Checks.sequence(input, 0, getLayerName());
    }

    /** Returns the program of sequences of a width. */
    public LayerProgram program(int width) {
        LayerProgram.Builder p = new LayerProgram.Builder();
        return p.output(p.pool(p.input("x", width), Pooling.valueOf(kind.name())));
    }

    @Override
    public SDVariable define(GraphScope scope) {
        int width = Math.toIntExact(scope.inputShape()[2]);
        SDVariable rows = scope.input().reshape(scope.batch() * scope.tokens(), width);
        return ProgramGraph.define(scope, program(width), rows);
    }

    @Override
    protected GraphRuntime runtime(NeuralNetConfiguration conf, DataType type) {
        return EngineLayer.prepared(conf, type, program(1)).isPresent()
                ? SequenceParts.onKernels(conf, type, new PooledLayer(getLayerName(), type, this::program))
                : SequenceParts.onGraph(conf, type);
    }

    @Override
    public void defineParameters(SDLayerParams params) {}

    @Override
    public void initializeParameters(Map<String, INDArray> parameters) {}

    @Override
    protected boolean keepsTokens() {
        return false;
    }

    @Override
    public Pair<INDArray, MaskState> feedForwardMaskArray(INDArray mask, MaskState state, int batch) {
        return new Pair<>(null, MaskState.Passthrough);
    }

    @Override
    public InputType getOutputType(int layerIndex, InputType inputType) {
        requireTokensFirst(inputType);
        if (inputType instanceof InputType.InputTypeRecurrent recurrent) {
            return InputType.feedForward(recurrent.getSize());
        }
        throw new IllegalArgumentException(
                "input must be a sequence (InputType.recurrent); layer=" + getLayerName() + ", input=" + inputType);
    }

    @Override
    public InputPreProcessor getPreProcessorForInputType(InputType inputType) {
        return null;
    }

    /** Returns how tokens are pooled. */
    public Kind getKind() {
        return kind;
    }

    public void setKind(Kind kind) {
        this.kind = kind;
    }
}
