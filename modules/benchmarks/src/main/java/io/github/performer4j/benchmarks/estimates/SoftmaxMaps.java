package io.github.performer4j.benchmarks.estimates;

import io.github.performer4j.core.feature.DenseExponentialFeatures;
import io.github.performer4j.core.feature.Estimator;
import io.github.performer4j.core.feature.FeatureMap;
import io.github.performer4j.core.feature.FeatureMaps;
import io.github.performer4j.core.feature.GerfFeatures;
import io.github.performer4j.core.feature.HyperbolicFeatures;
import io.github.performer4j.core.feature.PositiveFeatures;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The built-in maps that estimate exp(x·y), with ε = 0: then a bias is the estimator's own and not that of ε. */
public final class SoftmaxMaps {
    /** Those whose default has an ε. */
    private static final Map<String, FeatureMap> WITHOUT_EPSILON = new LinkedHashMap<>();

    static {
        WITHOUT_EPSILON.put("positive", new PositiveFeatures(0));
        WITHOUT_EPSILON.put("hyperbolic", new HyperbolicFeatures(0));
        WITHOUT_EPSILON.put("gerf", new GerfFeatures(GerfFeatures.DEFAULT_A, 0));
        for (Estimator estimator : Estimator.values()) {
            WITHOUT_EPSILON.put(estimator.name().toLowerCase(Locale.ROOT), new DenseExponentialFeatures(estimator, 0));
        }
    }

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
        String key = canonical(name);
        FeatureMap without = WITHOUT_EPSILON.get(key);
        return without == null ? FeatureMap.named(key) : without;
    }
}
