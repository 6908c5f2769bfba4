package io.github.performer4j.core.sides;

import io.github.performer4j.core.base.Checks;
import io.github.performer4j.core.base.EngineLayer;
import io.github.performer4j.core.base.GraphRuntime;
import io.github.performer4j.core.base.ProgramLayer;
import io.github.performer4j.core.base.SequenceLayer;
import io.github.performer4j.core.layer.SidesVertex;
import io.github.performer4j.core.program.LayerProgram;
import io.github.performer4j.core.program.Value;
import io.github.performer4j.core.samediff.GraphScope;
import io.github.performer4j.core.samediff.ProgramGraph;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Base of layers that read a sequence x [B,Tq,E] and a memory [B,Tk,Em], each with a mask of its own, and give [B,Tq,E]: their {@link #program} has two inputs. In a net a
 * {@link SidesVertex} stands in front and joins both.
 */
public abstract class TwoSidedLayer extends ProgramLayer {
    private int memoryWidth;

    /** For Deeplearning4j's JSON. */
    protected TwoSidedLayer() {}

    /**
     * Takes over a builder's settings.
     *
     * @throws IllegalArgumentException if sequences are to be [B,E,T]
     */
    protected TwoSidedLayer(Builder<?> builder) {
        super(builder);
        memoryWidth = builder.memoryWidth;
        if (getFormat() == RNNFormat.NCW) {
            throw new IllegalArgumentException("sequences must be [B,T,E] (RNNFormat.NWC); format=" + getFormat());
        }
    }

    /** {@inheritDoc} Its inputs are x, of the layer's width, and memory, of {@link #getMemoryWidth}; the output is of the side of x. */
    @Override
    public abstract LayerProgram program();

    /** {@inheritDoc} A token asks the whole memory. */
    @Override
    public boolean perToken() {
        return false;
    }

    /** Returns whether Deeplearning4j's {@code dropOut} drops entries of the memory, too: not where they are no activations. */
    protected boolean dropsMemory() {
        return true;
    }

    @Override
    public String whole() {
        return "it has two inputs, and Deeplearning4j would hand over parts of both";
    }

    @Override
    protected SDVariable defineSequence(GraphScope scope, SDVariable x, long batch, long tokens) {
        SDVariable rows = x.reshape(batch * tokens, getWidth());
        SDVariable memory = scope.memory().reshape(batch * scope.tokens(1), memoryWidth);
        return ProgramGraph.define(scope, program(), rows, memory).reshape(batch, tokens, getWidth());
    }

    @Override
    protected GraphRuntime runtime(NeuralNetConfiguration conf, DataType type) {
        requireOutput();
        return EngineLayer.prepared(conf, type, program())
                .<GraphRuntime>map(runner -> new SidesOnKernels(conf, type, runner))
                .orElseGet(() -> new SidesOnGraph(conf, type));
    }

    @Override
    protected INDArray admit(INDArray input) {
        PackedSides.read(input, getWidth(), memoryWidth, getLayerName());
        return input;
    }

    /** What the layer gives on has the shape of x, and its mask. */
    private void requireOutput() {
        LayerProgram program = program();
        Value output = program.output();
        if (getWidth() > 0 && (output.side() != 0 || output.columns() != getWidth() || program.pools())) {
            throw new IllegalArgumentException(
                    "a program of two inputs must end in a row of x's width for each token of x; layer="
                            + getLayerName() + ", width=" + getWidth() + ", output=" + output + ", pools="
                            + program.pools());
        }
    }

    /**
     * {@inheritDoc}
     *
     * @throws IllegalArgumentException if the program ends in anything else than such rows
     */
    @Override
    public InputType getOutputType(int layerIndex, InputType inputType) {
        InputType.InputTypeRecurrent x = sides(inputType).x();
        requireOutput();
        return InputType.recurrent(getWidth(), x.getTimeSeriesLength(), RNNFormat.NWC);
    }

    @Override
    public void setNIn(InputType inputType, boolean override) {
        SidesType sides = sides(inputType);
        super.setNIn(sides.x(), override);
        int size = Math.toIntExact(sides.memory().getSize());
        if (memoryWidth != 0 && !override && memoryWidth != size) {
            throw new IllegalArgumentException("size of the second input must equal memoryWidth; layer="
                    + getLayerName() + ", memoryWidth=" + memoryWidth + ", input=" + size);
        }
        setMemoryWidth(size);
    }

    private SidesType sides(InputType inputType) {
        if (inputType instanceof SidesType sides) {
            return sides;
        }
        throw new IllegalArgumentException("input must be a SidesVertex of a sequence and its memory; layer="
                + getLayerName() + ", input=" + inputType);
    }

    @Override
    public InputPreProcessor getPreProcessorForInputType(InputType inputType) {
        return null;
    }

    /** Returns Em; 0 until the input type is known. */
    public int getMemoryWidth() {
        return memoryWidth;
    }

    public void setMemoryWidth(int memoryWidth) {
        this.memoryWidth = memoryWidth;
        setLayerParams(null);
    }

    /**
     * Settings that all layers with two inputs share.
     *
     * @param <T> the concrete builder
     */
    @SuppressWarnings("unchecked")
    public abstract static class Builder<T extends Builder<T>> extends SequenceLayer.Builder<T> {
        private int memoryWidth;

        /** Sets Em; by default it is taken from the input type. */
        public T memoryWidth(int value) {
            memoryWidth = Checks.positive("memoryWidth", value);
            return (T) this;
        }
    }
}
