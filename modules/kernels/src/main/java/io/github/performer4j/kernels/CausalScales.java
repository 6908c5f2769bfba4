package io.github.performer4j.kernels;

/**
 * The stabilisers of one chunk of causal attention: {@code c_t = max(R, max_{j≤t} s_j)} over visible keys, and R' = c of the last token.
 */
final class CausalScales {
    /** c per token; where no key was visible yet, the first that will be. */
    final float[] c;
    /** exp(R − c_t): how much the state counts in row t. */
    final float[] fromState;
    /** exp(c_j − R'): how much key j counts in the next state. */
    final float[] toState;

    private boolean grows;
    private float end;

    CausalScales(Scratch scratch, int slot, int size) {
        c = scratch.array(slot, size);
        fromState = scratch.array(slot + 1, size);
        toState = scratch.array(slot + 2, size);
    }

    /**
     * Computes the chunk's scales.
     *
     * @param visible per key; null if all are
     * @param n tokens in the chunk; c holds their exponents s_j
     * @param start R, −∞ if no key was visible before
     */
    void of(float[] visible, int n, float start) {
        float top = start;
        int first = -1; // the first token that sees a key
        for (int r = 0; r < n; r++) {
            if (visible == null || visible[r] != 0) {
                top = Math.max(top, c[r]);
            }
            c[r] = top;
            first = first < 0 && top > Float.NEGATIVE_INFINITY ? r : first;
        }
        end = top;
        java.util.Arrays.fill(c, 0, first < 0 ? n : first, first < 0 ? 0 : c[first]);
        boolean fresh = start == Float.NEGATIVE_INFINITY;
        grows = first >= 0 && (c[0] != end || !fresh && start != end);
        for (int r = 0; grows && r < n; r++) {
            fromState[r] = (float) Math.exp(start - c[r]);
            toState[r] = (float) Math.exp(c[r] - end);
        }
    }

    /** For features without exponents: every scale is 1. */
    void none() {
        grows = false;
        end = 0;
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
