package io.github.performer4j.core.cpu;

import io.github.performer4j.core.attention.AttentionOptions;
import io.github.performer4j.core.program.Op;
import io.github.performer4j.kernels.attention.HeadMasks;
import io.github.performer4j.kernels.exact.OffsetBias;
import io.github.performer4j.kernels.mask.Mask;
import io.github.performer4j.kernels.mask.Offsets;
import io.github.performer4j.kernels.memory.Matrix;
import java.util.List;

/** b of relative positions [H,P] in a pass, as kernels see it: by offset in exact attention, as masks e^b in linear attention; and its gradient, summed over a batch in its order. */
final class RelativeTable implements OffsetBias, HeadMasks {
    private final Offsets offsets;
    private final int heads;
    private final int[] byOffset; // parameter of each offset of exact attention
    private final double[] parameters; // [H,P]
    private final int places;
    private final Mask[] masks; // of heads, once they are asked for
    private final double[][] derivatives; // of each item and head

    /**
     * Reads b.
     *
     * @param table [H,P]
     * @param queries Tq, the last of the keys' places
     * @param keys Tk
     */
    RelativeTable(Op.Attend op, Matrix table, int batch, int queries, int keys) {
        AttentionOptions options = op.options();
        offsets = options.relative().offsets(options.causal());
        heads = options.heads();
        byOffset = offsets.table(queries, keys);
        places = queries;
        int each = offsets.parameters();
        parameters = new double[heads * each];
        for (int i = 0; i < parameters.length; i++) {
            parameters[i] = table.get(i / each, i % each);
        }
        masks = new Mask[heads];
        derivatives = new double[batch * heads][];
    }

    /** Makes the masks of linear attention. */
    RelativeTable asMasks() {
        for (int h = 0; h < heads; h++) {
            masks[h] = offsets.mask(places, parameters, h * offsets.parameters());
        }
        return this;
    }

    @Override
    public Mask mask(int item, int head) {
        return masks[head];
    }

    @Override
    public float[] of(int head) {
        float[] bias = new float[byOffset.length];
        for (int u = 0; u < bias.length; u++) {
            bias[u] = (float) parameters[head * offsets.parameters() + byOffset[u]];
        }
        return bias;
    }

    @Override
    public boolean learned() {
        return true;
    }

    @Override
    public void derivative(int item, int head, double... d) {
        derivatives[item * heads + head] = d;
    }

    /** Writes the gradient of b, [H,P], from derivatives by parameter, or by offset. */
    void finish(Matrix gradient) {
        finish(List.of(this), gradient);
    }

    /** Writes the gradient of b of several sequences, in their order. */
    static void finish(List<RelativeTable> all, Matrix gradient) {
        int each = all.get(0).offsets.parameters();
        for (int h = 0; h < all.get(0).heads; h++) {
            double[] sums = new double[each];
            for (RelativeTable one : all) {
                one.add(h, sums);
            }
            for (int p = 0; p < each; p++) {
                gradient.set(h, p, (float) sums[p]);
            }
        }
    }

    private void add(int h, double... sums) {
        for (int i = h; i < derivatives.length; i += heads) {
            double[] d = derivatives[i];
            for (int u = 0; u < d.length; u++) {
                sums[masks[h] == null ? byOffset[u] : u] += d[u];
            }
        }
    }
}
