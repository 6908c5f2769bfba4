package io.github.performer4j.core.feature;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/** The built-in feature maps by name, each with its defaults. */
public final class FeatureMaps {
    private static final String GERF = "gerf";
    private static final Map<String, Supplier<FeatureMap>> NAMES = new LinkedHashMap<>();

    static {
        NAMES.put("positive", PositiveFeatures::defaults);
        NAMES.put("hyperbolic", HyperbolicFeatures::defaults);
        NAMES.put("trigonometric", TrigonometricFeatures::new);
        NAMES.put("hybrid", HybridFeatures::defaults);
        NAMES.put("hybrid-gaussian", () -> HybridFeatures.gaussian(1, 1));
        NAMES.put("hybrid-clustered", ClusteredFeatures::defaults);
        NAMES.put(GERF, () -> GerfFeatures.of(GerfFeatures.DEFAULT_A));
        for (Estimator estimator : Estimator.values()) {
            NAMES.put(key(estimator.name()), () -> DenseExponentialFeatures.of(estimator));
        }
        for (DiscreteLaw law : DiscreteLaw.values()) {
            NAMES.put(key(law.name()), () -> DiscreteFeatures.of(law));
        }
        for (FeatureFunction function : FeatureFunction.values()) {
            NAMES.put(key(function.name()), () -> GeneralizedFeatures.of(function));
        }
    }

    private FeatureMaps() {}

    private static String key(String name) {
        return name.toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Returns all names, in lower case. */
    public static Set<String> names() {
        return NAMES.keySet();
    }

    /** Finds a map; see {@link FeatureMap#named}. */
    static FeatureMap named(String name) {
        if (key(name).startsWith(GERF + ":")) {
            return gerf(name, name.substring(GERF.length() + 1));
        }
        Supplier<FeatureMap> map = NAMES.get(key(name));
        if (map == null) {
            throw new IllegalArgumentException("unknown feature map; name=" + name + ", known="
                    + String.join(", ", NAMES.keySet()) + ", " + GERF + ":A");
        }
        return map.get();
    }

    /**
     * Returns the one way to write a map's name, so that {@code GERF:-0.10} and {@code gerf:-0.1} are one configuration, one row and one folder: in lower case with '-', its
     * number, if it has one, as Java writes it but without a final {@code .0}.
     *
     * @param name as {@link FeatureMap#named} takes it
     * @throws IllegalArgumentException if there is no such map; the message lists all
     */
    public static String canonical(String name) {
        named(name);
        String lower = name.toLowerCase(Locale.ROOT);
        int number = lower.indexOf(':') + 1;
        return number == 0 ? key(name) : lower.substring(0, number) + canonicalNumber(lower.substring(number));
    }

    private static String canonicalNumber(String number) {
        double positiveZero = Double.parseDouble(number) + 0.0; // −0 and 0 are one number
        String text = Double.toString(positiveZero).toLowerCase(Locale.ROOT);
        return text.endsWith(".0") ? text.substring(0, text.length() - 2) : text;
    }

    private static FeatureMap gerf(String name, String a) {
        try {
            return GerfFeatures.of(Double.parseDouble(a));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("A must be a number below 1/8; name=" + name, e);
        }
    }
}
