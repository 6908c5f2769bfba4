package io.github.performer4j.core.attention;

import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;

/**
 * Exact softmax attention, {@code out = softmax(QKᵀ/√D + log mask) V}: O(T²·D) time and O(T²) memory.
 *
 * <p>The yardstick of the linear kinds, and faster than they are for short sequences. Written with a maximum of its own because the
 * gradient of M2.1's softmax exponentiates unshifted scores: large ones overflow, and a row that sees no key is 0/0. Such a row returns
 * 0 here. Source: Vaswani et al., arXiv 1706.03762.
 */
public final class ExactAttention {
    private ExactAttention() {}

    /**
     * Defines exact attention.
     *
     * @param in queries, keys, values, mask
     * @param causal whether token t sees only tokens j ≤ t
     */
    public static AttentionOutput define(AttentionInput in, boolean causal) {
        SameDiff sd = in.sd();
        SDVariable scores = sd.mmul(in.q(), in.k(), false, true, false).mul(1 / Math.sqrt(in.headSize())); // [BH,Tq,Tk]
        if (causal) {
            SDVariable seen = Tensors.lowerTriangle(sd, in.type(), in.tokens(), 0);
            scores = scores.add(Tensors.maskLog(seen));
        }
        if (in.mask() != null) {
            scores = scores.add(sd.permute(Tensors.maskLog(in.mask()), 0, 2, 1));
        }
        SDVariable top = Tensors.stop(sd, sd.max(scores, true, 2));
        SDVariable sums = sd.mmul(sd.math().exp(scores.sub(top)), in.valuesAndOne()); // [BH,Tq,D+1]
        SDVariable sees = in.mask() == null ? null : seesAKey(in, causal);
        sums = sees == null ? sums : sums.mul(sees);
        long[] shape = {in.batchHeads(), in.tokens(), in.headSize() + 1};
        SDVariable numerator = Tensors.columns(sd, sums, shape, 0, in.headSize()); // [BH,Tq,D]
        SDVariable denominator = Tensors.columns(sd, sums, shape, in.headSize(), in.headSize() + 1); // [BH,Tq,1]
        denominator = sees == null ? denominator : denominator.add(sees.mul(-1).add(1)); // 1 where no key is seen
        return new AttentionOutput(numerator.div(denominator), sd.sum(Tensors.zeros(sd, in.type(), 1)));
    }

    private static SDVariable seesAKey(AttentionInput in, boolean causal) {
        SameDiff sd = in.sd();
        SDVariable count = causal ? sd.cumsum(in.mask(), false, false, 1) : sd.sum(in.mask(), true, 1);
        return sd.gt(count, 0.5).castTo(in.type()); // [BH,Tq|1,1]
    }
}
