package io.github.performer4j.core.net;

import io.github.performer4j.kernels.Kernels;
import io.github.performer4j.kernels.attention.Carried;
import io.github.performer4j.kernels.attention.LinearAttentionSpec;
import io.github.performer4j.kernels.exact.ExactAttentionSpec;
import io.github.performer4j.kernels.exact.PrefixAttentionSpec;
import io.github.performer4j.kernels.memory.FloatBlock;
import io.github.performer4j.kernels.memory.Heads;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Queries and keys as an attention of a net compares them: convolved, normalised, turned by their places, with further columns and temperatures, and scaled, {@code x = q/D^¼}, so that its kernel
 * is exp(x·y) where it is the softmax's.
 *
 * @param layer name of the layer in its net
 * @param queries [H][T][D]
 * @param keys [H][T][D]
 */
public record AttentionRows(String layer, double[][][] queries, double[][][] keys) {

    /**
     * Runs a net on one sequence, in inference, and looks.
     *
     * @param net float32, its layers on our kernels; not used by others meanwhile
     * @param inputs the net's inputs, each with a batch of one and without padding
     * @return one entry for each attention, in the order in which they run
     * @throws IllegalArgumentException if the batch is greater, the net does not run on our kernels, or has no attention on them
     */
    public static List<AttentionRows> of(ComputationGraph net, INDArray... inputs) {
        List<AttentionRows> all = new ArrayList<>();
        NetKernels.run(
                net,
                inputs,
                "what attention compares",
                (layer, own) -> new Looking(own, (q, k) -> all.add(new AttentionRows(layer, rows(q), rows(k)))));
        if (all.isEmpty()) {
            throw new IllegalArgumentException("the net must have attention on kernels; layers=" + net.getNumLayers());
        }
        return all;
    }

    private static double[][][] rows(Heads x) {
        double scale = Math.pow(x.size(), -0.25);
        double[][][] rows = new double[x.heads()][x.tokens()][x.size()];
        float[] row = new float[x.size()];
        for (int h = 0; h < rows.length; h++) {
            for (int t = 0; t < rows[h].length; t++) {
                x.block().read(x.offset() + h * x.headStride() + (long) t * x.tokenStride(), row, 0, row.length);
                for (int l = 0; l < row.length; l++) {
                    rows[h][t][l] = row[l] * scale;
                }
            }
        }
        return rows;
    }

    /** Kernels that show what they are given. */
    private static final class Looking extends ForwardingKernels {
        private final BiConsumer<Heads, Heads> seen;

        Looking(Kernels own, BiConsumer<Heads, Heads> seen) {
            super(own);
            this.seen = seen;
        }

        @Override
        public long attend(LinearAttentionSpec spec, Carried carried, Heads out, FloatBlock saved) {
            seen.accept(spec.q(), spec.k());
            return super.attend(spec, carried, out, saved);
        }

        @Override
        public void attend(ExactAttentionSpec spec, Heads out, FloatBlock saved) {
            seen.accept(spec.q(), spec.k());
            super.attend(spec, out, saved);
        }

        @Override
        public long attend(PrefixAttentionSpec spec, Heads out, FloatBlock saved) {
            seen.accept(spec.all().q(), spec.all().k());
            return super.attend(spec, out, saved);
        }
    }
}
