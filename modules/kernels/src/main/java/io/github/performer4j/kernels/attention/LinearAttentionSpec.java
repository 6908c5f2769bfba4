package io.github.performer4j.kernels.attention;

import io.github.performer4j.kernels.memory.FloatBlock;
import io.github.performer4j.kernels.memory.Heads;
import io.github.performer4j.kernels.memory.Matrix;

/**
 * Linear attention {@code out_t = φ(q_t)ᵀ Σ_j L_tj φ(k_j) v_jᵀ / φ(q_t)ᵀ Σ_j L_tj φ(k_j)}, the sums over all keys, or over j ≤ t if causal.
 *
 * <p>L is 1, or with decay {@code L_tj = exp(−Σ_s a_s)} over the tokens s between them, {@code j < s ≤ t}, or {@code t < s ≤ j} where
 * j is behind t: {@code exp(−|A_t − A_j|)} with the running sum A of a.
 *
 * @param q queries [B,H,Tq,D]
 * @param k keys [B,H,Tk,D]
 * @param v values [B,H,Tk,Dv]
 * @param mask 1 for keys that may be seen and 0 for padding, [B,Tk]; null if all may
 * @param features φ
 * @param w projection [draws,D]; null for features without one, or with frames that hold it
 * @param frames what features take from their data; null for nothing
 * @param causal whether token t sees keys j ≤ t only; Tq = Tk then
 * @param decay a ≥ 0 of the first H' heads, [B,H',T,1]; the others do not decay; masked tokens count 0, whatever they
 *     hold; Tq = Tk then; null for none. Keys of exponential features have no ε then, in any head
 * @param masks L of each head, with a structure of its own, of attention without decay; Tq = Tk then, and if causal they must hide keys behind
 *     their query; null for none. Keys of exponential features have no ε then
 */
public record LinearAttentionSpec(
        Heads q,
        Heads k,
        Heads v,
        FloatBlock mask,
        FeatureKernel features,
        Matrix w,
        Frames frames,
        boolean causal,
        Heads decay,
        HeadMasks masks) {

    /**
     * Checks shapes.
     *
     * @throws IllegalArgumentException if they do not fit
     */
    public LinearAttentionSpec {
        Shapes.attention(q, k, v, mask, causal);
        if (features == null) {
            throw new IllegalArgumentException("features must be given; features=null");
        }
        if (frames == null) {
            if (features instanceof FeatureKernel.Discrete) {
                throw new IllegalArgumentException("discrete features need counts; frames=null");
            }
            projection(features, w, q.size());
            hybrid(features, w);
        } else {
            Shapes.frames(frames, features, w, q, k);
        }
        if (decay != null) {
            Shapes.decay(decay, q, k);
        }
        if (masks != null && (decay != null || q.tokens() != k.tokens())) {
            throw new IllegalArgumentException(
                    "masks with structure need one sequence, and attention that does not decay; decay="
                            + (decay == null ? "null" : Shapes.shape(decay)) + ", queries=" + q.tokens() + ", keys="
                            + k.tokens());
        }
    }

    /** The same without decay. */
    public LinearAttentionSpec(
            Heads q,
            Heads k,
            Heads v,
            FloatBlock mask,
            FeatureKernel features,
            Matrix w,
            Frames frames,
            boolean causal) {
        this(q, k, v, mask, features, w, frames, causal, null, null);
    }

    /** The same without frames. */
    public LinearAttentionSpec(
            Heads q, Heads k, Heads v, FloatBlock mask, FeatureKernel features, Matrix w, boolean causal) {
        this(q, k, v, mask, features, w, null, causal, null, null);
    }

    /** The same with decay. */
    public LinearAttentionSpec with(Heads a) {
        return new LinearAttentionSpec(q, k, v, mask, features, w, frames, causal, a, masks);
    }

    /** The same under masks. */
    public LinearAttentionSpec under(HeadMasks value) {
        return new LinearAttentionSpec(q, k, v, mask, features, w, frames, causal, decay, value);
    }

    /**
     * Returns the same among some tokens of one batch item, all of them visible: one of several sequences in a row.
     *
     * @throws IllegalArgumentException if features have frames, or there are masks: both are for whole rows
     */
    public LinearAttentionSpec stretch(int b, int from, int to) {
        if (frames != null || masks != null) {
            throw new IllegalArgumentException(
                    "sequences of a row need features without frames, and attention without masks; frames="
                            + (frames == null ? "null" : "given") + ", masks=" + (masks == null ? "null" : "given"));
        }
        Heads a = decay == null ? null : decay.stretch(b, from, to);
        return new LinearAttentionSpec(
                q.stretch(b, from, to),
                k.stretch(b, from, to),
                v.stretch(b, from, to),
                null,
                features,
                w,
                null,
                causal,
                a,
                null);
    }

    private static void projection(FeatureKernel features, Matrix w, int size) {
        if (features.projected() != (w != null)) {
            throw new IllegalArgumentException("projected features need w, others must have none; features=" + features
                    + ", w=" + (w == null ? "null" : "[" + w.rows() + "," + w.columns() + "]"));
        }
        if (w != null && w.columns() != size) {
            throw new IllegalArgumentException(
                    "w must be [draws,D]; w=[" + w.rows() + "," + w.columns() + "], D=" + size);
        }
    }

    private static void hybrid(FeatureKernel features, Matrix w) {
        if (features instanceof FeatureKernel.Hybrid hybrid && w.rows() != hybrid.draws()) {
            throw new IllegalArgumentException("w of hybrid features must have b + b/2 + n rows; w=" + w.rows() + ", b="
                    + hybrid.part() + ", n=" + hybrid.directions());
        }
    }

    /** Returns whether a head decays. */
    boolean decays(int head) {
        return decay != null && head < decay.heads();
    }

    /** Returns the columns of w x: draws, or D without a projection. */
    int draws() {
        if (frames != null) {
            return frames.draws();
        }
        return w == null ? q.size() : w.rows();
    }

    /** Returns M, the columns of φ. */
    public int columns() {
        return features.columns(draws());
    }
}
