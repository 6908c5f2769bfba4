package io.github.performer4j.core.program;

import io.github.performer4j.core.attention.AttentionOptions;
import io.github.performer4j.kernels.graph.Modulation;
import java.util.List;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Attention masked by a graph kernel, with the products of {@link AttentionPart} before and behind it. */
public final class GraphPart {
    /** λ of the diffusions that f begins as, if nobody says otherwise: those of the first and the last head. */
    private static final double LEAST = 0.5;

    private static final double GREATEST = 4;

    private GraphPart() {}

    /** Attention of nodes to each other. */
    public static Value add(
            LayerProgram.Builder program,
            AttentionOptions o,
            Value x,
            Value graph,
            List<Double> modulation,
            int width) {
        AttentionPart.Attending attending =
                (q, k, v, answers, group, scope) -> program.attendGraph(q, k, v, graph, group, modulation, scope);
        return AttentionPart.add(program, o, x, x, "", width, null, attending);
    }

    /**
     * Returns options for attention over a graph.
     *
     * @throws IllegalArgumentException if they are for sequences, whose tokens have an order, or not linear
     */
    public static AttentionOptions checked(AttentionOptions o) {
        if (o.causal() || o.decay() != null || o.convolution() != 0 || o.window() != 0 || o.rotary() != null) {
            throw new IllegalArgumentException(
                    "attention over a graph is not causal and has no decay, convolution, window"
                            + " or rotary positions, because nodes have no order; causal=" + o.causal() + ", decay="
                            + o.decay() + ", convolution=" + o.convolution() + ", window=" + o.window() + ", rotary="
                            + o.rotary());
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
        return o;
    }

    /**
     * Checks what f begins as.
     *
     * @param lengths L; 0 as long as it is not known
     * @throws IllegalArgumentException if a weight is not positive and finite, or there are others than lengths
     */
    public static void check(List<Double> modulation, int lengths) {
        if (modulation.stream().anyMatch(f -> !(f > 0 && f < Double.POSITIVE_INFINITY))) {
            throw new IllegalArgumentException(
                    "weights of lengths must be positive and finite; modulation=" + modulation);
        }
        if (lengths > 0 && !modulation.isEmpty() && modulation.size() != lengths) {
            throw new IllegalArgumentException(
                    "a weight must be given for each length of the graph's entries; modulation=" + modulation
                            + ", lengths=" + lengths);
        }
    }

    /** Returns λ of a head: they rise geometrically, so that heads begin with other reaches. */
    private static double rate(int head, int heads) {
        return LEAST * Math.pow(GREATEST / LEAST, heads == 1 ? 0.5 : head / (heads - 1.0));
    }

    /** Begins θ as log f, and draws a learned projection. */
    public static void initialize(Op.AttendGraph op, Map<String, INDArray> parameters) {
        INDArray theta = parameters.get(op.scope() + Op.AttendGraph.MODULATION);
        if (theta != null) {
            int heads = op.options().heads();
            for (int h = 0; h < heads; h++) {
                double[] f = op.modulation().isEmpty()
                        ? Modulation.diffusion(rate(h, heads), op.lengths())
                        : op.modulation().stream()
                                .mapToDouble(Double::doubleValue)
                                .toArray();
                for (int l = 0; l < f.length; l++) {
                    theta.putScalar(h, l, Math.log(f[l]));
                }
            }
        }
        AttentionPart.drawProjection(parameters.get(op.scope() + Op.Attend.PROJECTION), op.options(), op.headSize());
    }
}
