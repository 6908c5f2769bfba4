package io.github.performer4j.core.attention;

import io.github.performer4j.kernels.exact.Window;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Exact softmax attention, {@code out = softmax(QKᵀ/√D + b + log mask) V}: O(T²·D) time and O(T²) memory.
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
        return define(in, within(in, causal));
    }

    /** Returns what causal attention sees as a window; null for all keys. */
    public static Window within(AttentionInput in, boolean causal) {
        return causal ? new Window(Math.toIntExact(in.tokens()), 0) : null;
    }

    /**
     * Defines exact attention within a window, as what all keys are seen through: O(T²), too.
     *
     * @param in queries, keys, values, mask; the queries are the last of the keys' places
     * @param window which keys a query sees by their distance; null for all
     */
    public static AttentionOutput define(AttentionInput in, Window window) {
        return define(in, window, null);
    }

    /**
     * The same with relative positions.
     *
     * @param bias b, [BH,Tq,Tk]; null for none
     */
    public static AttentionOutput define(AttentionInput in, Window window, SDVariable bias) {
        SameDiff sd = in.sd();
        SDVariable scores = scores(in);
        scores = bias == null ? scores : scores.add(bias);
        SDVariable band = window == null ? null : band(in, window);
        if (band != null) {
            scores = scores.add(Tensors.maskLog(band));
        }
        scores = masked(in, scores);
        SDVariable top = Tensors.stop(sd, sd.max(scores, true, 2));
        SDVariable sums = sd.mmul(sd.math().exp(scores.sub(top)), in.valuesAndOne()); // [BH,Tq,D+1]
        SDVariable sees = in.mask() == null ? null : seesAKey(in, band);
        sums = sees == null ? sums : sums.mul(sees);
        long[] shape = {in.batchHeads(), in.tokens(), in.headSize() + 1};
        SDVariable numerator = Tensors.columns(sd, sums, shape, 0, in.headSize()); // [BH,Tq,D]
        SDVariable denominator = Tensors.columns(sd, sums, shape, in.headSize(), in.headSize() + 1); // [BH,Tq,1]
        denominator = sees == null ? denominator : denominator.add(sees.mul(-1).add(1)); // 1 where no key is seen
        return new AttentionOutput(numerator.div(denominator), sd.sum(Tensors.zeros(sd, in.type(), 1)));
    }

    /** Returns s_ij = q_i·k_j/√D, [BH,Tq,Tk]. */
    static SDVariable scores(AttentionInput in) {
        return in.sd().mmul(in.q(), in.k(), false, true, false).mul(1 / Math.sqrt(in.keySize()));
    }

    /** Returns scores that are as good as −∞ for padded keys. */
    static SDVariable masked(AttentionInput in, SDVariable scores) {
        return in.mask() == null ? scores : scores.add(in.sd().permute(Tensors.maskLog(in.mask()), 0, 2, 1));
    }

    /** Returns 1 for the keys within the window of each query, else 0, [1,Tq,Tk]. */
    private static SDVariable band(AttentionInput in, Window window) {
        int queries = Math.toIntExact(in.tokens());
        int keys = Math.toIntExact(in.keyTokens());
        double[][] seen = new double[queries][keys];
        for (int t = 0; t < queries; t++) {
            for (int j = 0; j < keys; j++) {
                seen[t][j] = window.sees(t + keys - queries, j) ? 1 : 0;
            }
        }
        return in.sd().constant(Nd4j.create(seen).castTo(in.type()).reshape(1, queries, keys));
    }

    /** Returns 1 for queries that see a key, else 0, [BH,Tq|1,1]. */
    private static SDVariable seesAKey(AttentionInput in, SDVariable band) {
        SameDiff sd = in.sd();
        SDVariable count = band == null
                ? sd.sum(in.mask(), true, 1)
                : sd.mmul(band.mul(Tensors.full(sd, in.type(), 1, in.batchHeads(), 1, 1)), in.mask());
        return sd.gt(count, 0.5).castTo(in.type());
    }
}
