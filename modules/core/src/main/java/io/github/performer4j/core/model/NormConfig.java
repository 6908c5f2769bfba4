package io.github.performer4j.core.model;

import io.github.performer4j.core.layer.NormKind;
import java.util.List;
import java.util.Locale;

/**
 * The blocks' norms.
 *
 * @param kind key of a {@link NormKind}: {@code layer}, {@code layer-gain}, {@code rms} or {@code scale}
 * @param placement {@code pre}: before attention and feed-forward, and one at the end; {@code post}: behind the residual sums; or {@code rezero}: only one at the end, and a learned factor for each branch
 * @param epsilon ε of the norms
 * @param first whether a norm stands in front of the first block's attention, too
 * @param last kind of the norm at the end; {@code same}, as null, for that of the others
 */
public record NormConfig(String kind, String placement, double epsilon, boolean first, String last) {
    private static final List<String> PLACEMENTS = List.of("pre", "post", "rezero");
    private static final String SAME = "same";

    /** Checks every value. */
    public NormConfig {
        Require.that(kind != null, "norm.kind must be given; kind=null");
        kind = NormKind.named(kind).key();
        String written = placement == null ? "" : placement.toLowerCase(Locale.ROOT);
        Require.that(
                PLACEMENTS.contains(written),
                "unknown placement; placement=" + placement + ", known=" + String.join(", ", PLACEMENTS));
        Require.that(epsilon > 0, "epsilon must be positive; epsilon=" + epsilon);
        placement = written;
        last = last == null || last.equalsIgnoreCase(SAME)
                ? SAME
                : NormKind.named(last).key();
        Require.that(
                placement.equals("pre") || first && last.equals(SAME),
                "first and last are of norms in front; placement=" + placement + ", first=" + first + ", last=" + last);
    }

    /** Returns the kind of the norm at the end. */
    NormKind lastKind() {
        return NormKind.named(last.equals(SAME) ? kind : last);
    }

    /** Returns whether norms stand before attention and feed-forward. */
    boolean pre() {
        return placement.equals("pre");
    }

    /** Returns whether branches have a learned factor instead of norms. */
    boolean rezero() {
        return placement.equals("rezero");
    }

    /** Returns whether a norm stands behind the last block. */
    boolean atEnd() {
        return pre() || rezero();
    }
}
