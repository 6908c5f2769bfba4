package io.github.performer4j.core.model;

import io.github.performer4j.core.layer.FeedForward;
import java.util.Locale;

/**
 * The blocks' feed-forward.
 *
 * @param kind {@code gelu}, {@code relu} or {@code geglu}
 * @param hidden F, its hidden width
 */
public record FeedForwardConfig(String kind, int hidden) {
    /** Checks every value. */
    public FeedForwardConfig {
        Require.that(kind != null, "feedForward.kind must be given; kind=null");
        Require.that(hidden >= 1, "hidden must be positive; hidden=" + hidden);
        kind = FeedForward.named(kind).name().toLowerCase(Locale.ROOT);
    }
}
