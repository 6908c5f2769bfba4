package io.github.performer4j.core.attention;

import io.github.performer4j.core.feature.Moments;
import org.nd4j.autodiff.samediff.SDVariable;

/**
 * Sums over the unpadded queries and keys of each head, over all batch items: what {@link Moments#ofSums} reads, of queries and then of keys, [H,2(1+D+D²)].
 */
public final class MomentsOperation extends HeadsOperation {
    private final int heads;

    private MomentsOperation(AttentionInput in, int heads, SDVariable[] inputs) {
        super(in, inputs, new long[] {heads, 2L * Moments.sumsLength(in.headSize())});
        this.heads = heads;
    }

    /**
     * Adds the operation.
     *
     * @param heads H
     * @return the sums
     */
    public static SDVariable define(AttentionInput in, int heads) {
        return new MomentsOperation(in, heads, withMasks(in, in.q(), in.k())).outputVariables()[0];
    }

    @Override
    protected void compute(double[][] inputs, double[][] outputs) {
        int length = Moments.sumsLength(size);
        for (int which = 0; which < 2; which++) {
            HeadRows rows = which == 0 ? queries(inputs, 0) : keys(inputs, 1);
            for (int i = 0; i < batchHeads; i++) {
                Moments.addSums(rows.visible(i), outputs[0], (i % heads * 2 + which) * length);
            }
        }
    }
}
