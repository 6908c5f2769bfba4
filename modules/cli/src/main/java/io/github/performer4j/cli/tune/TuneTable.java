package io.github.performer4j.cli.tune;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.performer4j.cli.show.Printable;
import io.github.performer4j.training.score.FigureNames;
import io.github.performer4j.training.task.Evaluation;
import io.github.performer4j.tuning.report.Importance;
import io.github.performer4j.tuning.search.Search;
import io.github.performer4j.tuning.search.SearchSettings;
import io.github.performer4j.tuning.search.Trial;
import io.github.performer4j.tuning.space.Parameter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The best trials of a search as a table for people, all of them as JSON for programs. */
final class TuneTable {
    private static final int SHOWN = 10;

    private final SearchSettings settings;
    private final Search.Result result;

    TuneTable(SearchSettings settings, Search.Result result) {
        this.settings = settings;
        this.result = result;
    }

    /** Returns the name of the primary figure as sentences have it. */
    static String figure(Evaluation evaluation) {
        return evaluation.primary().equals("loss") ? "held-out loss" : FigureNames.words(evaluation.primary());
    }

    private List<Trial> measured() {
        return result.trials().stream()
                .filter(trial -> trial.last() != null && trial.failure() == null)
                .toList();
    }

    private List<Trial> failed() {
        return result.trials().stream().filter(trial -> trial.failure() != null).toList();
    }

    /** Returns the table, how many failed and why the first did, and which keys matter. */
    List<String> lines() {
        List<Trial> measured = measured();
        List<String> lines = new ArrayList<>();
        if (!measured.isEmpty()) {
            lines.addAll(table(measured.subList(0, Math.min(SHOWN, measured.size()))));
        }
        if (measured.size() > SHOWN) {
            lines.add("and " + (measured.size() - SHOWN) + " more in leaderboard.csv");
        }
        if (!failed().isEmpty()) {
            lines.add(failed().size() + " of " + result.trials().size() + " trials failed, the first one: "
                    + Printable.line(failed().get(0).failure()));
        }
        List<String> important = new ArrayList<>();
        Importance.of(settings.space(), settings.comparable(result.trials())).entrySet().stream()
                .filter(entry -> !Double.isNaN(entry.getValue()))
                .sorted((a, b) -> Double.compare(b.getValue(), a.getValue()))
                .forEach(entry ->
                        important.add(String.format(Locale.ROOT, "%s %.0f%%", entry.getKey(), 100 * entry.getValue())));
        if (!important.isEmpty()) {
            lines.add("importance (variance of ranks explained by the key alone): " + String.join(", ", important));
        }
        return lines;
    }

    private List<String> table(List<Trial> trials) {
        List<List<String>> rows = new ArrayList<>();
        List<String> head =
                new ArrayList<>(List.of("", "trial", figure(trials.get(0).last().evaluation()), "steps", "parameters"));
        settings.space().parameters().stream()
                .map(Parameter::key)
                .map(key -> key.substring(key.indexOf('.') + 1))
                .forEach(head::add);
        rows.add(head);
        for (Trial trial : trials) {
            List<String> row = new ArrayList<>();
            row.add(Integer.toString(rows.size()));
            row.add(Integer.toString(trial.number()));
            row.add(String.format(Locale.ROOT, "%.4f", trial.last().evaluation().value()));
            row.add(String.format(Locale.ROOT, "%,d", trial.last().steps()));
            row.add(String.format(Locale.ROOT, "%,d", trial.last().parameters()));
            for (Parameter parameter : settings.space().parameters()) {
                row.add(trial.values().getOrDefault(parameter.key(), "–"));
            }
            rows.add(row);
        }
        List<String> lines = new ArrayList<>();
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < row.size(); i++) {
                int column = i;
                int width = rows.stream()
                        .mapToInt(r -> r.get(column).length())
                        .max()
                        .orElse(0);
                line.append(" ".repeat(width - row.get(i).length()))
                        .append(row.get(i))
                        .append("  ");
            }
            lines.add(line.toString().stripTrailing());
        }
        return lines;
    }

    /** Returns all trials as {@code --json} writes them. */
    ObjectNode json() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("complete", result.complete());
        json.put("done", measured().size() + failed().size());
        json.put("failed", failed().size());
        if (result.best() != null) {
            json.put("best", result.best().number());
        }
        ObjectNode importance = json.putObject("importance");
        for (Map.Entry<String, Double> entry : Importance.of(settings.space(), settings.comparable(result.trials()))
                .entrySet()) {
            importance.put(entry.getKey(), Double.isNaN(entry.getValue()) ? null : entry.getValue());
        }
        ArrayNode trials = json.putArray("trials");
        for (Trial trial : result.trials()) {
            ObjectNode node = trials.addObject();
            node.put("trial", trial.number());
            node.put("folder", trial.folder());
            ObjectNode values = node.putObject("values");
            trial.values().forEach(values::put);
            if (trial.failure() != null) {
                node.put("failure", trial.failure());
            } else if (trial.last() != null) {
                node.put("steps", trial.last().steps());
                node.put("parameters", trial.last().parameters());
                node.set(
                        "evaluation",
                        new ObjectMapper().valueToTree(trial.last().evaluation()));
            }
        }
        return json;
    }
}
