package io.github.performer4j.core.layer;

import io.github.performer4j.core.base.Checks;
import io.github.performer4j.core.base.EngineLayer;
import io.github.performer4j.core.base.GraphLayer;
import io.github.performer4j.core.base.GraphRuntime;
import io.github.performer4j.core.program.LayerProgram;
import io.github.performer4j.core.samediff.GraphScope;
import io.github.performer4j.core.samediff.ProgramGraph;
import java.util.Arrays;
import java.util.Map;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.samediff.SDLayerParams;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Maps rows of floats to vectors, as vision Transformers map patches of images: [B,T,F] → [B,T,E], {@code out_bt = x_bt W + b}
 * (Dosovitskiy et al., <em>An image is worth 16×16 words</em>, 2021, equation 1; positions are {@link PositionLayer}'s).
 *
 * <p>Parameters: W [F,E], drawn by the layer's scheme (Xavier unless told otherwise), and b [E]. Padded rows may hold anything, NaN included: they reach no weight's gradient, which is what
 * Deeplearning4j's dense layer does not promise.
 */
public class RowEmbeddingLayer extends GraphLayer {
    private int size;
    private int width;

    /** For Deeplearning4j's JSON. */
    protected RowEmbeddingLayer() {}

    protected RowEmbeddingLayer(Builder builder) {
        super(builder);
        size = builder.size;
        width = Checks.positive("width", builder.width);
        settled(builder);
    }

    @Override
    public boolean perToken() {
        return true;
    }

    @Override
    protected INDArray admit(INDArray input) {
        if (input.rank() != 3 || input.size(2) != size) {
            throw new IllegalArgumentException("input must be [B,T,E] with E = size, rows of floats; layer="
                    + getLayerName() + ", size=" + size + ", input=" + Arrays.toString(input.shape()));
        }
        return input;
    }

    @Override
    public SDVariable define(GraphScope scope) {
        SDVariable rows = scope.input().reshape(scope.batch() * scope.tokens(), size);
        return ProgramGraph.define(scope, program(), rows).reshape(scope.batch(), scope.tokens(), width);
    }

    /** Returns the product of a row. */
    public LayerProgram program() {
        LayerProgram.Builder p = new LayerProgram.Builder();
        return p.output(p.linear(p.input("x", size), "W", "b", width));
    }

    @Override
    protected GraphRuntime runtime(NeuralNetConfiguration conf, DataType type) {
        return EngineLayer.runtime(conf, type, program());
    }

    @Override
    public void defineParameters(SDLayerParams params) {
        params.addWeightParam("W", size, width);
        params.addBiasParam("b", width);
    }

    @Override
    public void initializeParameters(Map<String, INDArray> parameters) {
        drawWeight(parameters, "W");
        parameters.get("b").assign(firstBias());
    }

    @Override
    public void setNIn(InputType inputType, boolean override) {
        requireTokensFirst(inputType);
        if (inputType instanceof InputType.InputTypeRecurrent recurrent) {
            if (size == 0 || override) {
                setSize(Math.toIntExact(recurrent.getSize()));
            } else if (size != recurrent.getSize()) {
                throw new IllegalArgumentException("input size must equal size; layer=" + getLayerName() + ", size="
                        + size + ", input=" + recurrent.getSize());
            }
        }
    }

    @Override
    public InputType getOutputType(int layerIndex, InputType inputType) {
        requireTokensFirst(inputType);
        long tokens = inputType instanceof InputType.InputTypeRecurrent r ? r.getTimeSeriesLength() : -1;
        return InputType.recurrent(width, tokens, RNNFormat.NWC);
    }

    /** Returns F; 0 until the input type is known. */
    public int getSize() {
        return size;
    }

    public void setSize(int size) {
        this.size = size;
        setLayerParams(null);
    }

    /** Returns E. */
    public int getWidth() {
        return width;
    }

    public void setWidth(int width) {
        this.width = width;
        setLayerParams(null);
    }

    /** Builds the layer. */
    @SuppressWarnings("unchecked") // build() of the parent is generic in its result
    public static class Builder extends GraphLayer.Builder<Builder> {
        private int size;
        private int width;

        /** Sets F, the floats of a row; by default it is taken from the input type. */
        public Builder size(int value) {
            size = Checks.positive("size", value);
            return this;
        }

        /** Sets E. */
        public Builder width(int value) {
            width = value;
            return this;
        }

        @Override
        public RowEmbeddingLayer build() {
            return new RowEmbeddingLayer(this);
        }
    }
}
