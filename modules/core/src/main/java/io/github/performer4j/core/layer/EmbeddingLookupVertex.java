package io.github.performer4j.core.layer;

import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Looks up token ids in the table of an {@link EmbeddingTableLayer}: inputs ids [B,T] and W [V,E], output [B,T,E].
 *
 * <p>Backward adds each token's gradient to its row of the table, in token order. Padded tokens give 0 and get no gradient.
 */
public class EmbeddingLookupVertex extends PairVertex {

    @Override
    public GraphVertex clone() {
        return new EmbeddingLookupVertex();
    }

    @Override
    public org.deeplearning4j.nn.graph.vertex.GraphVertex instantiate(
            ComputationGraph graph,
            String name,
            int index,
            INDArray parametersView,
            boolean initializeParameters,
            DataType networkType) {
        Checks.floats(networkType, name);
        return new EmbeddingLookupRuntime(graph, name, index, networkType);
    }

    @Override
    public InputType getOutputType(int layerIndex, InputType... inputs) {
        TokenIds.format(inputs[0], "embedding lookup");
        if (!(inputs[1] instanceof InputType.InputTypeFeedForward table)) {
            throw new IllegalArgumentException(
                    "the second input must be a table [V,E], that of an EmbeddingTableLayer; input=" + inputs[1]);
        }
        return InputType.recurrent(table.getSize(), tokens(inputs[0]), RNNFormat.NWC);
    }
}
