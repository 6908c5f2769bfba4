package io.github.performer4j.core.layer;

import java.util.Map;
import org.deeplearning4j.nn.api.MaskState;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.samediff.SDLayerParams;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Pools a sequence [B,T,E] to one vector [B,E], for {@link MeanOutputLayer}, or Deeplearning4j's own output layers, to classify or regress on.
 *
 * <p>The mean runs over real tokens only; a sequence without any gives 0. No parameters.
 */
public class SequencePoolingLayer extends GraphLayer {
    /** How tokens are pooled. */
    public enum Kind {
        /** The mean of the real tokens. */
        MEAN,
        /** The first token, as BERT's classifiers do. */
        FIRST,
        /** The last real token, the only one that has seen all others where attention is causal. */
        LAST
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

    @Override
    public SDVariable define(GraphScope scope) {
        SDVariable x = scope.input(); // [B,T,E], padded rows are 0
        long width = scope.inputShape()[2];
        if (kind == Kind.FIRST) {
            return scope.sd()
                    .stridedSlice(x, new long[] {0, 0, 0}, new long[] {scope.batch(), 1, width}, 1, 1, 1)
                    .reshape(scope.batch(), width);
        }
        if (kind == Kind.LAST) {
            return last(scope, x);
        }
        SDVariable sum = scope.sd().sum(x, false, 1); // [B,E]
        if (scope.mask() == null) {
            return sum.mul(1.0 / scope.tokens());
        }
        SDVariable count = scope.sd().sum(scope.mask(), true, 1); // [B,1]
        return sum.div(count.add(scope.sd().lt(count, 0.5).castTo(scope.type())));
    }

    private static SDVariable last(GraphScope scope, SDVariable x) {
        long width = scope.inputShape()[2];
        long tokens = scope.tokens();
        SameDiff sd = scope.sd();
        if (scope.mask() == null) {
            return sd.stridedSlice(x, new long[] {0, tokens - 1, 0}, new long[] {scope.batch(), tokens, width}, 1, 1, 1)
                    .reshape(scope.batch(), width);
        }
        SDVariable after = sd.cumsum(scope.mask(), true, true, 1); // real tokens behind each one
        SDVariable chosen = scope.mask().mul(sd.lt(after, 0.5).castTo(scope.type())); // 1 at the last real token
        return sd.sum(x.mul(chosen.reshape(scope.batch(), tokens, 1)), false, 1);
    }

    @Override
    public void defineParameters(SDLayerParams params) {}

    @Override
    public void initializeParameters(Map<String, INDArray> parameters) {}

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
