package io.github.performer4j.tuning.report;

import io.github.performer4j.tuning.search.Trial;
import io.github.performer4j.tuning.space.Parameter;
import io.github.performer4j.tuning.space.Range;
import io.github.performer4j.tuning.space.SearchSpace;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * How much each key has to do with the figure: the share of the variance of the trials' ranks that a one-way split by this
 * key alone explains, Kruskal and Wallis's ε².
 *
 * <p>The n trials that were measured at the first rung, where all have done equal steps, are ranked by their figures (equal
 * ones share the mean of their ranks) and split into g groups: by value of a choice, where a key that is not set is one
 * more, and of numbers into the lower, middle and upper third. With η² = between-group sum of squares / total:
 *
 * <p>ε² = ((n − 1) η² − (g − 1)) / (n − g), cut off at 0.
 *
 * <p>Ranks, because one bad trial would else be the whole variance; ε², because of noise many groups explain more than
 * few. Keys that matter only together show here as little each.
 */
public final class Importance {
    private static final int PARTS = 3;

    private Importance() {}

    /**
     * Measures all keys.
     *
     * @param trials in any order
     * @return ε² in [0, 1] by key, in the space's order, without keys that follow from another; NaN where the trials are too few or all alike
     */
    public static Map<String, Double> of(SearchSpace space, List<Trial> trials) {
        List<Trial> measured = trials.stream()
                .filter(trial -> !trial.attempts().isEmpty()
                        && Double.isFinite(trial.attempts().get(0).cost()))
                .toList();
        double[] ranks = ranks(measured.stream()
                .mapToDouble(trial -> trial.attempts().get(0).cost())
                .toArray());
        Map<String, Double> importance = new LinkedHashMap<>();
        for (Parameter parameter : space.parameters()) {
            if (!(parameter.range() instanceof Range.Multiple)) {
                importance.put(parameter.key(), explained(ranks, groups(parameter, measured)));
            }
        }
        return importance;
    }

    private static List<String> groups(Parameter parameter, List<Trial> trials) {
        List<String> values = trials.stream()
                .map(trial -> trial.values().getOrDefault(parameter.key(), ""))
                .toList();
        if (parameter.range() instanceof Range.Choice) {
            return values;
        }
        List<Double> numbers = values.stream()
                .filter(value -> !value.isEmpty())
                .map(Double::valueOf)
                .toList();
        List<String> groups = new ArrayList<>();
        for (String value : values) {
            if (value.isEmpty()) {
                groups.add(value);
                continue;
            }
            double own = Double.parseDouble(value);
            long below = numbers.stream().filter(number -> number < own).count();
            groups.add(Long.toString(PARTS * below / numbers.size()));
        }
        return groups;
    }

    /** Returns ranks from 1, equal values having their mean. */
    private static double[] ranks(double... values) {
        double[] ranks = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            int less = 0;
            int equal = 0;
            for (double other : values) {
                less += other < values[i] ? 1 : 0;
                equal += other == values[i] ? 1 : 0;
            }
            ranks[i] = less + (equal + 1) / 2.0;
        }
        return ranks;
    }

    private static double explained(double[] ranks, List<String> groups) {
        int n = ranks.length;
        double mean = (n + 1) / 2.0;
        double total = 0;
        Map<String, double[]> sums = new TreeMap<>();
        for (int i = 0; i < n; i++) {
            total += (ranks[i] - mean) * (ranks[i] - mean);
            double[] sum = sums.computeIfAbsent(groups.get(i), key -> new double[2]);
            sum[0] += ranks[i] - mean;
            sum[1]++;
        }
        int g = sums.size();
        if (g < 2 || n <= g || total == 0) {
            return Double.NaN;
        }
        double between = 0;
        for (double[] sum : sums.values()) {
            between += sum[0] * sum[0] / sum[1];
        }
        return Math.max(0, ((n - 1) * between / total - (g - 1)) / (n - g));
    }
}
