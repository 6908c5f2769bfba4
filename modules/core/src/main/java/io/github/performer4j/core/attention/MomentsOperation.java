package io.github.performer4j.core.attention;

import io.github.performer4j.core.feature.Moments;
import org.nd4j.autodiff.samediff.SDVariable;

/**
 * Sums over the unpadded queries and keys of each head, over all batch items: what {@link Moments#ofSums} reads, of queries and then of keys, [H,2(1+D+D²)].
 */
public final class MomentsOperation extends HostOperation {
    private final int heads;
    private final int batchHeads;
    private final int tokens;
    private final int size;

    private MomentsOperation(AttentionInput in, int heads, SDVariable[] inputs) {
        super(in.sd(), inputs, in.type(), new long[] {heads, 2L * Moments.sumsLength(in.headSize())});
        this.heads = heads;
        this.batchHeads = (int) in.batchHeads();
        this.tokens = (int) in.tokens();
        this.size = in.headSize();
    }

    /**
     * Adds the operation.
     *
     * @param heads H
     * @return the sums
     */
    public static SDVariable define(AttentionInput in, int heads) {
        return new MomentsOperation(in, heads, inputs(in, in.q(), in.k())).outputVariables()[0];
    }

    @Override
    protected void compute(double[][] inputs, double[][] outputs) {
        int length = Moments.sumsLength(size);
        for (int which = 0; which < 2; which++) {
            HeadRows rows = new HeadRows(inputs[which], inputs.length > 2 ? inputs[2] : null, tokens, size);
            for (int i = 0; i < batchHeads; i++) {
                add(rows.visible(i), outputs[0], (i % heads * 2 + which) * length);
            }
        }
    }

    private void add(double[][] rows, double[] sum, int at) {
        sum[at] += rows.length;
        for (double[] row : rows) {
            for (int i = 0; i < size; i++) {
                sum[at + 1 + i] += row[i];
                for (int j = 0; j < size; j++) {
                    sum[at + 1 + size + i * size + j] += row[i] * row[j];
                }
            }
        }
    }
}
