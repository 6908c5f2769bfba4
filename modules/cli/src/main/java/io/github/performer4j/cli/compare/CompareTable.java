package io.github.performer4j.cli.compare;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.performer4j.cli.show.Tables;
import io.github.performer4j.training.compare.ComparedFigures;
import io.github.performer4j.training.compare.ComparedRun;
import io.github.performer4j.training.score.FigureNames;
import io.github.performer4j.training.task.Evaluation;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/** The figures of a comparison as a table for people, in Markdown, and as JSON for programs; the best map first. */
final class CompareTable {
    private static final String LEGEND = ", mean ± standard deviation over seeds;"
            + " − exact: mean difference over the seeds that both have; s/step: median of a run, mean over seeds.";

    private static final int NAME = 6;

    private final List<Long> seeds;
    private final Map<ComparedRun, ComparedFigures> figures;
    private final List<CompareRow> rows = new ArrayList<>();
    private final Evaluation first;

    CompareTable(List<String> maps, List<Long> seeds, Map<ComparedRun, ComparedFigures> figures) {
        this.seeds = seeds;
        this.figures = figures;
        for (String map : maps) {
            rows.add(CompareRow.of(map, seeds, figures));
        }
        first = figures.values().stream()
                .map(ComparedFigures::evaluation)
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
        rows.sort(CompareRow.bestFirst(first != null && first.higherIsBetter()));
    }

    /** Returns the table alone. */
    List<String> table() {
        int width = rows.stream().mapToInt(row -> row.map().length()).max().orElse(0);
        width = Math.max(width, "map".length());
        String name = "| %-" + width + "s ";
        List<String> lines = new ArrayList<>();
        lines.add(String.format(Locale.ROOT, name, "map")
                + String.format(Locale.ROOT, "| held-out %-6s ", short6(primary())) + "| − exact | s/step | seeds  |");
        lines.add("|" + "-".repeat(width + 2) + "|-----------------|---------|--------|--------|");
        for (CompareRow row : rows) {
            lines.add(String.format(Locale.ROOT, name, row.map()) + row.cells(seeds.size()));
        }
        return lines;
    }

    /** Returns the table and what there is to say about it. */
    List<String> lines() {
        List<String> lines = table();
        lines.add("");
        lines.add((primary().equals("loss")
                        ? "Held-out loss in nats per predicted token"
                        : "Held-out " + FigureNames.words(primary()))
                + LEGEND);
        if (first != null) {
            lines.add(about(first));
        }
        figures.forEach((run, f) -> {
            if (f.diverged() != null) {
                lines.add(run.folder() + " diverged: " + f.diverged());
            }
        });
        return lines;
    }

    /** Returns the name of the figure that is compared. */
    private String primary() {
        return first == null ? "loss" : first.primary();
    }

    /** The column has the width of its cells. */
    private static String short6(String name) {
        return name.length() <= NAME ? name : "figure";
    }

    private String about(Evaluation e) {
        long steps = figures.keySet().iterator().next().config().training().steps();
        String baselines = e.baselines().entrySet().stream()
                .map(baseline -> baseline.getKey().replaceAll("(?<=order)(?=\\d)", " ")
                        + String.format(Locale.ROOT, " %.4f", baseline.getValue()))
                .collect(Collectors.joining(", "));
        return String.format(
                Locale.ROOT,
                "%,d steps; %,d held-out %s%s.",
                steps,
                e.count(),
                primary().equals("loss") ? "tokens" : "predictions",
                baselines.isEmpty() ? "" : "; baselines: " + baselines);
    }

    /** Returns {@code {"rows": […], "runs": […]}}. */
    ObjectNode json() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        ArrayNode array = json.putArray("rows");
        rows.forEach(row -> array.add(row.json(primary())));
        ArrayNode runs = json.putArray("runs");
        figures.forEach((run, f) -> {
            ObjectNode one =
                    f.evaluation() == null ? JsonNodeFactory.instance.objectNode() : Tables.json(f.evaluation());
            runs.add(one.put("map", run.name())
                    .put("seed", run.seed())
                    .put("seconds_per_step", CompareRow.orNull(f.secondsPerStep()))
                    .put("diverged", f.diverged()));
        });
        return json;
    }
}
