package io.github.performer4j.tuning.space;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One key of a space.
 *
 * @param key of the configuration, as {@code --set} takes it
 * @param range its values
 * @param when the key is set only where each of these keys has one of these values; empty for always
 */
public record Parameter(String key, Range range, Map<String, List<String>> when) {
    /** Copies the condition. */
    public Parameter {
        Map<String, List<String>> copy = new LinkedHashMap<>();
        when.forEach((other, values) -> copy.put(other, List.copyOf(values)));
        when = Collections.unmodifiableMap(copy);
    }

    /** True where the values set so far fulfil the condition. */
    boolean active(Map<String, String> values) {
        return when.entrySet().stream()
                .allMatch(entry ->
                        values.containsKey(entry.getKey()) && entry.getValue().contains(values.get(entry.getKey())));
    }
}
