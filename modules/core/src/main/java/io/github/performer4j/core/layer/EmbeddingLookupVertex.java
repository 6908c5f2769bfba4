package io.github.performer4j.core.layer;

import io.github.performer4j.core.base.TokenIds;
import io.github.performer4j.core.sides.PairVertex;
import io.github.performer4j.core.sides.PairVertexRuntime;
import io.github.performer4j.core.table.EmbeddingLookupRuntime;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.buffer.DataType;

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
    public PairVertexRuntime runtime(ComputationGraph graph, String name, int index, DataType type) {
        return new EmbeddingLookupRuntime(graph, name, index, type);
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
