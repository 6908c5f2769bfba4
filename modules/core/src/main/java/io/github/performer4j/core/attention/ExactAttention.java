package io.github.performer4j.core.attention;

import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;

/**
 * Exact softmax attention, {@code out = softmax(QKᵀ/√D + log mask) V}: O(T²·D) time and O(T²) memory.
 *
 * <p>The yardstick of the linear kinds, and faster than they are for short sequences. A row that sees no key returns 0. Source: Vaswani et al., arXiv 1706.03762.
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
        SDVariable scores = sd.mmul(in.q(), in.k(), false, true, false).mul(1 / Math.sqrt(in.headSize())); // [BH,T,T]
        if (causal) {
            SDVariable seen = Tensors.lowerTriangle(sd, in.type(), in.tokens(), 0);
            scores = scores.add(Tensors.maskLog(seen));
        }
        if (in.mask() != null) {
            scores = scores.add(sd.permute(Tensors.maskLog(in.mask()), 0, 2, 1));
        }
        SDVariable weights = sd.nn().softmax(scores, 2);
        if (in.mask() != null) {
            weights = weights.mul(seesAKey(in, causal));
        }
        return new AttentionOutput(sd.mmul(weights, in.v()), sd.sum(Tensors.zeros(sd, in.type(), 1)));
    }

    private static SDVariable seesAKey(AttentionInput in, boolean causal) {
        SameDiff sd = in.sd();
        SDVariable count = causal ? sd.cumsum(in.mask(), false, false, 1) : sd.sum(in.mask(), true, 1);
        return sd.gt(count, 0.5).castTo(in.type()); // [BH,T|1,1]
    }
}
