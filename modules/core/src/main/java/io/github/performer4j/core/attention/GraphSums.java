package io.github.performer4j.core.attention;

import io.github.performer4j.kernels.graph.SparseMasks;
import io.github.performer4j.kernels.mask.Mask;
import io.github.performer4j.kernels.mask.MaskedAttention;
import java.util.Arrays;
import java.util.function.ObjIntConsumer;
import java.util.stream.IntStream;
import org.nd4j.autodiff.samediff.SDVariable;

/** {@code S_i = Σ_j K_ij (φ(q_i)·φ(k_j)) v_j} for every batch item and head, K given by its factors' entries: see {@link MaskedAttention}. Entries have a derivative of 0. */
final class GraphSums extends HostFunction {
    private static final int QUERIES = 0;
    private static final int KEYS = 1;
    private static final int VALUES = 2;
    private static final int WEIGHTS = 3;
    private static final int ENTRIES = 4;
    private static final int ERROR = 5;

    private final String layer;
    private final int batch;
    private final int heads;
    private final int nodes;
    private final int features;
    private final int columns;
    private final int entries;
    private final int lengths;

    private GraphSums(GraphMask graph, SDVariable[] inputs, long[][] shapes) {
        super(graph.entries().getSameDiff(), graph.type(), inputs, shapes, shapes[VALUES]);
        layer = graph.layer();
        heads = graph.heads();
        batch = Math.toIntExact(shapes[VALUES][0]) / heads;
        nodes = Math.toIntExact(shapes[VALUES][1]);
        columns = Math.toIntExact(shapes[VALUES][2]);
        features = Math.toIntExact(shapes[QUERIES][2]);
        entries = Math.toIntExact(graph.count());
        lengths = graph.lengths();
    }

    /**
     * Adds the function.
     *
     * @param q φ(q), [BH,N,M]
     * @param k φ(k), [BH,N,M]
     * @param values [BH,N,C]
     * @param f weights of lengths, [H,L]
     * @return [BH,N,C]
     */
    static SDVariable define(
            GraphMask graph, SDVariable q, SDVariable k, SDVariable values, SDVariable f, long[] shape, long features) {
        long[] mapped = {shape[0], shape[1], features};
        long[][] shapes = {
            mapped,
            mapped,
            shape,
            {graph.heads(), graph.lengths()},
            {shape[0] / graph.heads(), graph.count(), 2 + 2L * graph.lengths()}
        };
        SDVariable[] inputs = {q, k, values, f, graph.entries()};
        return new GraphSums(graph, inputs, shapes).outputVariables()[0];
    }

    @Override
    protected void compute(double[][] inputs, double[][] outputs) {
        MaskedAttention attention = new MaskedAttention(nodes, features, columns);
        each(
                inputs,
                (mask, head) ->
                        attention.forward(mask, head, inputs[QUERIES], inputs[KEYS], inputs[VALUES], outputs[0]));
    }

    @Override
    protected void differentiate(double[][] inputs, double[][] outputs) {
        MaskedAttention attention = new MaskedAttention(nodes, features, columns);
        each(inputs, (mask, head) -> {
            double[] weights = new double[lengths];
            attention.backward(
                    mask,
                    head,
                    inputs[QUERIES],
                    inputs[KEYS],
                    inputs[VALUES],
                    inputs[ERROR],
                    outputs[QUERIES],
                    outputs[KEYS],
                    outputs[VALUES],
                    weights);
            int at = head % heads * lengths;
            for (int l = 0; l < lengths; l++) {
                outputs[WEIGHTS][at + l] += weights[l];
            }
        });
    }

    /** Does something with all batch items of each head, in their order, and with heads in parallel: each has weights of its own, so sums do not depend on threads. */
    private void each(double[][] inputs, ObjIntConsumer<Mask> task) {
        SparseMasks[] graphs = new SparseMasks[batch];
        Arrays.setAll(graphs, b -> masks(inputs[ENTRIES], b));
        IntStream.range(0, heads).parallel().forEach(h -> {
            for (int b = 0; b < batch; b++) {
                task.accept(graphs[b].mask(inputs[WEIGHTS], h * lengths), b * heads + h);
            }
        });
    }

    private SparseMasks masks(double[] numbers, int item) {
        try {
            int offset = item * entries * (2 + 2 * lengths);
            return new SparseMasks(numbers, offset, entries, nodes, lengths);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(e.getMessage() + ", layer=" + layer + ", graph=" + item, e);
        }
    }
}
