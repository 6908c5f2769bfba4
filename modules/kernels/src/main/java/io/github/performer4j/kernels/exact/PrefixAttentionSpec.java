package io.github.performer4j.kernels.exact;

import io.github.performer4j.kernels.attention.FeatureKernel;
import io.github.performer4j.kernels.attention.LinearAttentionSpec;
import io.github.performer4j.kernels.memory.FloatBlock;
import io.github.performer4j.kernels.memory.Heads;

/**
 * Attention whose first keys count exactly and whose later ones by features, with one normaliser: {@code out_i = Σ_j A_ij v_j / Σ_j A_ij}, {@code A_ij = exp(q_i·k_j/√D)} for j < P, and
 * {@code φ(q_i)·φ(k_j)/M} for later keys; j ≤ i only if causal.
 *
 * @param all the whole sequence, Tq = Tk, as linear attention has it: positive features without ε, neither frames nor decay nor masks
 * @param prefix P, at least 1; from T on all is exact
 */
public record PrefixAttentionSpec(LinearAttentionSpec all, int prefix) {

    /**
     * Checks what is asked.
     *
     * @throws IllegalArgumentException if there is no prefix, queries and keys are not of one sequence, or features are others
     */
    public PrefixAttentionSpec {
        if (prefix < 1) {
            throw new IllegalArgumentException("a prefix must have a key; prefix=" + prefix);
        }
        if (all.q().tokens() != all.k().tokens()) {
            throw new IllegalArgumentException("a prefix is of one sequence; Tq="
                    + all.q().tokens() + ", Tk=" + all.k().tokens());
        }
        boolean plain = all.decay() == null && all.masks() == null && all.frames() == null;
        if (!covers(all.features()) || !plain) {
            throw new IllegalArgumentException(
                    "a prefix goes with positive features without ε, frames, decay and masks; features="
                            + all.features() + ", plain=" + plain);
        }
    }

    /** Returns whether features estimate the softmax kernel as they are: positive ones without ε. */
    public static boolean covers(FeatureKernel features) {
        return features instanceof FeatureKernel.Positive p && p.projected() && p.normed() && p.epsilon() == 0;
    }

    /** Returns T. */
    int tokens() {
        return all.k().tokens();
    }

    /** Returns how many keys are exact, at most T. */
    int near() {
        return Math.min(prefix, tokens());
    }

    /** Returns the first query that sees later keys: P if causal, else 0; T where there are none. */
    int from() {
        boolean some = near() < tokens();
        return !some ? tokens() : all.causal() ? near() : 0;
    }

    /** Returns 1 for the keys of a batch item that may be seen and 0 for padding, [T]; null if all may. */
    FloatBlock mask(int b) {
        return all.mask() == null ? null : all.mask().part((long) b * tokens(), tokens());
    }

    /** Returns attention of one batch item to its later keys alone. */
    LinearAttentionSpec later(int b) {
        Heads q = all.q().stretch(b, from(), tokens());
        FloatBlock mask = mask(b);
        return new LinearAttentionSpec(
                q,
                all.k().stretch(b, near(), tokens()),
                all.v().stretch(b, near(), tokens()),
                mask == null ? null : mask.part(near(), tokens() - near()),
                all.features(),
                all.w(),
                all.causal());
    }

    /**
     * Returns the same of some tokens of one batch item, all of them visible: one of several sequences in a row.
     */
    public PrefixAttentionSpec stretch(int b, int from, int to) {
        return new PrefixAttentionSpec(all.stretch(b, from, to), prefix);
    }
}
