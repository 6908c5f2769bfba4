package io.github.performer4j.core.attention;

import io.github.performer4j.core.feature.FeatureMap;
import io.github.performer4j.core.feature.Features;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;

/**
 * Bidirectional linear attention, {@code out = φ(Q)(φ(K)ᵀV) / φ(Q)(φ(K)ᵀ1)}: O(T·M·D) time, O(T·M) memory.
 *
 * <p>Stabilisers: each query row its own maximum, the keys of a batch item and head one common maximum over the unpadded ones; no
 * gradient flows through either. ε is added after stabilising and only to unpadded keys, whose φ is 0 otherwise. Source: arXiv
 * 2009.14794, equation (4).
 */
public final class LinearAttention {
    private LinearAttention() {}

    /**
     * Defines linear attention.
     *
     * @param in queries, keys, values, mask
     * @param map φ
     * @param features columns M
     * @param w projection, [draws, D]; null for a map without projection
     */
    public static AttentionOutput define(AttentionInput in, FeatureMap map, int features, SDVariable w) {
        SameDiff sd = in.sd();
        FeatureInput f = FeatureInput.of(in, map, features, w);
        SDVariable key = keys(in, f.key(), f.epsilon()); // [BH,Tk,M]
        SDVariable values = in.valuesAndOne(); // [BH,Tk,D+1]
        SDVariable state = sd.mmul(key, values, true, false, false); // [BH,M,D+1]
        SDVariable sums = sd.mmul(f.query(), state); // [BH,Tq,D+1]
        long[] shape = {in.batchHeads(), in.tokens(), in.headSize() + 1};
        boolean bounded = Normalization.bounds(map.epsilon(), in.type());
        return Normalization.divide(
                sd, sums, shape, sd.sum(values, true, 1), 1, bounded && alwaysPositive(f), in.type());
    }

    /** Only features without factors of either sign have denominators that ε bounds from below. */
    static boolean alwaysPositive(FeatureInput f) {
        return f.key().values() == null;
    }

    /** Returns φ of keys with a common stabiliser, with ε and 0 where padded, [BH,T,M]. */
    static SDVariable keys(AttentionInput in, Features k, double epsilon) {
        SameDiff sd = in.sd();
        SDVariable key = k.values();
        SDVariable exponent = exponent(in, k);
        if (exponent != null) {
            SDVariable top = top(in, exponent);
            SDVariable exponential = sd.math().exp(exponent.sub(top));
            key = key == null ? exponential : exponential.mul(key);
        }
        if (epsilon > 0) {
            key = key.add(epsilon);
        }
        return in.mask() == null ? key : key.mul(in.mask());
    }

    /** Returns the common stabiliser of keys, the greatest exponent of one that is real, [BH,1,1]; null where they have none. */
    static SDVariable top(AttentionInput in, Features k) {
        return k.exponential() ? top(in, exponent(in, k)) : null;
    }

    private static SDVariable top(AttentionInput in, SDVariable exponent) {
        return Tensors.stop(in.sd(), in.sd().max(exponent, true, 1, 2));
    }

    private static SDVariable exponent(AttentionInput in, Features k) {
        SDVariable exponent = k.log() != null ? k.log() : k.rowLog();
        return exponent == null || in.mask() == null ? exponent : exponent.add(Tensors.maskLog(in.mask()));
    }
}
