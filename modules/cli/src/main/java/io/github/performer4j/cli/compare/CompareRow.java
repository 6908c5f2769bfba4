package io.github.performer4j.cli.compare;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.performer4j.training.compare.ComparedFigures;
import io.github.performer4j.training.compare.ComparedRun;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.DoubleStream;

/**
 * One map's row over its seeds; NaN stands for what cannot be said yet.
 *
 * @param map its name
 * @param figure mean of the task's primary figure on the held-out side
 * @param deviation standard deviation over seeds, with n − 1; NaN for fewer than two
 * @param toExact mean of this figure − that of exact attention, over the seeds that both have
 * @param secondsPerStep mean over the runs
 * @param seeds runs behind the figure
 * @param diverged runs that diverged
 */
record CompareRow(
        String map, double figure, double deviation, double toExact, double secondsPerStep, int seeds, int diverged) {
    /** Orders rows by their figures, the best first; NaN comes last. */
    static Comparator<CompareRow> bestFirst(boolean higherIsBetter) {
        return Comparator.comparingDouble(row -> higherIsBetter ? -row.figure : row.figure);
    }

    static CompareRow of(String map, List<Long> seeds, Map<ComparedRun, ComparedFigures> figures) {
        Map<Long, ComparedFigures> own = bySeed(map, figures);
        Map<Long, ComparedFigures> exact = bySeed(CompareRuns.EXACT, figures);
        List<Double> losses = new ArrayList<>();
        List<Double> differences = new ArrayList<>();
        for (long seed : seeds) {
            double loss = loss(own.get(seed));
            double reference = loss(exact.get(seed));
            if (!Double.isNaN(loss)) {
                losses.add(loss);
            }
            if (!Double.isNaN(loss - reference)) {
                differences.add(loss - reference);
            }
        }
        int diverged =
                (int) own.values().stream().filter(f -> f.diverged() != null).count();
        DoubleStream times = own.values().stream()
                .mapToDouble(ComparedFigures::secondsPerStep)
                .filter(t -> !Double.isNaN(t));
        return new CompareRow(
                map,
                mean(losses),
                deviation(losses),
                mean(differences),
                times.average().orElse(Double.NaN),
                losses.size(),
                diverged);
    }

    /** Returns the cells after the name. */
    String cells(int planned) {
        String value = Double.isNaN(figure)
                ? (diverged > 0 ? "diverged" : "–")
                : String.format(Locale.ROOT, "%.4f", figure)
                        + (Double.isNaN(deviation) ? "" : String.format(Locale.ROOT, " ± %.4f", deviation));
        String count = (seeds == planned ? String.valueOf(seeds) : seeds + " of " + planned)
                + (diverged > 0 ? ", " + diverged + " diverged" : "");
        return String.format(
                Locale.ROOT,
                "| %-15s | %7s | %6s | %-6s |",
                value,
                number("%+.4f", toExact),
                number("%.3f", secondsPerStep),
                count);
    }

    /** Returns the row as JSON, the figure by its name. */
    ObjectNode json(String primary) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("map", map)
                .put(primary, orNull(figure))
                .put("standard_deviation", orNull(deviation))
                .put("difference_to_exact", orNull(toExact))
                .put("seconds_per_step", orNull(secondsPerStep))
                .put("seeds", seeds)
                .put("diverged", diverged);
    }

    /** JSON has no NaN. */
    static Double orNull(double value) {
        return Double.isNaN(value) ? null : value;
    }

    private static String number(String format, double value) {
        return Double.isNaN(value) ? "–" : String.format(Locale.ROOT, format, value);
    }

    private static Map<Long, ComparedFigures> bySeed(String map, Map<ComparedRun, ComparedFigures> figures) {
        Map<Long, ComparedFigures> found = new TreeMap<>();
        figures.forEach((run, value) -> {
            if (run.name().equals(map)) {
                found.put(run.seed(), value);
            }
        });
        return found;
    }

    private static double loss(ComparedFigures figures) {
        return figures == null || figures.evaluation() == null
                ? Double.NaN
                : figures.evaluation().value();
    }

    private static double mean(List<Double> values) {
        return values.stream().mapToDouble(Double::doubleValue).average().orElse(Double.NaN);
    }

    private static double deviation(List<Double> values) {
        double mean = mean(values);
        double squares =
                values.stream().mapToDouble(v -> (v - mean) * (v - mean)).sum();
        return values.size() < 2 ? Double.NaN : Math.sqrt(squares / (values.size() - 1));
    }
}
