package io.github.performer4j.kernels.attention;

import io.github.performer4j.kernels.memory.Scratch;

/**
 * The stabilisers of one chunk of causal attention: {@code c_t = max(R, max_{j≤t} s_j)} over visible keys, and R' = c of the last token.
 *
 * <p>With decay, {@code A_t} its sum from the chunk's start to token t, a token's stabiliser is {@code m_t = max(m_{t−1} − a_t, s_t)}. Then {@code c_t = m_t + A_t} rises again,
 * {@code c_t = max(R, max_{j≤t} s_j + A_j)}, and all that follows is as without decay, but keys are kept as {@code φ_j exp(−m_j)}, and {@code R' = c − A} of the last token.
 */
final class CausalScales {
    /** c per token; where no key was visible yet, the first that will be. */
    final float[] c;
    /** exp(R − c_t): how much the state counts in row t. */
    final float[] fromState;
    /** exp(c_j − R'): how much key j counts in the next state. */
    final float[] toState;

    private float[] kept; // m_j
    private final float[] decayed;
    private boolean grows;
    private float end;
    private float factor;

    CausalScales(Scratch scratch, int slot, int last, int size) {
        c = scratch.array(slot, size);
        fromState = scratch.array(slot + 1, size);
        toState = scratch.array(slot + 2, size);
        decayed = scratch.array(last, size);
    }

    /**
     * Computes the chunk's scales.
     *
     * @param visible per key; null if all are
     * @param n tokens in the chunk; c holds their exponents s_j
     * @param start R, −∞ if no key was visible before
     * @param sums A_t; null without decay
     */
    void of(float[] visible, int n, float start, float[] sums) {
        float top = start;
        int first = -1; // the first token that sees a key
        for (int r = 0; r < n; r++) {
            if (visible == null || visible[r] != 0) {
                top = Math.max(top, sums == null ? c[r] : c[r] + sums[r]);
            }
            c[r] = top;
            first = first < 0 && top > Float.NEGATIVE_INFINITY ? r : first;
        }
        java.util.Arrays.fill(c, 0, first < 0 ? n : first, first < 0 ? 0 : c[first]);
        boolean fresh = start == Float.NEGATIVE_INFINITY;
        grows = first >= 0 && (c[0] != top || !fresh && start != top);
        for (int r = 0; grows && r < n; r++) {
            fromState[r] = factor(start - c[r]);
            toState[r] = factor(c[r] - top);
        }
        factor = fresh || start == top ? 1 : factor(start - top);
        end = sums == null ? top : top - sums[n - 1];
        kept = sums == null ? c : decayed;
        for (int r = 0; sums != null && r < n; r++) {
            decayed[r] = c[r] - sums[r];
        }
    }

    static float factor(float exponent) {
        return exponent < AttentionElements.FARTHEST ? 0 : (float) Math.exp(exponent);
    }

    /**
     * For features without exponents: every scale is 1, but for decay.
     *
     * @param sums A_t; null without decay
     */
    void none(int n, float[] sums) {
        if (sums == null) {
            grows = false;
            factor = 1;
            end = 0;
            kept = c;
        } else {
            java.util.Arrays.fill(c, 0, n, 0);
            of(null, n, 0, sums);
            end = 0;
        }
    }

    /** Returns m_j, which keys are kept in units of. */
    float[] kept() {
        return kept;
    }

    /** Returns how much the state counts in the next one. */
    float factor() {
        return factor;
    }

    /** Returns whether any scale differs from 1; if not, the arrays are not filled. */
    boolean grows() {
        return grows;
    }

    /** Returns R'. */
    float end() {
        return end;
    }
}
