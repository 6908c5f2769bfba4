package io.github.performer4j.core.model;

import io.github.performer4j.core.layer.NormKind;
import java.util.Locale;

/**
 * The blocks' norms.
 *
 * @param kind key of a {@link NormKind}: {@code layer} or {@code rms}
 * @param placement {@code pre}: before attention and feed-forward, and one at the end; or {@code post}: behind the residual sums
 * @param epsilon ε of the norms
 */
public record NormConfig(String kind, String placement, double epsilon) {
    /** Checks every value. */
    public NormConfig {
        Require.that(kind != null, "norm.kind must be given; kind=null");
        kind = NormKind.named(kind).key();
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
