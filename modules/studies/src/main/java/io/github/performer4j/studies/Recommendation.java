package io.github.performer4j.studies;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * The map to take for a model: the least mean relative error over its heads, at one M. Errors are those of {@link Estimate#comparable}; maps without a closed form
 * whose draws missed the tail are left out.
 *
 * @param setting map, projection and M
 * @param relativeError its mean relative error
 * @param second the next best; null if there was no other
 * @param secondError its error; NaN if there was no other
 */
public record Recommendation(Setting setting, double relativeError, Setting second, double secondError) {

    /**
     * Chooses among measured rows.
     *
     * @param rows of all heads
     * @param features the M at which maps are compared
     * @param usable what the model can use
     * @return null if no usable map has rows at this M
     */
    public static Recommendation among(List<KernelRow> rows, int features, Predicate<Setting> usable) {
        return among(rows, features, usable, meanErrors(rows));
    }

    /** The same by medians over the heads, for few of them, among which one with a pair far in the tail would decide alone. */
    public static Recommendation amongMedians(List<KernelRow> rows, int features, Predicate<Setting> usable) {
        Map<Setting, List<Double>> errors = new LinkedHashMap<>();
        rows.forEach(row -> errors.computeIfAbsent(row.setting(), any -> new ArrayList<>())
                .add(row.estimate().comparable()));
        Map<Setting, Double> medians = new LinkedHashMap<>();
        errors.forEach((setting, all) -> medians.put(setting, median(all)));
        return among(rows, features, usable, medians);
    }

    /** Returns the median, of an even number of values the mean of the two in the middle; NaN of none. */
    public static double median(List<Double> values) {
        double[] sorted = values.stream().mapToDouble(v -> v).sorted().toArray();
        int half = sorted.length / 2;
        return sorted.length == 0
                ? Double.NaN
                : sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
    }

    private static Recommendation among(
            List<KernelRow> rows, int features, Predicate<Setting> usable, Map<Setting, Double> errors) {
        List<Map.Entry<Setting, Double>> order = errors.entrySet().stream()
                .filter(e -> e.getKey().features() == features && usable.test(e.getKey()))
                .filter(e -> sampled(rows, e.getKey()))
                .sorted(Comparator.comparingDouble(Map.Entry::getValue))
                .toList();
        if (order.isEmpty()) {
            return null;
        }
        boolean alone = order.size() == 1;
        return new Recommendation(
                order.get(0).getKey(),
                order.get(0).getValue(),
                alone ? null : order.get(1).getKey(),
                alone ? Double.NaN : order.get(1).getValue());
    }

    private static boolean sampled(List<KernelRow> rows, Setting setting) {
        return rows.stream()
                .filter(row -> row.setting().equals(setting))
                .map(KernelRow::estimate)
                .noneMatch(estimate -> estimate.theory() == null && estimate.tailMissed());
    }

    /** Returns the mean relative error of each setting over its rows, in their order. */
    public static Map<Setting, Double> meanErrors(List<KernelRow> rows) {
        Map<Setting, double[]> sums = new LinkedHashMap<>();
        for (KernelRow row : rows) {
            double[] sum = sums.computeIfAbsent(row.setting(), any -> new double[2]);
            sum[0] += row.estimate().comparable();
            sum[1]++;
        }
        Map<Setting, Double> means = new LinkedHashMap<>();
        sums.forEach((setting, sum) -> means.put(setting, sum[0] / sum[1]));
        return means;
    }
}
