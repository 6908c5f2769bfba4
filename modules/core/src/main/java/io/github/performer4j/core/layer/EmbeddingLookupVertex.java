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
        return new EmbeddingLookupRuntime(graph, name, index, networkType);
    }

    @Override
    public InputType getOutputType(int layerIndex, InputType... inputs) {
        return InputType.recurrent(
                ((InputType.InputTypeFeedForward) inputs[1]).getSize(), tokens(inputs[0]), RNNFormat.NWC);
    }
}
