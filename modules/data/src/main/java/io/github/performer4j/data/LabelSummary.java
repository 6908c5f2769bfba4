package io.github.performer4j.data;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * What stands in a label column.
 *
 * @param column its name
 * @param labelled examples that have a label
 * @param values label → examples, most frequent first; empty if there are more than {@value #MOST} different ones
 * @param different number of different labels, {@value #MOST} + 1 if there are more
 * @param numbers least, mean and largest value if all labels are numbers, else null
 */
public record LabelSummary(
        String column, long labelled, Map<String, Long> values, int different, Map<String, Double> numbers) {
    /** Different labels that are counted by themselves. */
    public static final int MOST = 1000;

    /** Counts the labels of a column. */
    static final class Counter {
        private final String column;
        private final TreeMap<String, Long> values = new TreeMap<>();
        private boolean many;
        private boolean numeric = true;
        private long labelled;
        private double sum;
        private double least = Double.POSITIVE_INFINITY;
        private double largest = Double.NEGATIVE_INFINITY;

        Counter(String column) {
            this.column = column;
        }

        void add(String label) {
            labelled++;
            if (!many) {
                values.merge(label, 1L, Long::sum);
                many = values.size() > MOST;
            }
            if (numeric) {
                try {
                    double value = Double.parseDouble(label.strip());
                    sum += value;
                    least = Math.min(least, value);
                    largest = Math.max(largest, value);
                } catch (NumberFormatException e) {
                    numeric = false;
                }
            }
        }

        LabelSummary summary() {
            Map<String, Long> ordered = new LinkedHashMap<>();
            if (!many) {
                values.entrySet().stream()
                        .sorted((a, b) -> Long.compare(b.getValue(), a.getValue()))
                        .forEach(entry -> ordered.put(entry.getKey(), entry.getValue()));
            }
            Map<String, Double> numbers = null;
            if (numeric && labelled > 0) {
                numbers = new LinkedHashMap<>();
                numbers.put("least", least);
                numbers.put("mean", sum / labelled);
                numbers.put("largest", largest);
            }
            return new LabelSummary(column, labelled, ordered, values.size(), numbers);
        }
    }
}
