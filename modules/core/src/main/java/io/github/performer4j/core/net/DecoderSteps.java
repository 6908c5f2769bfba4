package io.github.performer4j.core.net;

import io.github.performer4j.core.attention.AttentionOptions;
import io.github.performer4j.core.base.GraphLayer;
import io.github.performer4j.core.base.GraphRuntime;
import io.github.performer4j.core.program.Op;
import io.github.performer4j.core.sides.PairVertexRuntime;
import io.github.performer4j.core.sides.TwoSidedLayer;
import io.github.performer4j.core.state.SequenceState;
import io.github.performer4j.kernels.memory.FloatBlock;
import io.github.performer4j.kernels.memory.Matrix;
import java.lang.ref.Reference;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;

/**
 * Reads a target token by token beside a source that the encoder has read, and tells after each token what comes next: the same as the whole target. A token costs the same at any place, and however long the
 * source is: its state holds the sums over the source that each block attends to.
 *
 * <p>On kernels, for one target. Not thread-safe; the net is not to be used otherwise meanwhile.
 */
public final class DecoderSteps {
    private final KernelSteps steps;
    private final int vocabulary;
    private KernelSteps.Memory hidden; // of the last length

    /**
     * Takes a net of {@link io.github.performer4j.core.model.PerformerConfig} with an encoder.
     *
     * @param net initialised; a replica of the caller's own
     * @param vocabulary V
     * @throws IllegalArgumentException if it cannot, see {@link #obstacle}
     */
    public DecoderSteps(ComputationGraph net, int vocabulary) {
        String obstacle = obstacle(net);
        if (obstacle != null) {
            throw new IllegalArgumentException(obstacle);
        }
        this.vocabulary = vocabulary;
        steps = new KernelSteps(net);
    }

    /** Returns which layer of a net needs its target whole, and why; null if none does. */
    public static String obstacle(ComputationGraph net) {
        Set<Integer> ofSource = KernelSteps.ofSource(net);
        for (GraphVertex vertex : net.getVertices()) {
            String reason = ofSource.contains(vertex.getVertexIndex()) ? null : reason(vertex);
            if (reason != null) {
                return "a net must keep a state to go on token by token; layer=" + vertex.getVertexName() + ", because "
                        + reason;
            }
        }
        return KernelSteps.covers(net) ? null : "a net with a source goes on token by token on the engine cpu only";
    }

    private static String reason(GraphVertex vertex) {
        GraphRuntime runtime =
                vertex.hasLayer() ? GraphRuntime.of(vertex.getLayer()).orElse(null) : null;
        if (runtime == null) {
            return vertex.isInputVertex() || vertex instanceof PairVertexRuntime ? null : "it is none of performer4j's";
        }
        GraphLayer definition = runtime.definition();
        if (!(definition instanceof TwoSidedLayer both)) {
            return definition.perToken() ? null : definition.whole();
        }
        return both.program().ops().stream()
                .map(DecoderSteps::reason)
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
    }

    private static String reason(Op op) {
        if (!(op instanceof Op.Attend attend) || attend.q().side() == attend.k().side()) {
            return op.whole();
        }
        AttentionOptions options = attend.options();
        if (options.kind() != AttentionOptions.Kind.LINEAR) {
            return "its attention to the source is "
                    + options.kind().name().toLowerCase(Locale.ROOT)
                    + ", and only that of linear attention has a state of one size";
        }
        return options.featureMap().fitted().isPresent()
                ? "its features are fitted to queries and keys, which it would have to see at once"
                : null;
    }

    /**
     * Reads tokens of a target.
     *
     * @param state what was read before; brought up to date
     * @param memory what the encoder made of the source, [Ts,E]; read at the start of the target only
     * @param ids [T] token ids
     * @param from first to read
     * @param to behind the last one, greater than {@code from}
     * @param next [V], receives the probabilities of the token behind the last one
     * @throws IllegalArgumentException if there is no token or one outside of the vocabulary, if positions end before {@code to}, or the state is another net's
     * @throws IllegalStateException if random features were drawn anew since the state began
     */
    public void read(SequenceState state, Matrix memory, int[] ids, int from, int to, double[] next) {
        TokenSteps.require(vocabulary, ids, from, to, next);
        SequenceState reached = state.forPart();
        boolean start = state.tokens() == 0;
        KernelSteps.Memory seen = start ? new KernelSteps.Memory(memory, null) : nothing(to - from, memory.columns());
        steps.read(reached, seen, ids, from, to, next);
        reached.read(to - from);
        state.become(reached);
        Reference.reachabilityFence(memory);
    }

    /** Returns rows that hide themselves: the state has what is to be known of the source. */
    private KernelSteps.Memory nothing(int rows, int columns) {
        if (hidden == null || hidden.rows().rows() != rows) {
            FloatBlock zeros = FloatBlock.allocate(rows);
            Matrix none = Matrix.of(FloatBlock.allocate((long) rows * columns), rows, columns);
            for (int r = 0; r < rows; r++) {
                zeros.set(r, 0);
                for (int c = 0; c < columns; c++) {
                    none.set(r, c, 0);
                }
            }
            hidden = new KernelSteps.Memory(none, zeros);
        }
        return hidden;
    }
}
