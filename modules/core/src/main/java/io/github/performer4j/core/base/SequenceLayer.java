package io.github.performer4j.core.base;

import io.github.performer4j.core.samediff.GraphScope;
import java.util.Arrays;
import java.util.Map;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.InputTypeUtil;
import org.deeplearning4j.nn.conf.layers.samediff.SDLayerParams;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Base of layers from sequences of width E to sequences of width E.
 *
 * <p>Inside, sequences are [B,T,E] (NWC). Beside Deeplearning4j's recurrent layers, whose default is [B,E,T] (NCW), the layer takes
 * over the format of its input type and permutes at its edges.
 */
public abstract class SequenceLayer extends GraphLayer {
    private int width;
    private RNNFormat format;

    protected SequenceLayer() {}

    protected SequenceLayer(Builder<?> builder) {
        super(builder);
        width = builder.width;
        format = builder.format;
    }

    /** Defines the layer on [B,T,E]. */
    protected abstract SDVariable defineSequence(GraphScope scope, SDVariable x, long batch, long tokens);

    @Override
    public final SDVariable define(GraphScope scope) {
        boolean permuted = format == RNNFormat.NCW;
        long[] shape = scope.inputShape();
        checkInput(shape);
        checkLength(shape[permuted ? 2 : 1]);
        SDVariable x = permuted ? scope.sd().permute(scope.input(), 0, 2, 1) : scope.input();
        SDVariable out = defineSequence(scope, x, shape[0], shape[permuted ? 2 : 1]);
        return permuted ? scope.sd().permute(out, 0, 2, 1) : out;
    }

    /**
     * Checks the shape of an input.
     *
     * @throws IllegalArgumentException if it is not a sequence of the layer's width in the layer's format
     */
    final void checkInput(long[] shape) {
        boolean permuted = format == RNNFormat.NCW;
        if (shape.length != 3 || shape[permuted ? 1 : 2] != width) {
            throw new IllegalArgumentException(
                    "input must be " + (permuted ? "[B,E,T]" : "[B,T,E]") + " with E = width; layer=" + getLayerName()
                            + ", width=" + width + ", input=" + Arrays.toString(shape));
        }
    }

    @Override
    protected INDArray admit(INDArray input) {
        checkInput(input.shape());
        return input;
    }

    @Override
    public final int tokenDimension() {
        return format == RNNFormat.NCW ? 2 : 1;
    }

    /** Adds one LayerNorm's gain and bias, [E] each; neither is decayed. */
    protected static void addNorm(SDLayerParams params, String gain, String bias, int width) {
        params.addBiasParam(gain, width);
        params.addBiasParam(bias, width);
    }

    /** Sets weights by the layer's scheme, gains (names that start with "gain") and biases (with "b") to what the layer says, and all else to 0. */
    @Override
    public void initializeParameters(Map<String, INDArray> parameters) {
        for (String name : getLayerParams().getWeightParameterKeys()) {
            drawWeight(parameters, name);
        }
        for (String name : getLayerParams().getBiasParameterKeys()) {
            parameters.get(name).assign(isGain(name) ? firstGain() : isBias(name) ? firstBias() : 0);
        }
    }

    @Override
    public InputType getOutputType(int layerIndex, InputType inputType) {
        if (inputType instanceof InputType.InputTypeRecurrent recurrent) {
            return InputType.recurrent(width, recurrent.getTimeSeriesLength(), recurrent.getFormat());
        }
        throw new IllegalArgumentException(
                "input must be a sequence (InputType.recurrent); layer=" + getLayerName() + ", input=" + inputType);
    }

    @Override
    public void setNIn(InputType inputType, boolean override) {
        if (inputType instanceof InputType.InputTypeRecurrent recurrent) {
            if (width == 0 || override) {
                setWidth(Math.toIntExact(recurrent.getSize()));
            } else if (width != recurrent.getSize()) {
                throw new IllegalArgumentException("input size must equal width; layer=" + getLayerName() + ", width="
                        + width + ", input=" + recurrent.getSize());
            }
            if (format == null || override) {
                format = recurrent.getFormat();
            }
            checkWidth(width);
        }
    }

    /** Checks a width as soon as it is known. */
    protected void checkWidth(int known) {}

    @Override
    public InputPreProcessor getPreProcessorForInputType(InputType inputType) {
        return InputTypeUtil.getPreprocessorForInputTypeRnnLayers(inputType, format, getLayerName());
    }

    /** Returns E; 0 until the input type is known. */
    public int getWidth() {
        return width;
    }

    public void setWidth(int width) {
        this.width = width;
        setLayerParams(null);
    }

    /** Returns the format at the layer's edges; null means [B,T,E]. */
    public RNNFormat getFormat() {
        return format;
    }

    public void setFormat(RNNFormat format) {
        this.format = format;
    }

    /**
     * Settings that all sequence layers share.
     *
     * @param <T> the concrete builder
     */
    @SuppressWarnings("unchecked")
    public abstract static class Builder<T extends Builder<T>> extends GraphLayer.Builder<T> {
        private int width;
        private RNNFormat format;

        /** Sets E; by default it is taken from the input type. */
        public T width(int value) {
            width = value;
            return (T) this;
        }

        /** Sets the format at the layer's edges; by default it is that of the input type, or [B,T,E]. */
        public T format(RNNFormat value) {
            format = value;
            return (T) this;
        }
    }
}
