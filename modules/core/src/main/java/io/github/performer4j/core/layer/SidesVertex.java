package io.github.performer4j.core.layer;

import io.github.performer4j.core.sides.PairVertex;
import io.github.performer4j.core.sides.PairVertexRuntime;
import io.github.performer4j.core.sides.SidesType;
import io.github.performer4j.core.sides.SidesVertexRuntime;
import io.github.performer4j.core.sides.TwoSidedLayer;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * Joins a sequence x [B,Tq,E] and the memory that it attends to, [B,Tk,Em], into the one input that layers of Deeplearning4j have: in front of {@link CrossAttentionLayer},
 * {@link PerformerDecoderBlockLayer} or another {@link TwoSidedLayer}.
 *
 * <pre>
 * .addVertex("sides", new SidesVertex(), "decoder", "encoder")
 * .addLayer("cross", new CrossAttentionLayer.Builder().attention(options).build(), "sides")
 * </pre>
 *
 * <p>Lengths, widths and masks are each side's own. Padded rows of either are 0 behind it. What follows the layer has the mask of x.
 */
public class SidesVertex extends PairVertex {

    @Override
    public GraphVertex clone() {
        return new SidesVertex();
    }

    @Override
    public PairVertexRuntime runtime(ComputationGraph graph, String name, int index, DataType type) {
        return new SidesVertexRuntime(graph, name, index, type);
    }

    @Override
    public InputType getOutputType(int layerIndex, InputType... inputs) {
        return new SidesType(sequence(inputs[0]), sequence(inputs[1]));
    }

    private static InputType.InputTypeRecurrent sequence(InputType input) {
        if (input instanceof InputType.InputTypeRecurrent r && r.getFormat() == RNNFormat.NWC) {
            return r;
        }
        throw new IllegalArgumentException("input must be [B,T,E] (RNNFormat.NWC); input=" + input);
    }
}
