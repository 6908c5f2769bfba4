package io.github.performer4j.core.export;

import io.github.performer4j.core.base.Checks;
import io.github.performer4j.core.base.SequenceLayer;
import io.github.performer4j.core.layer.ContrastLayer;
import io.github.performer4j.core.layer.RowEmbeddingLayer;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A trained net as one plain SameDiff graph, which {@code SameDiff.load} reads with ND4J alone, without performer4j or
 * Deeplearning4j:
 *
 * <pre>
 * SameDiffExport.of(net, new SameDiffInput(1, 128, true)).graph().save(new File("model.fb"), false);
 *
 * SameDiff loaded = SameDiff.load(new File("model.fb"), false);
 * INDArray out = loaded.outputSingle(Map.of("ids", ids, "mask", mask), "head");
 * </pre>
 *
 * <p>Placeholders are {@value #IDS} [B,T] int32, or {@value #ROWS} [B,T,F] where the net begins with floats, and
 * {@value #MASK} [B,T], 1 for real tokens and 0 for padding, both of the net's type. Ids must lie in the vocabulary;
 * padded tokens may hold anything. Each vertex of the net is a variable of its name, so {@code head} is the output and
 * {@code final-norm} the hidden states (a file of SameDiff names no outputs: ask by name); a {@link ContrastLayer}
 * named {@code contrast} has its vectors z in {@code contrast/vectors}. Values are those of {@code net.output}, to
 * rounding.
 *
 * <p>Weights are variables named {@code layer_parameter}, as in Deeplearning4j, and can be trained on: add labels, a
 * loss and a TrainingConfig. There is no dropout. M2.1's gradient of the token lookup takes minutes for thousands of
 * tokens: {@code convertToConstant} the table, unless it is to be trained.
 * Constants are what no gradient reaches: the projections that inference uses at this moment (they are not redrawn),
 * fixed statistics, frozen layers, positions that are not learned.
 *
 * <p>What SameDiff cannot hold is refused by name: feature maps that fit themselves to each sequence, and layers,
 * vertices and activations other than performer4j's, and Deeplearning4j's OutputLayer and RnnOutputLayer (NWC) with
 * softmax, sigmoid, tanh, ReLU or identity. A MultiLayerNetwork's {@code toComputationGraph()} is another net, with other
 * names and another seed, and so with other projections: build what is to be saved as a graph.
 *
 * @param graph has copies of the net's parameters
 * @param shapes of what the vertices give, by name
 */
public record SameDiffExport(SameDiff graph, Map<String, List<Long>> shapes) {
    /** Placeholder of token ids. */
    public static final String IDS = "ids";

    /** Placeholder of rows of floats. */
    public static final String ROWS = "rows";

    /** Placeholder of the mask. */
    public static final String MASK = "mask";

    /** Copies the shapes. */
    public SameDiffExport {
        shapes = Map.copyOf(shapes);
    }

    /**
     * Builds the graph. The net stays as it is.
     *
     * @param net initialised, in float32 or float64, with one input
     * @param input sizes of the graph
     * @throws IllegalArgumentException in one line, naming layer and class, if SameDiff cannot hold the net, or the
     *     sizes do not fit it
     */
    public static SameDiffExport of(ComputationGraph net, SameDiffInput input) {
        List<String> inputs = net.getConfiguration().getNetworkInputs();
        if (inputs.size() != 1) {
            throw new IllegalArgumentException(
                    "a net must have one input to become a SameDiff graph; inputs=" + inputs);
        }
        for (String name : List.of(IDS, ROWS, MASK)) {
            if (net.getConfiguration().getVertices().containsKey(name)) {
                throw new IllegalArgumentException("a layer must not have a placeholder's name; layer=" + name);
            }
        }
        DataType type = net.params().dataType();
        Checks.floats(type, inputs.get(0));
        SameDiff sd = SameDiff.create();
        ExportedVertices vertices = new ExportedVertices(net, sd, type);
        vertices.put(inputs.get(0), entrance(net, sd, type, input));
        for (int index : net.topologicalSortOrder()) {
            String name = net.getVertices()[index].getVertexName();
            if (!name.equals(inputs.get(0))) {
                vertices.add(name);
            }
        }
        return new SameDiffExport(sd, vertices.shapes());
    }

    /** Adds the placeholders; rows of floats are 0 in padded tokens, whatever stands there, and so are ids. */
    private static Exported entrance(ComputationGraph net, SameDiff sd, DataType type, SameDiffInput input) {
        long batch = input.batch();
        long tokens = input.tokens();
        int size = rowSize(net);
        SDVariable mask;
        if (size == 0) {
            SDVariable ids = sd.placeHolder(IDS, DataType.INT32, batch, tokens);
            mask = input.masked() ? sd.placeHolder(MASK, type, batch, tokens) : null;
            SDVariable real = mask == null ? ids : ids.mul(mask.castTo(DataType.INT32));
            return new Exported(real, mask, batch, tokens);
        }
        SDVariable rows = sd.placeHolder(ROWS, type, batch, tokens, size);
        if (!input.masked()) {
            return new Exported(rows, null, batch, tokens, size);
        }
        mask = sd.placeHolder(MASK, type, batch, tokens);
        SDVariable each = mask.reshape(batch, tokens, 1).mul(sd.constant(Nd4j.ones(type, 1, 1, size)));
        SDVariable zeros = sd.constant(Nd4j.zeros(type, batch, tokens, size));
        return new Exported(sd.where(rows, zeros, sd.gt(each, 0.5)), mask, batch, tokens, size); // 0 · NaN would be NaN
    }

    /** Returns F, what a row of the input holds; 0 for token ids. */
    private static int rowSize(ComputationGraph net) {
        String input = net.getConfiguration().getNetworkInputs().get(0);
        for (Map.Entry<String, List<String>> vertex :
                net.getConfiguration().getVertexInputs().entrySet()) {
            if (vertex.getValue().contains(input)
                    && net.getConfiguration().getVertices().get(vertex.getKey()) instanceof LayerVertex first) {
                Layer layer = ExportedVertices.plain(first.getLayerConf().getLayer());
                if (layer instanceof RowEmbeddingLayer rows) {
                    return rows.getSize();
                }
                if (layer instanceof SequenceLayer sequences && sequences.tokenDimension() == 1) {
                    return sequences.getWidth();
                }
            }
        }
        return 0;
    }
}
