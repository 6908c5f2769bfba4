package io.github.performer4j.core.attention;

import io.github.performer4j.core.feature.FeatureMap;
import io.github.performer4j.core.feature.Features;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;

/**
 * Linear attention with {@link RelativePositions}, its mask written out: {@code out_i = Σ_j e^{b_ij} A_ij v_j / Σ_j e^{b_ij} A_ij}, A_ij = φ(q_i)·φ(k_j), j ≤ i only if causal. O(T²): kernels take
 * O(T) for buckets and O(T log² T) for single offsets.
 *
 * <p>Keys of exponential features have no ε: its size would depend on the stabiliser. That is their maximum, or in row i of causal attention the maximum of those up to i. A row whose denominator
 * underflows returns the mean of the values that it sees, weighted by e^b, with zero gradient to q, k and b; one that sees nothing, 0.
 */
public final class RelativeAttention {
    private RelativeAttention() {}

    /**
     * Defines attention.
     *
     * @param in queries, keys, values, mask, of one sequence
     * @param map φ
     * @param features columns M
     * @param w projection, [draws, D]; null for a map without projection
     * @param bias b, [BH,T,T]
     */
    public static AttentionOutput define(
            AttentionInput in, FeatureMap map, int features, SDVariable w, SDVariable bias, boolean causal) {
        SameDiff sd = in.sd();
        long n = in.batchHeads();
        long t = in.tokens();
        FeatureInput f = FeatureInput.of(in, map, features, w);
        SDVariable weights = sd.math().exp(bias);
        SDVariable products;
        if (causal) {
            SDVariable triangle =
                    Tensors.lowerTriangle(sd, in.type(), t, 0).mul(Tensors.full(sd, in.type(), 1, n, 1, 1));
            weights = weights.mul(triangle);
            products = causal(in, f, triangle);
        } else {
            SDVariable key = LinearAttention.keys(in, f.key(), f.key().exponential() ? 0 : f.epsilon());
            products = sd.mmul(f.query(), key, false, true, false);
        }
        SDVariable values = in.valuesAndOne(); // [BH,T,D+1]
        SDVariable sums = sd.mmul(products.mul(weights), values);
        long[] shape = {n, t, in.headSize() + 1L};
        SDVariable weighted = sd.mmul(Tensors.stop(sd, weights), values);
        SDVariable mass = Tensors.stop(sd, Tensors.columns(sd, weighted, shape, shape[2] - 1, shape[2])); // [BH,T,1]
        SDVariable none = sd.gt(mass, 0).castTo(in.type()).mul(-1).add(1);
        SDVariable visible = weighted.div(mass.add(none)); // the column of masses becomes 1
        return Normalization.divide(sd, sums, shape, visible, t, false, in.type());
    }

    /** Returns {@code φ(q_t)·φ(k_j) e^{−c_t}} of keys up to t, whose exponents have the running maximum c; 0 or what does not count behind, [BH,T,T]. */
    private static SDVariable causal(AttentionInput in, FeatureInput f, SDVariable triangle) {
        SameDiff sd = in.sd();
        Features k = f.key();
        if (!k.exponential()) {
            return sd.mmul(f.query(), LinearAttention.keys(in, k, f.epsilon()), false, true, false);
        }
        SDVariable exponent = k.rowLog();
        SDVariable values = k.values();
        if (k.log() != null) {
            exponent = Tensors.stop(sd, sd.max(k.log(), true, 2));
            SDVariable exponential = sd.math().exp(k.log().sub(exponent));
            values = values == null ? exponential : exponential.mul(values);
        }
        if (in.mask() != null) {
            values = values.mul(in.mask());
            exponent = exponent.add(Tensors.maskLog(in.mask()));
        }
        SDVariable top = CausalLinearAttention.runningMaximum(
                sd, Tensors.stop(sd, exponent), in.batchHeads(), in.tokens(), in.type()); // c_t, [BH,T,1]
        SDVariable inner = sd.math()
                .exp(sd.permute(exponent, 0, 2, 1).sub(top).mul(triangle).add(Tensors.maskLog(triangle)));
        return sd.mmul(f.query(), values, false, true, false).mul(inner);
    }
}
