package io.github.performer4j.core.attention;

import io.github.performer4j.core.feature.FeatureMap;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * Causal linear attention in chunks of C tokens:
 * {@code out_t = φ(q_t)ᵀ Σ_{j≤t} φ(k_j) v_jᵀ / φ(q_t)ᵀ Σ_{j≤t} φ(k_j)}, O(T·M·D + T·C·(M + D)) time.
 *
 * <p>Within a chunk a masked C×C product, between chunks a carried state of [M, D+1]. The key stabiliser of row t is the running
 * maximum {@code c_t = max_{j≤t} s_j} of the keys' exponents s_j, so no later token changes an earlier output, not even through ε.
 * Every exponential is of a difference that is ≤ 0:
 *
 * <ul>
 *   <li>inside the chunk {@code exp(s_j − c_t)}, a [C,C] matrix as in gated linear attention;
 *   <li>key into its chunk's state {@code exp(s_j − R_n)}, R_n the running maximum at the end of chunk n;
 *   <li>state of chunk m into chunk n {@code exp(R_m − R_{n−1})}, and out of it {@code exp(R_{n−1} − c_t)}.
 * </ul>
 *
 * The term of ε is a running sum of the values of its own, because rescaling the state must not rescale ε. No gradient flows through
 * the stabilisers.
 */
public final class CausalLinearAttention {
    private CausalLinearAttention() {}

    /**
     * Defines causal linear attention.
     *
     * @param in queries, keys, values, mask
     * @param map φ
     * @param features columns M
     * @param w projection, [draws, D]; null for a map without projection
     * @param chunk C; 0 chooses by T
     */
    public static AttentionOutput define(AttentionInput in, FeatureMap map, int features, SDVariable w, int chunk) {
        Chunks chunks = Chunks.of(in.tokens(), chunk);
        AttentionInput padded = chunks.pad(in);
        SameDiff sd = in.sd();
        FeatureInput f = FeatureInput.of(padded, map, features, w);
        SDVariable values = padded.valuesAndOne(); // [BH,nC,D+1]
        SDVariable sums = sums(padded, chunks, f, Scales.of(padded, chunks, f), values);
        SDVariable seen = runningSum(padded, chunks, values); // [BH,nC,D+1]
        if (f.epsilon() > 0 && f.key().exponential()) {
            SDVariable mass = sd.sum(f.query(), true, 2).mul(f.epsilon()); // ε Σ_i φ_i(q_t), [BH,nC,1]
            sums = sums.add(seen.mul(mass));
        }
        long[] shape = {in.batchHeads(), padded.tokens(), in.headSize() + 1};
        boolean bounded = Normalization.bounds(map.epsilon(), in.type());
        AttentionOutput out = Normalization.divide(
                sd, sums, shape, seen, padded.tokens(), bounded && LinearAttention.alwaysPositive(f), in.type());
        long[] outShape = {in.batchHeads(), padded.tokens(), in.headSize()};
        return new AttentionOutput(chunks.cut(sd, out.out(), outShape), out.underflows());
    }

    /** Returns numerators and denominators in units of exp(c_t), without the term of ε, [BH,nC,D+1]. */
    static SDVariable sums(AttentionInput in, Chunks chunks, FeatureInput f, Scales scales, SDVariable values) {
        SameDiff sd = in.sd();
        long n = in.batchHeads();
        long count = chunks.count();
        long c = chunks.size();
        long m = f.columns();
        long d1 = in.headSize() + 1L;
        SDVariable query = f.query().reshape(n * count, c, m);
        SDVariable value = values.reshape(n * count, c, d1);
        SDVariable weights = sd.mmul(query, scales.values().reshape(n * count, c, m), false, true, false)
                .mul(scales.inner()); // [BHn,C,C]
        SDVariable inner = sd.mmul(weights, value).reshape(n, count * c, d1);
        if (count == 1) {
            return inner;
        }
        SDVariable key =
                scales.toState() == null ? scales.values() : scales.values().mul(scales.toState());
        SDVariable states = sd.mmul(key.reshape(n * count, c, m), value, true, false, false) // [BHn,M,D+1]
                .reshape(n, count, m * d1);
        SDVariable before = sd.mmul(scales.between(), states).reshape(n * count, m, d1); // the earlier chunks' sums
        SDVariable outer = sd.mmul(query, before).reshape(n, count * c, d1);
        return inner.add(scales.fromState() == null ? outer : outer.mul(scales.fromState()));
    }

    /**
     * Returns the running sum along tokens, in chunks as above; not by M2.1's cumsum, with which the gradient to v was wrong.
     *
     * @param values [BH,nC,D+1]
     */
    static SDVariable runningSum(AttentionInput in, Chunks chunks, SDVariable values) {
        SameDiff sd = in.sd();
        long n = in.batchHeads();
        long count = chunks.count();
        long c = chunks.size();
        long d1 = in.headSize() + 1L;
        SDVariable triangle = Tensors.lowerTriangle(sd, in.type(), c, 0)
                .mul(Tensors.full(sd, in.type(), 1, n * count, 1, 1)); // [BHn,C,C]
        SDVariable inner = sd.mmul(triangle, values.reshape(n * count, c, d1)); // [BHn,C,D+1]
        if (count == 1) {
            return inner;
        }
        SDVariable ends = Tensors.rows(sd, inner, new long[] {n * count, c, d1}, c - 1, c)
                .reshape(n, count, d1); // each chunk's own sum
        SDVariable earlier =
                Tensors.lowerTriangle(sd, in.type(), count, 1).mul(Tensors.full(sd, in.type(), 1, n, 1, 1)); // [BH,n,n]
        SDVariable before = sd.mmul(earlier, ends).reshape(n * count, 1, d1);
        return inner.add(before).reshape(n, count * c, d1);
    }

    /**
     * Returns the running maximum along tokens, in ⌈log₂ T⌉ doubling steps.
     *
     * @param x [N,T,1]
     */
    static SDVariable runningMaximum(SameDiff sd, SDVariable x, long n, long tokens, DataType type) {
        SDVariable result = x;
        for (long shift = 1; shift < tokens; shift *= 2) {
            SDVariable head = Tensors.full(sd, type, 2 * Tensors.NEVER, n, shift, 1);
            SDVariable tail = Tensors.rows(sd, result, new long[] {n, tokens, 1}, 0, tokens - shift);
            result = sd.math().max(result, sd.concat(1, head, tail));
        }
        return result;
    }
}
