package io.github.performer4j.benchmarks;

import java.util.Locale;

/** What is measured; every engine computes the same mathematics on the same numbers, in float32. */
public enum Work {
    /** Attention alone, from q, k, v [B,H,T,D] to [B,H,T,D]; backward gives the gradients to q, k and v. */
    ATTENTION,
    /** One pre-norm Transformer block, [B,T,E] to [B,T,E]; backward gives the gradients to x and to all parameters. */
    BLOCK,
    /**
     * A masked or causal language model with learned positions: forward gives probabilities [B,T,V]; "forward and backward" is a whole
     * training step, forward, loss on all positions, backward and AdamW.
     */
    TRAIN;

    /** Returns the name in options, tables and JSON. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
