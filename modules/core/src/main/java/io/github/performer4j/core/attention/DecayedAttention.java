package io.github.performer4j.core.attention;

import io.github.performer4j.core.feature.FeatureMap;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;

/**
 * Linear attention with {@link Decay}, its mask written out: {@code out_t = Σ_j L_tj A_tj v_j / Σ_j L_tj A_tj}, {@code L_tj = exp(−|c_t − c_j|)}, c the running sum of a. O(T²): kernels take O(T).
 *
 * <p>Keys of exponential features have no ε, which would have to decay with them. A row whose denominator underflows returns the mean of the values that it sees, whatever their distance.
 */
public final class DecayedAttention {
    private DecayedAttention() {}

    /**
     * Defines attention.
     *
     * @param in queries, keys, values, mask
     * @param map φ
     * @param features columns M
     * @param w projection, [draws, D]; null for a map without projection
     * @param decay a, [BH,T,1], 0 where padded
     */
    public static AttentionOutput define(
            AttentionInput in, FeatureMap map, int features, SDVariable w, SDVariable decay, boolean causal) {
        SameDiff sd = in.sd();
        long n = in.batchHeads();
        long t = in.tokens();
        if (causal) {
            int columns = map.columns(features, in.keySize());
            SDVariable start = sd.constant(CarriedLinearAttention.start(in.type(), n, 1, columns, in.headSize()));
            return CarriedLinearAttention.define(in, map, features, w, start, decay)
                    .attended();
        }
        FeatureInput f = FeatureInput.of(in, map, features, w);
        SDVariable key = LinearAttention.keys(in, f.key(), f.key().exponential() ? 0 : f.epsilon());
        SDVariable c = sums(in, decay);
        SDVariable mask =
                sd.math().exp(sd.math().abs(c.sub(sd.permute(c, 0, 2, 1))).mul(-1)); // [BH,T,T]
        SDVariable values = in.valuesAndOne();
        SDVariable sums = sd.mmul(sd.mmul(f.query(), key, false, true, false).mul(mask), values);
        return Normalization.divide(
                sd, sums, new long[] {n, t, in.headSize() + 1L}, sd.sum(values, true, 1), 1, false, in.type());
    }

    /** Returns the running sums of decay, [BH,T,1]; not by M2.1's cumsum, whose gradient was wrong. */
    static SDVariable sums(AttentionInput in, SDVariable decay) {
        SameDiff sd = in.sd();
        SDVariable triangle = Tensors.lowerTriangle(sd, in.type(), in.tokens(), 0)
                .mul(Tensors.full(sd, in.type(), 1, in.batchHeads(), 1, 1));
        return sd.sum(triangle.mul(sd.permute(decay, 0, 2, 1)), true, 2);
    }

    /** Returns L of causal attention, [BH,T,T]. */
    static SDVariable mask(AttentionInput in, SDVariable sums) {
        SameDiff sd = in.sd();
        SDVariable triangle = Tensors.lowerTriangle(sd, in.type(), in.tokens(), 0)
                .mul(Tensors.full(sd, in.type(), 1, in.batchHeads(), 1, 1));
        SDVariable distance = sd.permute(sums, 0, 2, 1).sub(sums).mul(triangle); // ≤ 0
        return sd.math().exp(distance).mul(triangle);
    }
}
