package io.github.performer4j.core.sides;

import io.github.performer4j.core.base.Checks;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.memory.LayerMemoryReport;
import org.deeplearning4j.nn.conf.memory.MemoryReport;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** What the configurations of vertices with two inputs, no parameters and no settings share. */
public abstract class PairVertex extends GraphVertex {

    @Override
    public boolean equals(Object other) {
        return other != null && other.getClass() == getClass();
    }

    @Override
    public int hashCode() {
        return getClass().hashCode();
    }

    /** Makes the runtime, in a net of a floating-point type. */
    protected abstract PairVertexRuntime runtime(ComputationGraph graph, String name, int index, DataType type);

    @Override
    public final org.deeplearning4j.nn.graph.vertex.GraphVertex instantiate(
            ComputationGraph graph,
            String name,
            int index,
            INDArray parametersView,
            boolean initializeParameters,
            DataType networkType) {
        Checks.floats(networkType, name);
        return runtime(graph, name, index, networkType);
    }

    @Override
    public long numParams(boolean backprop) {
        return 0;
    }

    @Override
    public int minVertexInputs() {
        return 2;
    }

    @Override
    public int maxVertexInputs() {
        return 2;
    }

    /** Returns T of a sequence's type, or −1. */
    protected static long tokens(InputType type) {
        return type instanceof InputType.InputTypeRecurrent r ? r.getTimeSeriesLength() : -1;
    }

    @Override
    public MemoryReport getMemoryReport(InputType... inputs) {
        return new LayerMemoryReport.Builder(null, getClass(), inputs[0], getOutputType(-1, inputs)).build();
    }
}
