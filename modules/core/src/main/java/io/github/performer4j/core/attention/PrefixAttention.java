package io.github.performer4j.core.attention;

import io.github.performer4j.core.feature.FeatureMap;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;

/**
 * Linear attention whose first P keys are weighed exactly, with one normaliser of all: {@code out_i = Σ_j A_ij v_j / Σ_j A_ij}, {@code A_ij = exp(s_ij)} of keys j < P, s_ij = q_i·k_j/√D, and
 * {@code A_ij = φ(q_i)·φ(k_j)}, whose mean that is, of later ones; j ≤ i only if causal. O(T·(P + M)·D). In causal attention the first P queries are softmax attention.
 *
 * <p>Both sums of row i are in units of {@code exp(m_i)}. Those of features come in units of {@code exp(e_i)}, {@code e_i = c_i + d_i}: c_i the greatest exponent of the keys that i sees, d_i what
 * the query's features were divided by and the factor 1/M that features of one kernel need not have. With z_i the sum of weights there, m_i = max(max_{j<P} s_ij, e_i + log z_i) for positive
 * features, and max(max_{j<P} s_ij, e_i) for those of both signs, whose z_i may vanish. No gradient flows through c, m and the maximum in d. ε of the map is left out: its size would depend
 * on the stabiliser.
 */
public final class PrefixAttention {
    private PrefixAttention() {}

    /**
     * Sums over the later keys.
     *
     * @param sums numerator and denominator, [BH,Tq,D+1]
     * @param log e, [BH,Tq,1]: the sums are in units of its exponential
     * @param visible running or total sums of the visible values and their count, [BH,Tq|1,D+1]
     * @param positive whether all weights are
     */
    private record Later(SDVariable sums, SDVariable log, SDVariable visible, boolean positive) {}

    /**
     * Defines attention of a whole sequence to itself.
     *
     * @param in queries, keys, values, mask, of one sequence
     * @param map φ; estimates the softmax kernel, see {@link FeatureMap#productScale}
     * @param features columns M
     * @param w projection, [draws, D]; null for a map without projection
     * @param prefix P; from T on all is exact, and w is not read
     * @param chunk tokens per chunk of causal attention; 0 chooses by T
     * @param causal whether token t sees only tokens j ≤ t
     */
    public static AttentionOutput define(
            AttentionInput in, FeatureMap map, int features, SDVariable w, int prefix, int chunk, boolean causal) {
        long t = in.tokens();
        if (prefix >= t) {
            return ExactAttention.define(in, causal);
        }
        FeatureMap plain = map.withoutEpsilon();
        if (!causal) {
            Later later = later(in.part(0, t, prefix, t), plain, features, w);
            return joined(in.part(0, t, 0, prefix), later, 1);
        }
        Later later = causal(in.part(prefix, t, prefix, t), plain, features, w, chunk);
        AttentionOutput first = ExactAttention.define(in.part(0, prefix, 0, prefix), true);
        AttentionOutput rest = joined(in.part(prefix, t, 0, prefix), later, t - prefix);
        return new AttentionOutput(in.sd().concat(1, first.out(), rest.out()), rest.underflows());
    }

    /** Adds the keys of the prefix, those of the input, and divides. */
    private static AttentionOutput joined(AttentionInput in, Later later, long visibleTokens) {
        SameDiff sd = in.sd();
        long[] shape = {in.batchHeads(), in.tokens(), in.headSize() + 1L};
        SDVariable scores = ExactAttention.masked(in, ExactAttention.scores(in)); // [BH,Tq,P]
        SDVariable bound = later.log();
        if (later.positive()) {
            SDVariable z = Tensors.columns(sd, Tensors.stop(sd, later.sums()), shape, in.headSize(), shape[2]);
            double least = Normalization.threshold(in.type());
            bound = bound.add(sd.math().log(sd.math().max(z, Tensors.full(sd, in.type(), least, 1, 1, 1))));
        }
        SDVariable top = Tensors.stop(sd, sd.math().max(sd.max(scores, true, 2), bound)); // m, [BH,Tq,1]
        SDVariable values = in.valuesAndOne(); // [BH,P,D+1]
        SDVariable sums = sd.mmul(sd.math().exp(scores.sub(top)), values)
                .add(later.sums().mul(sd.math().exp(later.log().sub(top))));
        SDVariable visible = later.visible().add(sd.sum(values, true, 1));
        return Normalization.divide(sd, sums, shape, visible, visibleTokens, false, in.type());
    }

    /** Sums over all later keys, as {@link LinearAttention}. */
    private static Later later(AttentionInput in, FeatureMap map, int features, SDVariable w) {
        SameDiff sd = in.sd();
        FeatureInput f = FeatureInput.of(in, map, features, w);
        SDVariable values = in.valuesAndOne(); // [BH,Tk,D+1]
        SDVariable state = sd.mmul(LinearAttention.keys(in, f.key(), 0), values, true, false, false); // [BH,M,D+1]
        return new Later(
                sd.mmul(f.query(), state),
                log(in, map, features, f, LinearAttention.top(in, f.key())),
                sd.sum(values, true, 1),
                LinearAttention.alwaysPositive(f));
    }

    /** Sums over the later keys up to each query, as {@link CausalLinearAttention}. */
    private static Later causal(AttentionInput in, FeatureMap map, int features, SDVariable w, int chunk) {
        SameDiff sd = in.sd();
        Chunks chunks = Chunks.of(in.tokens(), chunk);
        AttentionInput filled = chunks.pad(in);
        FeatureInput f = FeatureInput.of(filled, map, features, w);
        Scales scales = Scales.of(filled, chunks, f);
        SDVariable values = filled.valuesAndOne(); // [BH,nC,D+1]
        long[] shape = {in.batchHeads(), filled.tokens(), in.headSize() + 1L};
        long[] column = {in.batchHeads(), filled.tokens(), 1};
        return new Later(
                chunks.cut(sd, CausalLinearAttention.sums(filled, chunks, f, scales, values), shape),
                chunks.cut(sd, log(filled, map, features, f, scales.running()), column),
                chunks.cut(sd, CausalLinearAttention.runningSum(filled, chunks, values), shape),
                LinearAttention.alwaysPositive(f));
    }

    /**
     * Returns e, the logarithm of the units of the sums, [BH,Tq,1].
     *
     * @param keys c, [BH,Tq|1,1]; null where keys have no exponent
     */
    private static SDVariable log(AttentionInput in, FeatureMap map, int features, FeatureInput f, SDVariable keys) {
        double scale = Math.log(map.productScale(features, in.keySize()));
        SDVariable log = Tensors.full(in.sd(), in.type(), scale, in.batchHeads(), in.tokens(), 1);
        log = f.queryLog() == null ? log : log.add(f.queryLog());
        return keys == null ? log : log.add(keys);
    }

    /**
     * Checks that heads can have a prefix.
     *
     * @param alone whether the layer's heads are one group
     * @throws IllegalArgumentException naming the rule and the values
     */
    static void check(int prefix, AttentionOptions.Kind kind, FeatureMap map, Visibility sees, boolean alone) {
        if (prefix < 0) {
            throw new IllegalArgumentException("prefix must not be negative, and 0 is none; prefix=" + prefix);
        }
        if (prefix == 0) {
            return;
        }
        boolean softmax = map.estimatesSoftmax()
                && map.fitted().isEmpty()
                && map.withoutEpsilon().epsilon() == 0;
        if (kind != AttentionOptions.Kind.LINEAR || !softmax) {
            throw new IllegalArgumentException(
                    "an exact prefix shares its normaliser with linear attention whose map estimates the softmax kernel, is not fitted to data and has no ε that stays; prefix="
                            + prefix + ", kind=" + kind + ", featureMap=" + map);
        }
        if (!sees.weightings().isEmpty() || !alone) {
            throw new IllegalArgumentException(
                    "an exact prefix goes with no decay, grid, relative or Fourier positions, local heads or groups of heads; prefix="
                            + prefix + ", decay=" + sees.decay() + ", grid=" + sees.grid() + ", relative="
                            + sees.relative() + ", fourier=" + sees.fourier() + ", oneGroup=" + alone);
        }
    }
}
