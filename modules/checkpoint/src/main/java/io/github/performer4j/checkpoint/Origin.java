package io.github.performer4j.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * What a model was in the program that it came from: enough to write it back under that program's names.
 *
 * @param architecture name of the family, as {@code bert}
 * @param config its {@code config.json}
 * @param tensors name → shape of the tensors that the model was made of, by name
 */
public record Origin(String architecture, JsonNode config, Map<String, List<Long>> tensors) {
    /** Copies the names and shapes. */
    public Origin {
        Objects.requireNonNull(architecture, "architecture");
        config = Objects.requireNonNull(config, "config").deepCopy();
        Map<String, List<Long>> sorted = new TreeMap<>();
        tensors.forEach((name, shape) -> sorted.put(name, List.copyOf(shape)));
        tensors = Collections.unmodifiableMap(sorted);
    }
}
