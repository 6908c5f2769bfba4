package io.github.performer4j.kernels.exact;

import io.github.performer4j.kernels.attention.Shapes;
import io.github.performer4j.kernels.memory.FloatBlock;
import io.github.performer4j.kernels.memory.Heads;

/**
 * Exact attention {@code out = softmax(q kᵀ/√D + b + log mask) v}, of all keys or of those within a window.
 *
 * @param q queries [B,H,Tq,D]
 * @param k keys [B,H,Tk,D]
 * @param v values [B,H,Tk,Dv]
 * @param mask 1 for keys that may be seen and 0 for padding, [B,Tk]; null if all may
 * @param causal whether token t sees keys j ≤ t only; Tq = Tk then, but for a window
 * @param window which keys a query sees by their distance; null for all. The queries are the last Tq of the Tk places: query t stands at t + Tk − Tq
 * @param bias b of each head and offset, places counted as by a window; null for none
 */
public record ExactAttentionSpec(
        Heads q, Heads k, Heads v, FloatBlock mask, boolean causal, Window window, OffsetBias bias) {

    /**
     * Checks shapes.
     *
     * @throws IllegalArgumentException if they do not fit
     */
    public ExactAttentionSpec {
        Shapes.attention(q, k, v, mask, causal && window == null);
        if (bias != null && q.tokens() > k.tokens()) {
            throw new IllegalArgumentException(
                    "a bias by offsets needs a key at each query's place; Tq=" + q.tokens() + ", Tk=" + k.tokens());
        }
        if (window != null && window.global() > 0 && q.tokens() != k.tokens()) {
            throw new IllegalArgumentException("global tokens are of a whole sequence; Tq=" + q.tokens() + ", Tk="
                    + k.tokens() + ", global=" + window.global());
        }
        if (window != null && (q.tokens() > k.tokens() || causal && window.right() > 0)) {
            throw new IllegalArgumentException(
                    "a window needs a key at each query's place, and none behind it if causal; Tq=" + q.tokens()
                            + ", Tk=" + k.tokens() + ", causal=" + causal + ", right=" + window.right());
        }
    }

    /**
     * Returns the same among some tokens of one batch item, all of them visible: one of several sequences in a row.
     *
     * @param bias of the offsets among them; null for none
     */
    public ExactAttentionSpec stretch(int b, int from, int to, OffsetBias bias) {
        return new ExactAttentionSpec(
                q.stretch(b, from, to), k.stretch(b, from, to), v.stretch(b, from, to), null, causal, window, bias);
    }

    /** Exact attention of all keys. */
    public ExactAttentionSpec(Heads q, Heads k, Heads v, FloatBlock mask, boolean causal) {
        this(q, k, v, mask, causal, null, null);
    }

    /** Exact attention within a window. */
    public ExactAttentionSpec(Heads q, Heads k, Heads v, FloatBlock mask, boolean causal, Window window) {
        this(q, k, v, mask, causal, window, null);
    }
}
