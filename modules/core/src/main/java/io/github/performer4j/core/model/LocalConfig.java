package io.github.performer4j.core.model;

import io.github.performer4j.core.attention.AttentionOptions;
import io.github.performer4j.core.attention.Rotary;

/**
 * Blocks that attend locally among others that see all tokens, as ModernBERT (arXiv 2412.13663) and Gemma have them: with {@code globalEvery} = N the blocks 1, N+1, 2N+1, …, counted from 1, attend as
 * {@code attention} says, and all others exactly within a window, which is linear in T, too.
 *
 * @param globalEvery N, at least 2; 0 for no local blocks
 * @param window tokens that a query of a local block sees: the last ones, itself included, or if not causal as many to either side
 * @param rotaryBase base of the wavelengths in local blocks; 0 for that of the others
 */
public record LocalConfig(int globalEvery, int window, double rotaryBase) {
    /** Checks every value. */
    public LocalConfig {
        Require.that(
                globalEvery == 0 || globalEvery > 1,
                "local.globalEvery must be at least 2, or 0 for no local blocks; globalEvery=" + globalEvery);
        Require.that(
                globalEvery == 0 ? window == 0 && rotaryBase == 0 : window > 0,
                "local blocks have a window, and only they; globalEvery=" + globalEvery + ", window=" + window
                        + ", rotaryBase=" + rotaryBase);
        Require.that(
                rotaryBase == 0 || rotaryBase > 1 && rotaryBase < Double.POSITIVE_INFINITY,
                "local.rotaryBase must be more than 1, or 0 for that of the other blocks; rotaryBase=" + rotaryBase);
    }

    /**
     * Returns whether a block is local.
     *
     * @param block its number, from 0
     */
    public boolean has(int block) {
        return globalEvery > 0 && block % globalEvery > 0;
    }

    /** Returns how a local block attends, of the options of exact attention. */
    AttentionOptions options(AttentionOptions exact) {
        AttentionOptions local = exact.withWindow(window);
        Rotary rotary = exact.rotary();
        return rotaryBase == 0
                ? local
                : local.withRotary(new Rotary(rotaryBase, rotary.fraction(), rotary.interleaved()));
    }
}
