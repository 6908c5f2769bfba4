package io.github.performer4j.kernels.attention;

/**
 * What a part of a sequence takes over and hands on: the state before it and behind it, and in a backward pass the gradients to both.
 *
 * @param before the state that earlier parts left; null at the sequence's start
 * @param after receives the state behind the part; null if it is not wanted. In a backward pass what the forward pass wrote, wanted where {@code dAfter} is given
 * @param dAfter gradient to {@code after} from later parts, in its units; null for none
 * @param dBefore receives the gradient to {@code before}, in its units; null if it is not wanted
 */
public record Carried(AttentionState before, AttentionState after, AttentionState dAfter, AttentionState dBefore) {

    /** A whole sequence. */
    public static final Carried NOTHING = new Carried(null, null, null, null);

    /** A part of a sequence in a forward pass. */
    public static Carried between(AttentionState before, AttentionState after) {
        return new Carried(before, after, null, null);
    }

    /** Returns the same in a backward pass. */
    public Carried gradients(AttentionState ofAfter, AttentionState ofBefore) {
        return new Carried(before, after, ofAfter, ofBefore);
    }

    /** Checks what a forward pass uses. */
    void check(LinearAttentionSpec spec) {
        require("before", before, spec);
        require("after", after, spec);
    }

    /** Checks what a backward pass uses. */
    void checkGradients(LinearAttentionSpec spec) {
        if (dAfter != null && after == null) {
            throw new IllegalArgumentException("a gradient from behind needs the state there; after=null");
        }
        require("after", after, spec);
        require("dAfter", dAfter, spec);
        require("dBefore", dBefore, spec);
    }

    private static void require(String name, AttentionState state, LinearAttentionSpec spec) {
        if (state == null) {
            return;
        }
        if (!spec.causal()) {
            throw new IllegalArgumentException(
                    "only causal attention carries a state; causal=false, " + name + "=given");
        }
        if (spec.masks() != null) {
            throw new IllegalArgumentException(
                    "attention under masks with structure carries no state; " + name + "=given");
        }
        state.require(
                name,
                spec.q().batch() * spec.q().heads(),
                spec.columns(),
                spec.v().size());
    }
}
