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
import java.util.Objects;
import java.util.TreeMap;

/**
 * One variant's row over its seeds; NaN stands for what cannot be said yet.
 *
 * @param variant its name
 * @param figure the task's primary figure on the held-out side
 * @param difference this figure − that of the reference, seed by seed, over the seeds that both have
 * @param parameters number of trained values; null if no run says it
 * @param steps mean over the runs
 * @param secondsPerStep mean over the runs
 * @param diverged runs that diverged
 */
record CompareRow(
        String variant,
        SeedFigures figure,
        SeedFigures difference,
        Long parameters,
        double steps,
        double secondsPerStep,
        int diverged) {
    /** Orders rows by their figures, the best first; NaN comes last. */
    static Comparator<CompareRow> bestFirst(boolean higherIsBetter) {
        return Comparator.comparingDouble(row -> higherIsBetter ? -row.figure.mean() : row.figure.mean());
    }

    static CompareRow of(
            String variant, String reference, List<Long> seeds, Map<ComparedRun, ComparedFigures> figures) {
        Map<Long, ComparedFigures> own = bySeed(variant, figures);
        Map<Long, ComparedFigures> other = bySeed(reference, figures);
        List<Double> values = new ArrayList<>();
        List<Double> differences = new ArrayList<>();
        for (long seed : seeds) {
            values.add(value(own.get(seed)));
            differences.add(value(own.get(seed)) - value(other.get(seed)));
        }
        return new CompareRow(
                variant,
                SeedFigures.of(values),
                SeedFigures.of(differences),
                own.values().stream()
                        .map(ComparedFigures::parameters)
                        .filter(Objects::nonNull)
                        .findFirst()
                        .orElse(null),
                own.values().stream()
                        .mapToLong(ComparedFigures::steps)
                        .average()
                        .orElse(Double.NaN),
                own.values().stream()
                        .mapToDouble(ComparedFigures::secondsPerStep)
                        .filter(t -> !Double.isNaN(t))
                        .average()
                        .orElse(Double.NaN),
                (int) own.values().stream().filter(f -> f.diverged() != null).count());
    }

    /** Returns the cells: name, figure, difference, parameters, steps, seconds a step, seeds. */
    List<String> cells(String reference, int planned) {
        String value = diverged > 0 && figure.count() == 0 ? "diverged" : withError("%.4f", figure);
        // That the reference is equal to itself has no error.
        String apart = variant.equals(reference) ? number("%+.4f", difference.mean()) : withError("%+.4f", difference);
        String count = (figure.count() == planned ? String.valueOf(planned) : figure.count() + " of " + planned)
                + (diverged > 0 ? ", " + diverged + " diverged" : "");
        return List.of(
                variant,
                value,
                apart,
                parameters == null ? "–" : String.format(Locale.ROOT, "%,d", parameters),
                number("%,.0f", steps),
                number("%.3f", secondsPerStep),
                count);
    }

    /** Returns the row as JSON, the figure by its name. */
    ObjectNode json(String primary) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("variant", variant)
                .put(primary, orNull(figure.mean()))
                .put("standard_deviation", orNull(figure.deviation()))
                .put("standard_error", orNull(figure.error()))
                .put("difference", orNull(difference.mean()))
                .put("difference_standard_error", orNull(difference.error()))
                .put("parameters", parameters)
                .put("steps", orNull(steps))
                .put("seconds_per_step", orNull(secondsPerStep))
                .put("seeds", figure.count())
                .put("diverged", diverged);
    }

    /** JSON has no NaN. */
    static Double orNull(double value) {
        return Double.isNaN(value) ? null : value;
    }

    private static String withError(String format, SeedFigures figures) {
        return number(format, figures.mean())
                + (Double.isNaN(figures.error()) ? "" : String.format(Locale.ROOT, " ± %.4f", figures.error()));
    }

    private static String number(String format, double value) {
        return Double.isNaN(value) ? "–" : String.format(Locale.ROOT, format, value);
    }

    private static Map<Long, ComparedFigures> bySeed(String variant, Map<ComparedRun, ComparedFigures> figures) {
        Map<Long, ComparedFigures> found = new TreeMap<>();
        figures.forEach((run, value) -> {
            if (run.name().equals(variant)) {
                found.put(run.seed(), value);
            }
        });
        return found;
    }

    private static double value(ComparedFigures figures) {
        return figures == null || figures.evaluation() == null
                ? Double.NaN
                : figures.evaluation().value();
    }
}
