package io.github.performer4j.core.layer;

import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.memory.LayerMemoryReport;
import org.deeplearning4j.nn.conf.memory.MemoryReport;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Looks up token ids in the table of an {@link EmbeddingTableLayer}: inputs ids [B,T] and W [V,E], output [B,T,E].
 *
 * <p>Backward adds each token's gradient to its row of the table, in token order. Padded tokens give 0 and get no gradient.
 */
public class EmbeddingLookupVertex extends GraphVertex {

    @Override
    public GraphVertex clone() {
        return new EmbeddingLookupVertex();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof EmbeddingLookupVertex;
    }

    @Override
    public int hashCode() {
        return EmbeddingLookupVertex.class.hashCode();
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

    @Override
    public org.deeplearning4j.nn.graph.vertex.GraphVertex instantiate(
            ComputationGraph graph,
            String name,
            int index,
            INDArray parametersView,
            boolean initializeParameters,
            DataType networkType) {
        return new EmbeddingLookupRuntime(graph, name, index, networkType);
    }

    @Override
    public InputType getOutputType(int layerIndex, InputType... inputs) {
        long tokens = inputs[0] instanceof InputType.InputTypeRecurrent r ? r.getTimeSeriesLength() : -1;
        return InputType.recurrent(((InputType.InputTypeFeedForward) inputs[1]).getSize(), tokens, RNNFormat.NWC);
    }

    @Override
    public MemoryReport getMemoryReport(InputType... inputs) {
        return new LayerMemoryReport.Builder(null, EmbeddingLookupVertex.class, inputs[0], getOutputType(-1, inputs))
                .build();
    }
}
