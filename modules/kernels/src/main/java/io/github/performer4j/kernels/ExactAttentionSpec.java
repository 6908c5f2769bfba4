package io.github.performer4j.kernels;

/**
 * Exact attention {@code out = softmax(q kᵀ/√D + log mask) v}.
 *
 * @param q queries [B,H,Tq,D]
 * @param k keys [B,H,Tk,D]
 * @param v values [B,H,Tk,Dv]
 * @param mask 1 for keys that may be seen and 0 for padding, [B,Tk]; null if all may
 * @param causal whether token t sees keys j ≤ t only; Tq = Tk then
 */
public record ExactAttentionSpec(Heads q, Heads k, Heads v, FloatBlock mask, boolean causal) {

    /**
     * Checks shapes.
     *
     * @throws IllegalArgumentException if they do not fit
     */
    public ExactAttentionSpec {
        Shapes.attention(q, k, v, mask, causal);
    }
}
