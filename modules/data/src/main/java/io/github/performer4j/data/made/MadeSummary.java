package io.github.performer4j.data.made;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a made data set holds.
 *
 * @param classes side → label → how often it occurs; sides in the order train, valid, test, none (on no side), labels in that of their characters
 */
public record MadeSummary(Map<String, Map<String, Long>> classes) {
    /** Copies. */
    public MadeSummary {
        Map<String, Map<String, Long>> copy = new LinkedHashMap<>();
        classes.forEach((side, labels) -> copy.put(side, Collections.unmodifiableMap(new LinkedHashMap<>(labels))));
        classes = Collections.unmodifiableMap(copy);
    }

    /** Returns the number of labels of a side. */
    public long count(String side) {
        return labels(side).values().stream().mapToLong(Long::longValue).sum();
    }

    /** Returns the share of the most frequent label of a side, which a model must beat; NaN if the side is empty. */
    public double majority(String side) {
        long most =
                labels(side).values().stream().mapToLong(Long::longValue).max().orElse(0);
        return (double) most / count(side);
    }

    private Map<String, Long> labels(String side) {
        return classes.getOrDefault(side, Map.of());
    }
}
