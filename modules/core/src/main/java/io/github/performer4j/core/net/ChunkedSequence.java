package io.github.performer4j.core.net;

import io.github.performer4j.core.base.GraphLayer;
import io.github.performer4j.core.base.MicroBatch;
import io.github.performer4j.core.base.SequenceParts;
import io.github.performer4j.core.base.WholeSequence;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.layers.RecurrentLayer;
import org.deeplearning4j.nn.conf.BackpropType;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.deeplearning4j.nn.graph.vertex.impl.ElementWiseVertex;
import org.deeplearning4j.nn.graph.vertex.impl.InputVertex;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Exact gradients of a causal net over sequences in chunks, in the memory of one chunk (Likhosherstov et al.: <em>Sub-Linear Memory: How to Make Performers SLiM</em>, arXiv 2012.11346):
 *
 * <pre>
 * forward    U_{c+1} = state of all layers behind chunk c, from U_c;   c = 0 … C−2, only states are kept
 * backward   c = C−1 … 0:  chunk c forward again from U_c, and back with the loss of the chunk and G_{c+1}, which gives G_c and adds to the gradient of the parameters
 * </pre>
 *
 * <p>G_c is the gradient of the loss of chunk c and of all behind it with respect to U_c. States are kept for every chunk: going back by subtraction fails where attention decays or changes its
 * scale.
 *
 * <pre>{@code
 * try (ChunkedSequence chunks = new ChunkedSequence(net)) {
 *     for (int c = 0; c + 1 < n; c++) { setMasks(net, c); chunks.forward(features(c)); }
 *     for (int c = n - 1; c >= 0; c--) {
 *         chunks.beginBackward(c, factor(c));
 *         net.setInputs(…); net.setLabels(…);
 *         net.computeGradientAndScore();
 *         chunks.endBackward();
 *     }
 * }
 * }</pre>
 *
 * <p>The net belongs to it until it is closed. Not thread-safe.
 */
public final class ChunkedSequence implements AutoCloseable {
    private static final int CHUNK_SHIFT = 16;
    private static final String OURS = "io.github.performer4j.";

    private final ComputationGraph net;
    private final BackpropType type;
    private final int back;
    private final int microBatch;
    private final Map<String, SequenceParts> layers = new LinkedHashMap<>();
    private final List<Map<String, Map<String, INDArray>>> states = new ArrayList<>(); // U_0, U_1, …
    private Map<String, Map<String, INDArray>> behind = Map.of(); // G_{c+1}

    /**
     * Begins.
     *
     * @param net initialised
     * @throws IllegalArgumentException if a layer mixes tokens and has no state through which gradients go
     */
    public ChunkedSequence(ComputationGraph net) {
        this(net, 0);
    }

    /**
     * Begins.
     *
     * @param microBatch position within the iteration: chunks of each drop entries of their own, see {@link MicroBatch}
     * @throws IllegalArgumentException if a layer mixes tokens and has no state through which gradients go
     */
    public ChunkedSequence(ComputationGraph net, int microBatch) {
        for (GraphVertex vertex : net.getVertices()) {
            admit(vertex);
            if (vertex.hasLayer() && vertex.getLayer() instanceof SequenceParts parts) {
                layers.put(vertex.getVertexName(), parts);
            }
        }
        this.net = net;
        this.microBatch = microBatch;
        type = net.getConfiguration().getBackpropType();
        back = net.getConfiguration().getTbpttBackLength();
        net.getConfiguration().setBackpropType(BackpropType.TruncatedBPTT); // whose passes go by the layers' states
        net.getConfiguration().setTbpttBackLength(Integer.MAX_VALUE);
        for (Layer layer : net.getLayers()) { // as Deeplearning4j does before it differentiates: counts name the draws
            layer.setIterationCount(net.getConfiguration().getIterationCount());
            layer.setEpochCount(net.getConfiguration().getEpochCount());
        }
        layers.values().forEach(layer -> layer.rnnSetTBPTTState(Map.of()));
        states.add(Map.of());
    }

    private static void admit(GraphVertex vertex) {
        String refused = null;
        if (vertex.hasLayer()) {
            Layer layer = vertex.getLayer();
            boolean state = layer instanceof SequenceParts;
            if (layer instanceof WholeSequence && layer.conf().getLayer() instanceof GraphLayer own) {
                refused = own.whole();
            } else if (layer instanceof RecurrentLayer && !state) {
                refused = "it mixes tokens";
            } else if (!state && !ours(layer)) {
                refused = "it is frozen, or none of performer4j's";
            }
        } else if (!(vertex instanceof InputVertex || vertex instanceof ElementWiseVertex) && !ours(vertex)) {
            refused = "it is none of performer4j's";
        }
        if (refused != null) {
            throw new IllegalArgumentException(
                    "sequences go in chunks only through layers that carry a state and let gradients through it; layer="
                            + vertex.getVertexName() + ", because " + refused);
        }
    }

    private static boolean ours(Object part) {
        return part.getClass().getName().startsWith(OURS);
    }

    /** Runs the next chunk forward, for training, to the state behind it. Masks are the net's. */
    public void forward(INDArray... features) {
        number(states.size() - 1);
        net.rnnActivateUsingStoredState(features, true, true);
        states.add(state());
    }

    private void number(int chunk) {
        MicroBatch.set(net, microBatch + (chunk << CHUNK_SHIFT));
    }

    private Map<String, Map<String, INDArray>> state() {
        Map<String, Map<String, INDArray>> all = new LinkedHashMap<>();
        layers.forEach((name, layer) -> all.put(name, layer.rnnGetTBPTTState()));
        return all;
    }

    /**
     * Makes the net's next {@code computeGradientAndScore} that of a chunk; from the last to the first.
     *
     * @param chunk c, whose state before it {@link #forward} has reached
     * @param factor by which the gradients from behind are multiplied: the scale of this chunk's loss over that of the one behind it, where these are means over unlike numbers of tokens
     */
    public void beginBackward(int chunk, double factor) {
        number(chunk);
        layers.forEach((name, layer) -> {
            layer.rnnSetTBPTTState(states.get(chunk).getOrDefault(name, Map.of()));
            Map<String, INDArray> gradients = new LinkedHashMap<>();
            behind.getOrDefault(name, Map.of()).forEach((array, gradient) -> {
                if (gradient != null) {
                    gradients.put(array, factor == 1 ? gradient : gradient.muli(factor));
                }
            });
            layer.letThrough(gradients);
        });
        while (states.size() > chunk + 1) {
            states.remove(states.size() - 1); // done with
        }
    }

    /**
     * Takes the gradients of the state before the chunk that was just differentiated.
     *
     * @throws IllegalStateException if the engine lets none through
     */
    public void endBackward() {
        Map<String, Map<String, INDArray>> gradients = new LinkedHashMap<>();
        layers.forEach((name, layer) -> gradients.put(name, layer.gradientBefore()));
        behind = gradients;
    }

    /** Makes the net what it was. */
    @Override
    public void close() {
        number(0);
        net.getConfiguration().setBackpropType(type);
        net.getConfiguration().setTbpttBackLength(back);
        layers.values().forEach(layer -> {
            layer.letThrough(null);
            layer.rnnSetTBPTTState(Map.of());
        });
    }
}
