package io.github.performer4j.training.task;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How well a model does its task on held-out data. Early stopping, the best model, report and pictures follow the primary figure.
 *
 * @param primary name of the figure that decides which model is better
 * @param higherIsBetter its direction
 * @param figures name → value, the primary one among them; null where a figure is not defined on this data
 * @param baselines name of a simple rule → its primary figure on the same data; empty if there is none
 * @param count how many things were predicted
 */
public record Evaluation(
        String primary,
        boolean higherIsBetter,
        Map<String, Double> figures,
        Map<String, Double> baselines,
        long count) {
    /** Checks that the primary figure is there. */
    public Evaluation {
        if (figures.get(primary) == null) {
            throw new IllegalArgumentException(
                    "the primary figure must be defined; primary=" + primary + ", figures=" + figures);
        }
        figures = Collections.unmodifiableMap(new LinkedHashMap<>(figures));
        baselines = Collections.unmodifiableMap(new LinkedHashMap<>(baselines));
    }

    /** Returns the primary figure. */
    @JsonIgnore
    public double value() {
        return figures.get(primary);
    }

    /**
     * Returns a figure.
     *
     * @return NaN if it is not defined on this data
     * @throws IllegalArgumentException if the task has no such figure
     */
    public double figure(String name) {
        if (!figures.containsKey(name)) {
            throw new IllegalArgumentException("no such figure; name=" + name + ", known=" + figures.keySet());
        }
        Double value = figures.get(name);
        return value == null ? Double.NaN : value;
    }

    /**
     * Returns a baseline's primary figure.
     *
     * @throws IllegalArgumentException if there is no such baseline
     */
    public double baseline(String name) {
        if (baselines.get(name) == null) {
            throw new IllegalArgumentException("no such baseline; name=" + name + ", known=" + baselines.keySet());
        }
        return baselines.get(name);
    }
}
