package io.github.performer4j.core.attention;

import io.github.performer4j.kernels.mask.Mask;
import java.util.function.ObjIntConsumer;
import java.util.stream.IntStream;
import org.nd4j.autodiff.samediff.SDVariable;

/** {@code S_i = Σ_j K_ij (φ(q_i)·φ(k_j)) v_j} for every batch item and head, K a mask with structure: see {@link io.github.performer4j.kernels.mask.MaskedAttention}. What items say has a derivative of 0. */
final class MaskedSums extends HostFunction {
    private static final int QUERIES = 0;
    private static final int KEYS = 1;
    private static final int VALUES = 2;
    private static final int PARAMETERS = 3;
    private static final int ROWS = 4; // where the kind reads any

    private final MaskKind kind;
    private final String layer;
    private final int batch;
    private final int heads;
    private final int places;
    private final int features;
    private final int columns;
    private final int count;
    private final boolean rows;

    private MaskedSums(GraphMask graph, SDVariable[] inputs, long[][] shapes) {
        super(inputs[QUERIES].getSameDiff(), graph.type(), inputs, shapes, shapes[VALUES]);
        kind = graph.kind();
        layer = graph.layer();
        heads = graph.heads();
        batch = Math.toIntExact(shapes[VALUES][0]) / heads;
        places = Math.toIntExact(shapes[VALUES][1]);
        columns = Math.toIntExact(shapes[VALUES][2]);
        features = Math.toIntExact(shapes[QUERIES][2]);
        count = Math.toIntExact(graph.count());
        rows = graph.rows() != null;
    }

    /**
     * Adds the function.
     *
     * @param q φ(q), [BH,T,M]
     * @param k φ(k), [BH,T,M]
     * @param values [BH,T,C]
     * @param parameters of the masks, [H,P]
     * @return [BH,T,C]
     */
    static SDVariable define(
            GraphMask graph,
            SDVariable q,
            SDVariable k,
            SDVariable values,
            SDVariable parameters,
            long[] shape,
            long features) {
        long[] mapped = {shape[0], shape[1], features};
        long[] own = {graph.heads(), graph.kind().parameters()};
        if (graph.rows() == null) {
            SDVariable[] inputs = {q, k, values, parameters};
            return new MaskedSums(graph, inputs, new long[][] {mapped, mapped, shape, own}).outputVariables()[0];
        }
        long[] said = {shape[0] / graph.heads(), graph.count(), graph.width()};
        SDVariable[] inputs = {q, k, values, parameters, graph.rows()};
        return new MaskedSums(graph, inputs, new long[][] {mapped, mapped, shape, own, said}).outputVariables()[0];
    }

    @Override
    protected void compute(double[][] inputs, double[][] outputs) {
        each(
                inputs,
                (mask, head) -> mask.attention(features, columns)
                        .forward(head, inputs[QUERIES], inputs[KEYS], inputs[VALUES], outputs[0]));
    }

    @Override
    protected void differentiate(double[][] inputs, double[][] outputs) {
        double[] error = inputs[inputs.length - 1];
        each(inputs, (mask, head) -> {
            double[] own = new double[mask.parameters()];
            mask.attention(features, columns)
                    .backward(
                            head,
                            inputs[QUERIES],
                            inputs[KEYS],
                            inputs[VALUES],
                            error,
                            outputs[QUERIES],
                            outputs[KEYS],
                            outputs[VALUES],
                            own);
            int at = head % heads * own.length;
            for (int p = 0; p < own.length; p++) {
                outputs[PARAMETERS][at + p] += own[p];
            }
        });
    }

    /** Does something with all batch items of each head, in their order, and with heads in parallel: each has parameters of its own, so sums do not depend on threads. */
    private void each(double[][] inputs, ObjIntConsumer<Mask> task) {
        MaskBatch masks = new MaskBatch(
                kind, rows ? inputs[ROWS] : null, count, batch, places, inputs[PARAMETERS], ", layer=" + layer);
        IntStream.range(0, heads).parallel().forEach(h -> {
            for (int b = 0; b < batch; b++) {
                task.accept(masks.mask(b, h), b * heads + h);
            }
        });
    }
}
