package io.github.performer4j.core.program;

import io.github.performer4j.core.attention.AttentionOptions;
import io.github.performer4j.core.attention.NodeMask;
import java.util.List;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Attention masked by a graph kernel, with the products of {@link AttentionPart} before and behind it. */
public final class GraphPart {
    private GraphPart() {}

    /** Attention of nodes to each other. */
    public static Value add(
            LayerProgram.Builder program,
            AttentionOptions o,
            Value x,
            Value graph,
            List<Double> modulation,
            NodeMask mask,
            int width) {
        AttentionPart.Attending attending =
                (q, k, v, answers, group, scope) -> program.attendGraph(q, k, v, graph, group, modulation, mask, scope);
        return AttentionPart.add(program, o, x, x, "", width, null, attending);
    }

    /**
     * Returns options for attention over a graph.
     *
     * @throws IllegalArgumentException if they are for sequences, whose tokens have an order, or not linear
     */
    public static AttentionOptions checked(AttentionOptions o) {
        o.groups().values().forEach(GraphPart::check);
        return o;
    }

    private static void check(AttentionOptions o) {
        boolean placed = o.decay() != null || o.window() != 0 || o.rotary() != null || o.grid() != null;
        placed |= o.relative() != null || o.fourier() != null;
        if (o.causal() || placed || o.convolution() != 0) {
            throw new IllegalArgumentException(
                    "attention over a graph is not causal and has no decay, convolution, window,"
                            + " rotary positions, grid, relative or Fourier positions, because nodes have no order; causal="
                            + o.causal()
                            + ", decay="
                            + o.decay() + ", convolution=" + o.convolution() + ", window=" + o.window() + ", rotary="
                            + o.rotary() + ", grid=" + o.grid() + ", relative=" + o.relative() + ", fourier="
                            + o.fourier());
        }
        if (o.prefix() > 0) {
            throw new IllegalArgumentException(
                    "attention over a graph has no exact prefix, because nodes have no order; prefix=" + o.prefix());
        }
        if (o.kind() != AttentionOptions.Kind.LINEAR) {
            throw new IllegalArgumentException(
                    "attention over a graph must be linear, because exact attention would form a matrix of all pairs of nodes; kind="
                            + o.kind());
        }
        if (o.keepsStatistics()) {
            throw new IllegalArgumentException(
                    "attention over a graph keeps no statistics: features are fitted to the nodes at hand; statistics="
                            + o.statistics() + ", featureMap=" + o.featureMap());
        }
    }

    /**
     * Checks what f or λ begins as.
     *
     * @param parameters L, or 1 of rates; 0 as long as it is not known
     * @throws IllegalArgumentException if a weight is not positive and finite, or there are others than parameters
     */
    public static void check(List<Double> modulation, int parameters) {
        if (modulation.stream().anyMatch(f -> !(f > 0 && f < Double.POSITIVE_INFINITY))) {
            throw new IllegalArgumentException(
                    "weights of lengths must be positive and finite; modulation=" + modulation);
        }
        if (parameters > 0 && !modulation.isEmpty() && modulation.size() != parameters) {
            throw new IllegalArgumentException(
                    "a weight must be given for each length of the graph's entries, or one rate of trees; modulation="
                            + modulation + ", lengths=" + parameters);
        }
    }

    private static double[] begin(Op.AttendGraph op, int head) {
        return op.modulation().isEmpty()
                ? op.kind().begin(head, op.options().heads())
                : op.modulation().stream().mapToDouble(Double::doubleValue).toArray();
    }

    /** Begins θ as log f or log λ, and draws a learned projection. The weights of a grid begin as 1. */
    public static void initialize(Op.AttendGraph op, Map<String, INDArray> parameters) {
        INDArray theta = parameters.get(op.parameter());
        for (int h = 0; theta != null && op.graph() != null && h < op.options().heads(); h++) {
            double[] begin = begin(op, h);
            for (int l = 0; l < begin.length; l++) {
                theta.putScalar(h, l, Math.log(begin[l]));
            }
        }
        AttentionPart.drawProjection(parameters.get(op.scope() + Op.Attend.PROJECTION), op.options(), op.headSize());
    }
}
