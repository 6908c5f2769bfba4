package io.github.performer4j.cli.compare;

import java.util.List;

/**
 * Mean of a figure over seeds, and what the seeds say of its error.
 *
 * @param mean x̄; NaN of no value
 * @param deviation standard deviation s with n − 1; NaN of fewer than two
 * @param count n
 */
record SeedFigures(double mean, double deviation, int count) {
    /** Sums up values, leaving out NaN. */
    static SeedFigures of(List<Double> all) {
        double[] values = all.stream()
                .mapToDouble(Double::doubleValue)
                .filter(v -> !Double.isNaN(v))
                .toArray();
        double sum = 0;
        for (double value : values) {
            sum += value;
        }
        double mean = values.length == 0 ? Double.NaN : sum / values.length;
        double squares = 0;
        for (double value : values) {
            squares += (value - mean) * (value - mean);
        }
        double deviation = values.length < 2 ? Double.NaN : Math.sqrt(squares / (values.length - 1));
        return new SeedFigures(mean, deviation, values.length);
    }

    /** Returns the standard error of the mean, s / √n. */
    double error() {
        return deviation / Math.sqrt(count);
    }
}
