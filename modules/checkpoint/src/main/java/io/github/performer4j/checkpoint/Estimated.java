package io.github.performer4j.checkpoint;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The numbers that a regression gives for a text, in the units of its training data.
 *
 * @param numbers name → number, in the order of the model's names
 * @param windows in which the model saw the text; the numbers are means over them, weighted by their tokens
 */
public record Estimated(Map<String, Double> numbers, int windows) {
    /** Copies the map, in its order. */
    public Estimated {
        numbers = Collections.unmodifiableMap(new LinkedHashMap<>(numbers));
    }

    /**
     * Returns one number.
     *
     * @throws IllegalArgumentException if the model has none of that name
     */
    public double number(String name) {
        Double number = numbers.get(name);
        if (number == null) {
            throw new IllegalArgumentException("unknown number; name=" + name + ", known=" + numbers.keySet());
        }
        return number;
    }
}
