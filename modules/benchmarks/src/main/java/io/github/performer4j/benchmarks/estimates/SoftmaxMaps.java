package io.github.performer4j.benchmarks.estimates;

import io.github.performer4j.core.feature.FeatureMap;
import io.github.performer4j.core.feature.FeatureMaps;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The built-in maps that estimate exp(x·y), with ε = 0: then a bias is the estimator's own and not that of ε. */
public final class SoftmaxMaps {
    private static final String EPSILON = "epsilon";

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
        return withoutEpsilon(FeatureMap.named(canonical(name)));
    }

    /** All maps are records; those with an ε call it so. */
    private static FeatureMap withoutEpsilon(FeatureMap map) {
        RecordComponent[] components = map.getClass().getRecordComponents();
        if (map.epsilon() == 0 || components == null) {
            return map;
        }
        try {
            Class<?>[] types = new Class<?>[components.length];
            Object[] values = new Object[components.length];
            for (int i = 0; i < components.length; i++) {
                types[i] = components[i].getType();
                values[i] = components[i].getName().equals(EPSILON)
                        ? 0.0
                        : components[i].getAccessor().invoke(map);
            }
            return (FeatureMap) map.getClass().getConstructor(types).newInstance(values);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("a feature map must be a public record; map=" + map, e);
        }
    }
}
