package io.github.performer4j.cli.compare;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.performer4j.cli.show.Tables;
import io.github.performer4j.training.compare.ComparedFigures;
import io.github.performer4j.training.compare.ComparedRun;
import io.github.performer4j.training.compare.Variant;
import io.github.performer4j.training.score.FigureNames;
import io.github.performer4j.training.step.TrainingConfig;
import io.github.performer4j.training.task.Evaluation;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/** The figures of a comparison as a table for people, in Markdown, and as JSON for programs; the best variant first. */
final class CompareTable {
    private final List<Variant> variants;
    private final String reference;
    private final List<Long> seeds;
    private final Map<ComparedRun, ComparedFigures> figures;
    private final List<CompareRow> rows = new ArrayList<>();
    private final Evaluation first;
    private final boolean timed;

    /**
     * Sums up runs.
     *
     * @param variants those compared
     * @param reference name of the variant to which the others are compared
     * @param seeds of each variant
     * @param figures of the runs that have ended
     */
    CompareTable(
            List<Variant> variants, String reference, List<Long> seeds, Map<ComparedRun, ComparedFigures> figures) {
        this.variants = variants;
        this.reference = reference;
        this.seeds = seeds;
        this.figures = figures;
        for (Variant variant : variants) {
            rows.add(CompareRow.of(variant.name(), reference, seeds, figures));
        }
        first = figures.values().stream()
                .map(ComparedFigures::evaluation)
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
        timed = figures.keySet().stream()
                .anyMatch(run -> run.config().training().timed());
        rows.sort(CompareRow.bestFirst(first != null && first.higherIsBetter()));
    }

    /** Returns the table alone. */
    List<String> table() {
        CompareColumns columns = new CompareColumns(timed);
        columns.add(List.of(
                "variant",
                "held-out " + (primary().length() <= "recall".length() ? primary() : "figure"),
                "− " + reference,
                "parameters",
                "steps",
                "s/step",
                "seeds"));
        rows.forEach(row -> columns.add(row.cells(reference, seeds.size())));
        return columns.lines();
    }

    /** Returns the table and what there is to say about it. */
    List<String> lines() {
        List<String> lines = table();
        lines.add("");
        lines.add((primary().equals("loss")
                        ? "Held-out loss in nats per predicted token"
                        : "Held-out " + FigureNames.words(primary()))
                + ", mean ± standard error over seeds; − " + reference
                + ": mean difference over the seeds that both have ± its standard error; "
                + (timed ? "steps: mean over seeds; " : "") + "s/step: median of a run, mean over seeds.");
        if (first != null) {
            lines.add(about(first));
        }
        figures.forEach((run, f) -> {
            if (f.diverged() != null) {
                lines.add(run.folder() + " diverged: " + f.diverged());
            }
        });
        if (reference.equals(Variant.BASE)) { // a map's name says what it changes
            lines.add("");
            variants.stream()
                    .filter(variant -> !variant.changes().isEmpty())
                    .forEach(variant -> lines.add("- " + variant.name() + ": `" + variant.typed() + "`"));
        }
        return lines;
    }

    /** Returns the name of the figure that is compared. */
    private String primary() {
        return first == null ? "loss" : first.primary();
    }

    private String about(Evaluation e) {
        TrainingConfig training = figures.keySet().iterator().next().config().training();
        String length = timed
                ? String.format(Locale.ROOT, "%s minutes each", number(training.minutes()))
                : String.format(Locale.ROOT, "%,d steps", training.steps());
        String baselines = e.baselines().entrySet().stream()
                .map(baseline -> baseline.getKey().replaceAll("(?<=order)(?=\\d)", " ")
                        + String.format(Locale.ROOT, " %.4f", baseline.getValue()))
                .collect(Collectors.joining(", "));
        return String.format(
                Locale.ROOT,
                "%s; %,d held-out %s%s.",
                length,
                e.count(),
                primary().equals("loss") ? "tokens" : "predictions",
                baselines.isEmpty() ? "" : "; baselines: " + baselines);
    }

    /** Returns 5 for 5.0. */
    private static String number(double value) {
        return value == Math.rint(value) ? String.valueOf((long) value) : String.valueOf(value);
    }

    /** Returns {@code {"reference": name, "variants": {name: {key: value}}, "rows": […], "runs": […]}}. */
    ObjectNode json() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("reference", reference);
        ObjectNode changes = json.putObject("variants");
        variants.forEach(variant -> {
            ObjectNode one = changes.putObject(variant.name());
            variant.changes().forEach(one::put);
        });
        ArrayNode array = json.putArray("rows");
        rows.forEach(row -> array.add(row.json(primary())));
        ArrayNode runs = json.putArray("runs");
        figures.forEach((run, f) -> {
            ObjectNode one =
                    f.evaluation() == null ? JsonNodeFactory.instance.objectNode() : Tables.json(f.evaluation());
            runs.add(one.put("variant", run.name())
                    .put("seed", run.seed())
                    .put("parameters", f.parameters())
                    .put("steps", f.steps())
                    .put("seconds_per_step", CompareRow.orNull(f.secondsPerStep()))
                    .put("diverged", f.diverged()));
        });
        return json;
    }
}
