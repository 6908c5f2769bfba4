package io.github.performer4j.core.attention;

import io.github.performer4j.core.feature.FeatureMap;
import io.github.performer4j.core.feature.Projection;
import java.io.Serializable;

/**
 * Heads of a layer that attend alike, beside others: {@code out = Σ_g concat_{h in g} attend_g(x Wq_h, x Wk_h, x Wv_h) Wo_g + bo}.
 *
 * @param name stands in front of the names of the group's parameters, as {@code name.Wq}; empty for the first group, null for a name by its place
 * @param heads how many
 * @param kind how they attend
 * @param featureMap φ of linear attention; null if exact
 * @param projection how W is drawn; null for the map's own, or if exact
 * @param features columns M of φ; 0 if exact
 * @param sees which keys their queries see; null for all
 */
public record HeadGroup(
        String name,
        int heads,
        AttentionOptions.Kind kind,
        FeatureMap featureMap,
        Projection projection,
        int features,
        Visibility sees)
        implements Serializable {
    /** Name of heads that attend exactly and near; see {@link AttentionOptions#withLocalHeads}. */
    public static final String LOCAL = "local";

    /**
     * Checks what belongs to the group alone.
     *
     * @throws IllegalArgumentException naming the rule and the values
     */
    public HeadGroup {
        if (name != null && !name.matches("[A-Za-z0-9-]*")) {
            throw new IllegalArgumentException(
                    "the name of a group of heads must be of letters, digits and -; name=" + name);
        }
        if (heads < 1) {
            throw new IllegalArgumentException("a group must have a head; heads=" + heads + ", name=" + name);
        }
        if (kind == null || kind != AttentionOptions.Kind.EXACT && featureMap == null) {
            throw new IllegalArgumentException(
                    "kind and featureMap must be given; kind=" + kind + ", featureMap=" + featureMap);
        }
        sees = sees == null ? Visibility.ALL : sees;
        if (kind == AttentionOptions.Kind.EXACT) {
            featureMap = null;
            projection = null;
            features = 0;
        }
    }

    /** Returns heads that attend linearly to all tokens, by the map's own projection. */
    public static HeadGroup linear(int heads, FeatureMap map, int features) {
        return new HeadGroup(null, heads, AttentionOptions.Kind.LINEAR, map, null, features, Visibility.ALL);
    }

    /** Returns heads that attend exactly to all tokens. */
    public static HeadGroup exact(int heads) {
        return new HeadGroup(null, heads, AttentionOptions.Kind.EXACT, null, null, 0, Visibility.ALL);
    }

    /** Returns the same group with another visibility. */
    public HeadGroup seeing(Visibility value) {
        return new HeadGroup(name, heads, kind, featureMap, projection, features, value);
    }

    /** Returns the same group with another projection; null for the map's own. */
    public HeadGroup drawn(Projection value) {
        return new HeadGroup(name, heads, kind, featureMap, value, features, sees);
    }

    /** Returns the same group with another name. */
    public HeadGroup named(String value) {
        return new HeadGroup(value, heads, kind, featureMap, projection, features, sees);
    }

    /** Returns the same group naming its projection, for models to keep what they began with. */
    HeadGroup pinned() {
        return featureMap == null || projection != null
                ? this
                : drawn(featureMap.coupling().own());
    }

    /** Returns what stands in front of the names of the group's parameters. */
    public String scope() {
        return name.isEmpty() ? "" : name + ".";
    }
}
