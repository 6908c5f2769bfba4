package io.github.performer4j.benchmarks.estimates;

import io.github.performer4j.core.feature.FeatureMap;
import java.util.Locale;

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
        FeatureMap.named(name);
        String key = name.toLowerCase(Locale.ROOT);
        int number = key.indexOf(':') + 1;
        return number == 0 ? key.replace('_', '-') : key.substring(0, number) + canonicalNumber(key.substring(number));
    }

    /** Returns what stands before the number of a canonical name; the whole name if it has none. */
    static String withoutNumber(String name) {
        int colon = name.indexOf(':');
        return colon < 0 ? name : name.substring(0, colon);
    }

    private static String canonicalNumber(String number) {
        double positiveZero = Double.parseDouble(number) + 0.0; // −0 and 0 are one number
        String text = Double.toString(positiveZero).toLowerCase(Locale.ROOT);
        return text.endsWith(".0") ? text.substring(0, text.length() - 2) : text;
    }
}
