package io.github.performer4j.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Whether an engine computed what the reference did: per tensor {@code max|a − b| ≤ 10⁻⁴ · max|b|}; with products in bfloat16
 * {@value #BF16_TOLERANCE}.
 *
 * <p>Updates of AdamW are compared by {@code mean|a − b| ≤ 10⁻³ · mean|b|}: its first step is close to the sign of the gradient, so where a
 * gradient is nothing but rounding the two may move apart by twice the rate, and both be right. A forgotten decay is larger.
 */
final class Comparison {
    /** Largest difference of values and gradients, relative to the largest magnitude. */
    static final double TOLERANCE = 1e-4;

    /** Largest mean difference of updates, relative to their mean magnitude. */
    static final double UPDATE_TOLERANCE = 1e-3;

    /** {@link #TOLERANCE} where products are in bfloat16, whose operands are rounded to 8 bits. */
    static final double BF16_TOLERANCE = 5e-2;

    /** {@link #UPDATE_TOLERANCE} where products are in bfloat16: more gradients are nothing but rounding. */
    static final double BF16_UPDATE_TOLERANCE = 2e-1;

    private static final int PIECE = 1 << 14;

    private double largestDifference;
    private double largest;
    private double sumOfDifferences;
    private double sum;

    private Comparison() {}

    /**
     * Compares the files of two folders.
     *
     * @param inputs folder of the inputs
     * @param ours folder of the reference's results
     * @param theirs folder of the engine's
     * @param bfloat16 whether the engine's products are in bfloat16
     * @return null if they are equal, else what differs most, in one line
     * @throws IOException if a file is missing or has another length
     */
    static String difference(Case c, Path inputs, Path ours, Path theirs, boolean bfloat16) throws IOException {
        double tolerance = bfloat16 ? BF16_TOLERANCE : TOLERANCE;
        double updateTolerance = bfloat16 ? BF16_UPDATE_TOLERANCE : UPDATE_TOLERANCE;
        Map<Outputs.Output, Comparison> all = new LinkedHashMap<>();
        Map<String, Double> largest = new LinkedHashMap<>();
        for (Outputs.Output output : Outputs.of(c)) {
            Comparison comparison = new Comparison();
            comparison.read(output, inputs, ours, theirs);
            all.put(output, comparison);
            largest.put(output.name(), comparison.largest);
        }
        String worst = null;
        double most = 1;
        for (Map.Entry<Outputs.Output, Comparison> entry : all.entrySet()) {
            Outputs.Output output = entry.getKey();
            boolean update = output.before() != null;
            Comparison comparison = entry.getValue();
            double difference = update
                    ? comparison.sumOfDifferences / comparison.sum
                    : comparison.largestDifference / largest.get(output.scale());
            double excess = difference / (update ? updateTolerance : tolerance);
            if (!(excess <= most)) { // NaN is a difference, too
                most = Double.isNaN(excess) ? Double.POSITIVE_INFINITY : excess;
                worst = String.format(
                        Locale.ROOT,
                        "%s differs by %.2g of its %s",
                        output.name(),
                        difference,
                        update ? "mean magnitude" : "largest value");
            }
        }
        return worst;
    }

    private void read(Outputs.Output output, Path inputs, Path ours, Path theirs) throws IOException {
        float[] before = new float[PIECE];
        float[] expected = new float[PIECE];
        float[] found = new float[PIECE];
        Path start = TensorFiles.file(
                output.before() == null ? ours : inputs, output.before() == null ? output.name() : output.before());
        try (TensorFiles.Reader a = new TensorFiles.Reader(TensorFiles.file(ours, output.name()), output.length());
                TensorFiles.Reader b =
                        new TensorFiles.Reader(TensorFiles.file(theirs, output.name()), output.length());
                TensorFiles.Reader zero = new TensorFiles.Reader(start, output.length())) {
            for (int n = a.next(expected); n > 0; n = a.next(expected)) {
                b.next(found);
                zero.next(before);
                for (int i = 0; i < n; i++) {
                    double value = output.before() == null ? expected[i] : (double) expected[i] - before[i];
                    add(value, Math.abs((double) found[i] - expected[i]));
                }
            }
        }
    }

    private void add(double value, double difference) {
        // Math.max keeps NaN.
        largestDifference = Math.max(largestDifference, difference);
        largest = Math.max(largest, Math.abs(value));
        sumOfDifferences += difference;
        sum += Math.abs(value);
    }
}
