package io.github.performer4j.benchmarks.estimates;

import io.github.performer4j.core.feature.FeatureMap;
import io.github.performer4j.core.feature.FeatureMaps;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The built-in maps that estimate exp(x·y), with ε = 0: then a bias is the estimator's own and not that of ε. */
public final class SoftmaxMaps {
    private SoftmaxMaps() {}

    /** Returns the names of {@link FeatureMaps} whose map estimates exp(x·y), in its order. */
    public static List<String> names() {
        List<String> names = new ArrayList<>();
        for (String name : FeatureMaps.names()) {
            if (FeatureMap.named(name).estimatesSoftmax()) {
                names.add(name);
            }
        }
        return names;
    }

    /**
     * Returns a canonical name.
     *
     * @param name in any case, with '_' or '-'
     * @throws IllegalArgumentException if no map of this name estimates exp(x·y); the message lists those that do
     */
    public static String canonical(String name) {
        String key = name.toLowerCase(Locale.ROOT).replace('_', '-');
        if (!names().contains(key)) {
            throw new IllegalArgumentException(
                    "maps must estimate the softmax kernel; map=" + name + ", known=" + String.join(", ", names()));
        }
        return key;
    }

    /** Returns the map of a {@link #canonical} name. */
    public static FeatureMap named(String name) {
        return FeatureMap.named(canonical(name)).withoutEpsilon();
    }
}
