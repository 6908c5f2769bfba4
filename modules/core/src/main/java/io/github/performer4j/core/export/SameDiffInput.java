package io.github.performer4j.core.export;

import io.github.performer4j.core.base.Checks;

/**
 * What a net's SameDiff graph takes: {@code ids} [B,T], or of nets that begin with rows of floats {@code rows} [B,T,F],
 * and {@code mask} [B,T]. Shapes are fixed as the graph is built, so shorter sequences are padded and the mask says so.
 *
 * @param batch B
 * @param tokens T
 * @param masked whether the graph takes a mask; without one all tokens are real
 */
public record SameDiffInput(int batch, int tokens, boolean masked) {
    /** Most tokens of a batch, B·T: graphs hold constants for each. */
    public static final int MAX_TOKENS = 1 << 20;

    /** Checks the sizes. */
    public SameDiffInput {
        Checks.positive("batch", batch);
        Checks.positive("tokens", tokens);
        if ((long) batch * tokens > MAX_TOKENS) {
            throw new IllegalArgumentException(
                    "batch · tokens must be at most " + MAX_TOKENS + "; batch=" + batch + ", tokens=" + tokens);
        }
    }
}
