package io.github.performer4j.core.model;

import io.github.performer4j.core.layer.FeedForward;

/**
 * The blocks' feed-forward.
 *
 * @param kind key of a {@link FeedForward}, as {@code gelu} or {@code swiglu}
 * @param hidden F, its hidden width
 */
public record FeedForwardConfig(String kind, int hidden) {
    /** Checks every value. */
    public FeedForwardConfig {
        Require.that(kind != null, "feedForward.kind must be given; kind=null");
        Require.that(hidden >= 1, "hidden must be positive; hidden=" + hidden);
        kind = FeedForward.named(kind).key();
    }
}
