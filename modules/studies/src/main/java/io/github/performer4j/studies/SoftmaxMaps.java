package io.github.performer4j.studies;

import io.github.performer4j.core.feature.FeatureMap;
import io.github.performer4j.core.feature.FeatureMaps;
import java.util.ArrayList;
import java.util.List;

/** The built-in maps that estimate exp(x·y), with ε = 0: then a bias is the estimator's own and not that of ε. */
public final class SoftmaxMaps {
    private SoftmaxMaps() {}

    /** Returns the names of {@link FeatureMaps} whose map estimates exp(x·y), in its order; {@code gerf:A} stands for many and is not among them. */
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
     * Returns a map.
     *
     * @param name as {@link FeatureMap#named} takes it
     * @throws IllegalArgumentException if there is no such map, or it estimates another kernel; the message lists those that do
     */
    public static FeatureMap named(String name) {
        FeatureMap map = FeatureMap.named(name);
        if (!map.estimatesSoftmax()) {
            throw new IllegalArgumentException(
                    "maps must estimate the softmax kernel; name=" + name + ", known=" + String.join(", ", names()));
        }
        return map.withoutEpsilon();
    }
}
