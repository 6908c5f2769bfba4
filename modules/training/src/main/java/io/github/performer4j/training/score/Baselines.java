package io.github.performer4j.training.score;

import java.util.LinkedHashMap;
import java.util.Map;

/** What simple rules reach: rule → figure → value, null where undefined; in the order of putting. */
final class Baselines {
    private final Map<String, Map<String, Double>> rules = new LinkedHashMap<>();

    /** Puts a rule's value of a figure. */
    Baselines put(String rule, String figure, Double value) {
        rules.computeIfAbsent(rule, r -> new LinkedHashMap<>()).put(figure, value);
        return this;
    }

    /** Returns all as one map; a rule "majority" and its figure "accuracy" become {@code majorityAccuracy}. */
    Map<String, Double> flat() {
        Map<String, Double> flat = new LinkedHashMap<>();
        rules.forEach((rule, figures) -> figures.forEach((figure, value) ->
                flat.put(rule + Character.toUpperCase(figure.charAt(0)) + figure.substring(1), value)));
        return flat;
    }

    /** Returns rule → value of one figure, without rules for which it is undefined; empty if no rule has it. */
    Map<String, Double> of(String figure) {
        Map<String, Double> one = new LinkedHashMap<>();
        rules.forEach((rule, figures) -> {
            if (figures.get(figure) != null) {
                one.put(rule, figures.get(figure));
            }
        });
        return one;
    }
}
