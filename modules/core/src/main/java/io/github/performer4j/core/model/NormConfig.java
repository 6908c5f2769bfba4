package io.github.performer4j.core.model;

import java.util.Locale;

/**
 * The blocks' norms.
 *
 * @param placement {@code pre}: before attention and feed-forward, and one at the end; or {@code post}: behind the residual sums
 * @param epsilon ε of the norms
 */
public record NormConfig(String placement, double epsilon) {
    /** Checks every value. */
    public NormConfig {
        String written = placement == null ? "" : placement.toLowerCase(Locale.ROOT);
        Require.that(
                written.equals("pre") || written.equals("post"),
                "unknown placement; placement=" + placement + ", known=pre, post");
        Require.that(epsilon > 0, "epsilon must be positive; epsilon=" + epsilon);
        placement = written;
    }

    /** Returns whether norms stand before attention and feed-forward. */
    boolean pre() {
        return placement.equals("pre");
    }
}
