package io.github.performer4j.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.performer4j.training.ComparedFigures;
import io.github.performer4j.training.ComparedRun;
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
 * @param loss mean held-out loss, nats per predicted token
 * @param deviation standard deviation over seeds, with n − 1; NaN for fewer than two
 * @param toExact mean of this loss − that of exact attention, over the seeds that both have
 * @param secondsPerStep mean over the runs
 * @param seeds runs behind the loss
 * @param diverged runs that diverged
 */
record CompareRow(
        String map, double loss, double deviation, double toExact, double secondsPerStep, int seeds, int diverged) {
    /** NaN comes last. */
    static final Comparator<CompareRow> BEST_FIRST = Comparator.comparingDouble(CompareRow::loss);

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
        String value = Double.isNaN(loss)
                ? (diverged > 0 ? "diverged" : "–")
                : String.format(Locale.ROOT, "%.4f", loss)
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

    ObjectNode json() {
        return Action.object()
                .put("map", map)
                .put("loss", orNull(loss))
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
