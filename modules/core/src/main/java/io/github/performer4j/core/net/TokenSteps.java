package io.github.performer4j.core.net;

import io.github.performer4j.core.base.GraphLayer;
import io.github.performer4j.core.base.GraphRuntime;
import io.github.performer4j.core.sides.PairVertexRuntime;
import io.github.performer4j.core.state.SequenceState;
import java.util.Arrays;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;

/**
 * Reads a sequence token by token, or in parts, and tells after each what comes next: the same as the whole sequence, at a cost that does not grow with what came before.
 *
 * <p>Deeplearning4j's {@code rnnTimeStep} does it too, with the same states; this is the way without its workspaces, for one sequence. Nets on kernels go from kernel to kernel, others from layer
 * to layer. Not thread-safe; the net is not to be used otherwise meanwhile.
 */
public final class TokenSteps {
    /** Tokens of a part in which longer texts are read: results are those of any other number, up to rounding. */
    public static final int CHUNK = 256;

    private final Walk walk;
    private final int vocabulary;

    /** One way through a net. */
    interface Walk {
        /**
         * Reads a part.
         *
         * @param state of all layers, brought up to date
         * @param ids tokens from (inclusive) to (exclusive)
         * @param next [V], receives the probabilities behind the last one
         */
        void read(SequenceState state, int[] ids, int from, int to, double[] next);
    }

    /**
     * Takes a net of token ids with one output, a distribution over its vocabulary at each token.
     *
     * @param net initialised; a replica of the caller's own
     * @param vocabulary V
     * @throws IllegalArgumentException if it cannot read in parts, see {@link #obstacle}
     */
    public TokenSteps(ComputationGraph net, int vocabulary) {
        String obstacle = obstacle(net);
        if (obstacle != null) {
            throw new IllegalArgumentException(obstacle);
        }
        this.vocabulary = vocabulary;
        walk = KernelSteps.covers(net) ? new KernelSteps(net) : new ArraySteps(net);
    }

    /** Returns which layer of a net needs its sequence whole, and why; null if none does. */
    public static String obstacle(ComputationGraph net) {
        for (GraphVertex vertex : net.getVertices()) {
            String reason = reason(vertex);
            if (reason != null) {
                return "a net must keep a state to go on token by token; layer=" + vertex.getVertexName() + ", because "
                        + reason;
            }
        }
        return null;
    }

    private static String reason(GraphVertex vertex) {
        if (vertex.isInputVertex() || vertex instanceof PairVertexRuntime) {
            return null;
        }
        Layer layer = vertex.hasLayer() ? vertex.getLayer() : null;
        GraphRuntime runtime = layer == null ? null : GraphRuntime.of(layer).orElse(null);
        if (runtime == null) {
            return "it is none of performer4j's";
        }
        GraphLayer definition = runtime.definition();
        return definition.perToken() ? null : definition.whole();
    }

    /**
     * Reads tokens. In bfloat16, weights are those of the sequence's first single token, rounded.
     *
     * @param state what was read before; brought up to date
     * @param ids [T] token ids
     * @param from first to read
     * @param to behind the last one, greater than {@code from}
     * @param next [V], receives the probabilities of the token behind the last one
     * @throws IllegalArgumentException if there is no token or one outside of the vocabulary, if positions end before {@code to}, or the state is another net's
     * @throws IllegalStateException if random features were drawn anew since the state began
     */
    public void read(SequenceState state, int[] ids, int from, int to, double[] next) {
        require(vocabulary, ids, from, to, next);
        // Tokens that fail leave the state as it was.
        SequenceState reached = to - from > CHUNK ? state.copy() : state.forPart();
        for (int i = from; i < to; i += CHUNK) {
            int end = Math.min(to, i + CHUNK);
            walk.read(reached, ids, i, end, next);
            reached.read(end - i);
        }
        state.become(reached);
    }

    /** Refuses tokens that cannot be read. */
    static void require(int vocabulary, int[] ids, int from, int to, double... next) {
        if (from < 0 || to <= from || to > ids.length) {
            throw new IllegalArgumentException(
                    "a step needs a token; from=" + from + ", to=" + to + ", tokens=" + ids.length);
        }
        if (next.length != vocabulary) {
            throw new IllegalArgumentException(
                    "probabilities need the vocabulary's room; vocabulary=" + vocabulary + ", room=" + next.length);
        }
        for (int i = from; i < to; i++) {
            if (ids[i] < 0 || ids[i] >= vocabulary) {
                throw new IllegalArgumentException("token ids must lie in the vocabulary; token=" + i + ", id=" + ids[i]
                        + ", vocabulary=" + vocabulary);
            }
        }
    }

    /** Returns indices of the vertices that feed each vertex, by its index. */
    static int[][] inputs(GraphVertex[] vertices) {
        int[][] inputs = new int[vertices.length][0];
        for (GraphVertex vertex : vertices) {
            if (!vertex.isInputVertex()) {
                inputs[vertex.getVertexIndex()] = Arrays.stream(vertex.getInputVertices())
                        .mapToInt(input -> input.getVertexIndex())
                        .toArray();
            }
        }
        return inputs;
    }
}
