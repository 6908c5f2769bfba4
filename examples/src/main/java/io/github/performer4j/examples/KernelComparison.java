package io.github.performer4j.examples;

import io.github.performer4j.core.feature.FeatureMap;
import io.github.performer4j.examples.NadarayaWatson.Means;
import io.github.performer4j.examples.NadarayaWatson.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;

/** Scores of all maps beside the exact kernel: each at the width that suits the exact kernel, and at the width that suits the map. */
final class KernelComparison {
    /** Widths σ that are tried, in standard deviations of an input. */
    private static final double[] WIDTHS = {0.125, 0.18, 0.25, 0.35, 0.5, 0.7, 1, 1.4, 2, 2.8};

    /** Draws that the choice of a map's own width averages. */
    private static final int TUNING_SEEDS = 5;

    /** Inputs end this many standard deviations from the mean, which keeps all exponentials within double. */
    private static final double REACH = 3;

    private KernelComparison() {}

    /** Rows to sum over, rows to choose the width by, and rows to report. */
    record Split(Table train, Table validation, Table test) {
        /** Returns the split of inputs and outputs, a list for each of the three parts. */
        static Split of(List<List<double[]>> x, List<List<double[]>> y) {
            Table[] tables = new Table[3];
            for (int part = 0; part < tables.length; part++) {
                tables[part] = new Table(
                        x.get(part).toArray(double[][]::new), y.get(part).toArray(double[][]::new));
            }
            return new Split(tables[0], tables[1], tables[2]);
        }

        /** Returns the split with inputs in standard deviations from the mean, both of the training rows, cut off at ±3. */
        Split standardised() {
            int size = train.x()[0].length;
            double[] mean = new double[size];
            double[] square = new double[size];
            for (double[] row : train.x()) {
                for (int l = 0; l < size; l++) {
                    mean[l] += row[l] / train.x().length;
                    square[l] += row[l] * row[l] / train.x().length;
                }
            }
            double[] deviation = new double[size];
            for (int l = 0; l < size; l++) {
                deviation[l] = Math.sqrt(square[l] - mean[l] * mean[l]);
            }
            return new Split(
                    within(train, mean, deviation), within(validation, mean, deviation), within(test, mean, deviation));
        }

        private static Table within(Table table, double[] mean, double[] deviation) {
            double[][] x = new double[table.x().length][mean.length];
            for (int i = 0; i < x.length; i++) {
                for (int l = 0; l < mean.length; l++) {
                    double z = (table.x()[i][l] - mean[l]) / deviation[l];
                    x[i][l] = Math.max(-REACH, Math.min(REACH, z));
                }
            }
            return new Table(x, table.y());
        }
    }

    /** How good means [n][C] are for outputs [n][C]; more is better. */
    interface Score {
        double of(double[][] means, double[][] y);
    }

    /**
     * A map at a width, on the test rows.
     *
     * @param sigma width
     * @param score mean over seeds
     * @param error its standard error
     * @param fallbacks share of the test rows without a positive denominator
     * @param millis mean time for sums and test rows
     */
    record Result(double sigma, double score, double error, double fallbacks, double millis) {}

    /**
     * A row of the comparison.
     *
     * @param common at the width that the exact kernel likes best on the validation rows
     * @param own at the width that this map likes best there
     */
    record Line(String map, Result common, Result own) {}

    /** Compares; the first line is the exact kernel. */
    static List<Line> of(Split split, Score score, Map<String, FeatureMap> maps, int features, int seeds) {
        Table train = split.train();
        Table validation = split.validation();
        Table test = split.test();
        double common = best(sigma ->
                score.of(NadarayaWatson.exact(train, validation.x(), sigma).values(), validation.y()));
        List<Line> lines = new ArrayList<>();
        long start = System.nanoTime();
        Means exact = NadarayaWatson.exact(train, test.x(), common);
        double millis = (System.nanoTime() - start) / 1e6;
        Result reference = new Result(common, score.of(exact.values(), test.y()), 0, 0, millis);
        lines.add(new Line("exact kernel", reference, reference));
        for (Map.Entry<String, FeatureMap> entry : maps.entrySet()) {
            FeatureMap map = entry.getValue();
            double own = best(sigma -> run(train, validation, sigma, map, features, TUNING_SEEDS, score)
                    .score());
            lines.add(new Line(
                    entry.getKey(),
                    run(train, test, common, map, features, seeds, score),
                    run(train, test, own, map, features, seeds, score)));
        }
        return lines;
    }

    private static double best(DoubleUnaryOperator scoreOfWidth) {
        double best = WIDTHS[0];
        double bestScore = Double.NEGATIVE_INFINITY;
        for (double sigma : WIDTHS) {
            double score = scoreOfWidth.applyAsDouble(sigma);
            if (score > bestScore) {
                best = sigma;
                bestScore = score;
            }
        }
        return best;
    }

    /** Scores a map on the rows of a table, over seeds 0, 1, …. */
    static Result run(Table train, Table rows, double sigma, FeatureMap map, int features, int seeds, Score score) {
        double sum = 0;
        double squares = 0;
        double fallbacks = 0;
        long start = System.nanoTime();
        for (int seed = 0; seed < seeds; seed++) {
            Means means = NadarayaWatson.linear(train, rows.x(), sigma, map, features, seed);
            double s = score.of(means.values(), rows.y());
            sum += s;
            squares += s * s;
            fallbacks += (double) means.fallbacks() / rows.x().length;
        }
        double millis = (System.nanoTime() - start) / 1e6 / seeds;
        double mean = sum / seeds;
        double variance = Math.max(0, squares / seeds - mean * mean) / Math.max(1, seeds - 1);
        return new Result(sigma, mean, Math.sqrt(variance), fallbacks / seeds, millis);
    }

    /** Prints lines, scores times a sign (errors are negative scores). */
    static void print(List<Line> lines, String scoreName, int sign) {
        System.out.printf(
                Locale.ROOT, "%-14s  %-43s  %s%n", "", "at the width of the exact kernel", "at its own width");
        System.out.printf(Locale.ROOT, "%-14s", "map");
        for (int i = 0; i < 2; i++) {
            System.out.printf(Locale.ROOT, "  %5s %16s %8s %9s", "σ", scoreName, "fallback", "ms");
        }
        System.out.println();
        for (Line line : lines) {
            System.out.printf(Locale.ROOT, "%-14s", line.map());
            for (Result r : List.of(line.common(), line.own())) {
                System.out.printf(
                        Locale.ROOT,
                        "  %5.3f %8.3f ± %5.3f %6.1f %% %9.1f",
                        r.sigma(),
                        sign * r.score(),
                        r.error(),
                        100 * r.fallbacks(),
                        r.millis());
            }
            System.out.println();
        }
    }
}
