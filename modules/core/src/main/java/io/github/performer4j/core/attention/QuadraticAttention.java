package io.github.performer4j.core.attention;

import io.github.performer4j.core.feature.FeatureMap;
import io.github.performer4j.core.feature.Features;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;

/**
 * The oracle of linear attention: the same features, every weight written out,
 * {@code A_tj = Σ_i φ_i(q_t) (φ_i(k_j) e^{−c_t} + ε)}, {@code out_t = Σ_j A_tj v_j / Σ_j A_tj} over the visible j.
 *
 * <p>c_t is the maximum of the exponents of the keys that row t sees: all unpadded keys, or those with j ≤ t in causal mode. Takes
 * O(Tq·Tk·M) memory in causal mode: for tests and for reading, not for use.
 */
public final class QuadraticAttention {
    private QuadraticAttention() {}

    /**
     * Defines attention with all its weights.
     *
     * @param in queries, keys, values, mask
     * @param map φ
     * @param features columns M
     * @param w projection, [draws, D]; null for a map without projection
     * @param causal whether token t sees only tokens j ≤ t
     */
    public static AttentionOutput define(
            AttentionInput in, FeatureMap map, int features, SDVariable w, boolean causal) {
        SameDiff sd = in.sd();
        long n = in.batchHeads();
        long t = in.tokens();
        long j = in.keyTokens();
        FeatureInput f = FeatureInput.of(in, map, features, w);
        SDVariable visible = causal
                ? Tensors.lowerTriangle(sd, in.type(), t, 0)
                : Tensors.full(sd, in.type(), 1, 1, t, j); // [1,Tq,Tk]
        visible = visible.mul(Tensors.full(sd, in.type(), 1, n, 1, 1)); // [BH,Tq,Tk]
        if (in.mask() != null) {
            visible = visible.mul(sd.permute(in.mask(), 0, 2, 1));
        }
        SDVariable key = keys(in, f, visible).reshape(n, t, j, f.columns()); // [BH,Tq,Tk,M]
        SDVariable query = f.query().reshape(n, t, 1, f.columns());
        SDVariable weights = sd.sum(query.mul(key), 3).mul(visible); // [BH,Tq,Tk]
        SDVariable values = in.valuesAndOne();
        SDVariable sums = sd.mmul(weights, values); // [BH,Tq,D+1]
        SDVariable seen = sd.mmul(visible, values); // [BH,Tq,D+1]
        long[] shape = {n, t, in.headSize() + 1};
        return Normalization.divide(sd, sums, shape, seen, t, false, in.type());
    }

    private static SDVariable keys(AttentionInput in, FeatureInput f, SDVariable visible) {
        SameDiff sd = in.sd();
        long n = in.batchHeads();
        long t = in.tokens();
        long j = in.keyTokens();
        Features k = f.key();
        long width = k.log() != null ? f.columns() : 1;
        SDVariable ones = Tensors.full(sd, in.type(), 1, 1, t, 1, 1);
        SDVariable key = k.values() == null
                ? null
                : k.values().reshape(n, 1, j, f.columns()).mul(ones);
        if (k.exponential()) {
            SDVariable exponent = (k.log() != null ? k.log() : k.rowLog()).reshape(n, 1, j, width);
            SDVariable seen = exponent.add(Tensors.maskLog(visible).reshape(n, t, j, 1)); // [BH,Tq,Tk,M|1]
            SDVariable top = Tensors.stop(sd, sd.max(seen, true, 2, 3)); // c_t, [BH,Tq,1,1]
            SDVariable exponential = sd.math().exp(seen.sub(top));
            key = key == null ? exponential : exponential.mul(key);
        }
        return f.epsilon() > 0 ? key.add(f.epsilon()) : key;
    }
}
