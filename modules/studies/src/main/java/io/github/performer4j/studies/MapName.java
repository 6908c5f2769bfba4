package io.github.performer4j.studies;

import io.github.performer4j.core.feature.FeatureMap;
import io.github.performer4j.core.feature.FeatureMaps;

/**
 * The one way to write a map's name, so that {@code GERF:-0.10} and {@code gerf:-0.1} are one row, one series and one run, and folders of two names differ
 * on systems that do not tell 'A' from 'a'.
 */
public final class MapName {
    private MapName() {}

    /**
     * Returns the name in lower case with '-', its number, if it has one, as Java writes it but without a final {@code .0}.
     *
     * @param name as {@link FeatureMap#named} takes it
     * @throws IllegalArgumentException if there is no such map; the message lists all
     */
    public static String canonical(String name) {
        return FeatureMaps.canonical(name);
    }

    /** Returns what stands before the number of a canonical name; the whole name if it has none. */
    static String withoutNumber(String name) {
        int colon = name.indexOf(':');
        return colon < 0 ? name : name.substring(0, colon);
    }
}
