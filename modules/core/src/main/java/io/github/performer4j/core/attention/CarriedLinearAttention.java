package io.github.performer4j.core.attention;

import io.github.performer4j.core.feature.FeatureMap;
import io.github.performer4j.core.feature.Features;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Causal linear attention of a part of a sequence, with a state before it and behind it: as one chunk of {@link CausalLinearAttention}, O(T²) for the T tokens of the part.
 *
 * <p>A state is, for each batch item and head, {@code S = Σ_j φ_j v_jᵀ} [M,D] and {@code z = Σ_j φ_j} [M] in units of exp(R), Σ of the visible values [D], R, and the count of visible
 * tokens, one behind the other: what {@link io.github.performer4j.kernels.attention.AttentionState} has, so that engines take each other's. Gradients flow through sums, not through R and the count: an engine's way
 * to stabilise has none.
 */
public final class CarriedLinearAttention {
    private CarriedLinearAttention() {}

    /**
     * Attention of a part.
     *
     * @param state behind the part, of the shape of that before it
     */
    public record Part(AttentionOutput attended, SDVariable state) {}

    /** Returns the name of attention's state in that of its layer. */
    public static String name(String scope) {
        return scope + "attention";
    }

    /** Returns the shape of a state, [B,H,M·D + M + D + 2]. */
    public static long[] shape(long batch, int heads, int columns, int headSize) {
        return new long[] {batch, heads, (long) columns * headSize + columns + headSize + 2};
    }

    /** Returns the state at a sequence's start. */
    public static INDArray start(DataType type, long batch, int heads, int columns, int headSize) {
        long[] shape = shape(batch, heads, columns, headSize);
        INDArray state = Nd4j.zeros(type, shape);
        for (long b = 0; b < batch; b++) {
            for (int h = 0; h < heads; h++) {
                state.putScalar(new long[] {b, h, shape[2] - 2}, 2 * Tensors.NEVER);
            }
        }
        return state;
    }

    /**
     * Defines attention.
     *
     * @param in queries, keys, values, mask of the part
     * @param map φ
     * @param features columns M
     * @param w projection, [draws, D]; null for a map without projection
     * @param state before the part, see {@link #shape}
     * @param decay a, [BH,T,1], 0 where padded; null without decay
     */
    public static Part define(
            AttentionInput in, FeatureMap map, int features, SDVariable w, SDVariable state, SDVariable decay) {
        SameDiff sd = in.sd();
        long n = in.batchHeads();
        long t = in.tokens();
        long d = in.headSize();
        FeatureInput f = FeatureInput.of(in, map, features, w);
        long m = f.columns();
        long length = m * d + m + d + 2;
        SDVariable flat = state.reshape(n, 1, length);
        long[] shape = {n, 1, length};
        SDVariable s = Tensors.columns(sd, flat, shape, 0, m * d).reshape(n, m, d);
        SDVariable z = Tensors.columns(sd, flat, shape, m * d, m * d + m).reshape(n, m, 1);
        SDVariable seen0 = Tensors.columns(sd, flat, shape, m * d + m, m * d + m + d);
        SDVariable top = sd.math()
                .max(
                        Tensors.stop(sd, Tensors.columns(sd, flat, shape, length - 2, length - 1)),
                        Tensors.full(sd, in.type(), 2 * Tensors.NEVER, n, 1, 1));
        SDVariable count0 = Tensors.stop(sd, Tensors.columns(sd, flat, shape, length - 1, length));
        SDVariable before = sd.concat(2, s, z); // [BH,M,D+1]
        SDVariable values = in.valuesAndOne(); // [BH,T,D+1]
        Weights weights = weights(in, f, top, decay == null ? null : DecayedAttention.sums(in, decay));
        SDVariable triangle =
                Tensors.lowerTriangle(sd, in.type(), t, 0).mul(Tensors.full(sd, in.type(), 1, n, 1, 1)); // [BH,T,T]
        SDVariable inner = sd.mmul(f.query(), weights.keys(), false, true, false)
                .mul(weights.inner())
                .mul(triangle);
        SDVariable outer = sd.mmul(f.query(), before);
        SDVariable sums =
                sd.mmul(inner, values).add(weights.fromState() == null ? outer : outer.mul(weights.fromState()));
        SDVariable seen = sd.mmul(triangle, values).add(sd.concat(2, seen0, count0)); // [BH,T,D+1]
        if (f.epsilon() > 0 && f.key().exponential() && decay == null) {
            sums = sums.add(seen.mul(sd.sum(f.query(), true, 2).mul(f.epsilon())));
        }
        AttentionOutput out = Normalization.divide(sd, sums, new long[] {n, t, d + 1}, seen, t, false, in.type());
        SDVariable toState =
                weights.toState() == null ? weights.keys() : weights.keys().mul(weights.toState());
        SDVariable after = sd.mmul(toState, values, true, false, false)
                .add(weights.between() == null ? before : before.mul(weights.between())); // [BH,M,D+1]
        long[] full = {n, m, d + 1};
        SDVariable last = Tensors.rows(sd, seen, new long[] {n, t, d + 1}, t - 1, t); // [BH,1,D+1]
        SDVariable next = sd.concat(
                2,
                Tensors.columns(sd, after, full, 0, d).reshape(n, 1, m * d),
                Tensors.columns(sd, after, full, d, d + 1).reshape(n, 1, m),
                Tensors.columns(sd, last, new long[] {n, 1, d + 1}, 0, d),
                Tensors.stop(sd, weights.end()),
                Tensors.columns(sd, last, new long[] {n, 1, d + 1}, d, d + 1));
        return new Part(out, next);
    }

    /**
     * The stabilised factors of a part; see {@link Scales} for what they are between chunks.
     *
     * @param keys features of keys, bounded, [BH,T,M]
     * @param inner what key j counts in row t, [BH,T,T] or 1
     * @param fromState what the state counts in row t, [BH,T,1]; null for 1
     * @param toState what key j counts in the next state, [BH,T,1]; null for 1
     * @param between what the state counts in the next one, [BH,1,1]; null for 1
     * @param end R behind the part, [BH,1,1]
     */
    private record Weights(
            SDVariable keys,
            SDVariable inner,
            SDVariable fromState,
            SDVariable toState,
            SDVariable between,
            SDVariable end) {}

    private static Weights weights(AttentionInput in, FeatureInput f, SDVariable top, SDVariable sums) {
        SameDiff sd = in.sd();
        DataType type = in.type();
        long n = in.batchHeads();
        long t = in.tokens();
        Features k = f.key();
        if (!k.exponential()) {
            SDVariable keys = f.epsilon() > 0 ? k.values().add(f.epsilon()) : k.values();
            keys = in.mask() == null ? keys : keys.mul(in.mask());
            SDVariable end = Tensors.zeros(sd, type, n, 1, 1);
            if (sums == null) {
                return new Weights(keys, Tensors.full(sd, type, 1, 1, 1, 1), null, null, null, end);
            }
            SDVariable last = Tensors.rows(sd, sums, new long[] {n, t, 1}, t - 1, t);
            return new Weights(
                    keys,
                    DecayedAttention.mask(in, sums),
                    sd.math().exp(sums.mul(-1)),
                    sd.math().exp(sums.sub(last)),
                    sd.math().exp(last.mul(-1)),
                    end);
        }
        SDVariable rowLog = k.rowLog();
        SDVariable values = k.values();
        if (k.log() != null) {
            rowLog = Tensors.stop(sd, sd.max(k.log(), true, 2));
            SDVariable exponential = sd.math().exp(k.log().sub(rowLog));
            values = values == null ? exponential : exponential.mul(values);
        }
        SDVariable s = in.mask() == null ? rowLog : rowLog.add(Tensors.maskLog(in.mask())); // [BH,T,1]
        if (sums != null) {
            s = s.add(sums); // then all is as without decay, in units that decay
        }
        SDVariable first = sd.concat(1, top, Tensors.stop(sd, s)); // [BH,T+1,1]
        SDVariable running = Tensors.rows(
                sd,
                CausalLinearAttention.runningMaximum(sd, first, n, t + 1, type),
                new long[] {n, t + 1, 1},
                1,
                t + 1); // c_t
        if (sums != null) {
            running = running.add(sums.sub(Tensors.stop(sd, sums))); // whose gradient that of A_t is
        }
        SDVariable triangle = Tensors.lowerTriangle(sd, type, t, 0).mul(Tensors.full(sd, type, 1, n, 1, 1));
        SDVariable inner = sd.math()
                .exp(sd.permute(s, 0, 2, 1).sub(running).mul(triangle).add(Tensors.maskLog(triangle))); // [BH,T,T]
        SDVariable end = Tensors.rows(sd, running, new long[] {n, t, 1}, t - 1, t);
        SDVariable last = sums == null
                ? Tensors.zeros(sd, type, n, 1, 1)
                : Tensors.rows(sd, Tensors.stop(sd, sums), new long[] {n, t, 1}, t - 1, t);
        return new Weights(
                in.mask() == null ? values : values.mul(in.mask()),
                inner,
                sd.math().exp(top.sub(running)),
                sd.math().exp(s.sub(end)),
                sd.math().exp(top.sub(end)),
                end.sub(last)); // R'
    }
}
