package io.github.performer4j.core.layer;

import io.github.performer4j.core.sides.PairVertex;
import io.github.performer4j.core.sides.PairVertexRuntime;
import io.github.performer4j.core.table.TiedLogitsRuntime;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * Logits from the table of the embedding (weight tying, arXiv 1608.05859): inputs x [B,T,E] and W [V,E], output {@code x Wᵀ} [B,T,V].
 *
 * <p>There is no bias. {@link TokenLossLayer} follows.
 */
public class TiedLogitsVertex extends PairVertex {

    @Override
    public GraphVertex clone() {
        return new TiedLogitsVertex();
    }

    @Override
    public PairVertexRuntime runtime(ComputationGraph graph, String name, int index, DataType type) {
        return new TiedLogitsRuntime(graph, name, index, type);
    }

    @Override
    public InputType getOutputType(int layerIndex, InputType... inputs) {
        if (inputs[0] instanceof InputType.InputTypeRecurrent r && r.getFormat() == RNNFormat.NCW) {
            throw new IllegalArgumentException("input must be [B,T,E] (RNNFormat.NWC); input=" + inputs[0]);
        }
        return InputType.recurrent(-1, tokens(inputs[0]), RNNFormat.NWC);
    }
}
