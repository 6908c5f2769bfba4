package io.github.performer4j.benchmarks;

import java.util.Collection;

/** What is made of repeated times. */
public final class Timing {
    private Timing() {}

    /** Returns the middle value, or the mean of the middle two. */
    public static double median(Collection<Double> values) {
        Rule.that(!values.isEmpty(), "a median needs a value; values=0");
        double[] sorted =
                values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        int half = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
    }
}
