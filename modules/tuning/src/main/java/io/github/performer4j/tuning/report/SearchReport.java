package io.github.performer4j.tuning.report;

import io.github.performer4j.training.run.Whole;
import io.github.performer4j.training.score.FigureNames;
import io.github.performer4j.tuning.search.Search;
import io.github.performer4j.tuning.search.SearchSettings;
import io.github.performer4j.tuning.search.Trial;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What a search leaves for people, in its folder: {@code leaderboard.csv}, {@code best.json} (the configuration of the best trial, which {@code
 * performer train --config} takes) and {@code report.html}: no script, no link to elsewhere.
 */
public final class SearchReport {
    /** The best trial's configuration. */
    public static final String BEST = "best.json";

    private static final String STYLE =
            "body{font:15px/1.45 sans-serif;max-width:75em;margin:2em auto;padding:0 1em;color:#222}"
                    + "table{border-collapse:collapse;margin:.5em 0;font-variant-numeric:tabular-nums}"
                    + "td,th{border:1px solid #ccc;padding:.25em .7em;text-align:left}.n{text-align:right}"
                    + ".bar{background:#103c8c;height:.9em;display:inline-block;vertical-align:middle;margin-right:.5em}"
                    + ".wide{overflow:auto}svg{width:100%;height:auto}polyline:hover{stroke:#d1495b;stroke-width:3}";

    private SearchReport() {}

    /**
     * Writes the files.
     *
     * @param folder of the search; it exists
     * @param result the trials so far
     * @param command how the search was started, to be shown
     * @throws IOException if one cannot be written
     */
    public static void write(Path folder, SearchSettings settings, Search.Result result, String command)
            throws IOException {
        Leaderboard board = new Leaderboard(settings, result.trials());
        whole(folder.resolve("leaderboard.csv"), board.csv());
        if (result.best() != null) {
            whole(folder.resolve(BEST), settings.config(result.best()).toJson());
        } else {
            Files.deleteIfExists(folder.resolve(BEST));
        }
        whole(folder.resolve("report.html"), html(settings, result, board, command));
    }

    private static void whole(Path file, String text) throws IOException {
        Whole.write(file, text.getBytes(StandardCharsets.UTF_8));
    }

    private static String html(SearchSettings settings, Search.Result result, Leaderboard board, String command) {
        List<Trial> trials = result.trials();
        String figure = FigureNames.words(board.figure());
        long failed = trials.stream().filter(trial -> trial.failure() != null).count();
        StringBuilder html = new StringBuilder(
                "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>Search</title><style>" + STYLE
                        + "</style></head><body>\n<h1>Search</h1>\n<p><code>" + Html.escape(command) + "</code></p>\n");
        html.append(String.format(
                Locale.ROOT,
                "<p>%d trials, %d of them failed%s; candidates by %s, seed %d%s.</p>%n",
                trials.size(),
                failed,
                result.complete() ? "" : ", stopped before its end",
                settings.generator().name().toLowerCase(Locale.ROOT),
                settings.seed(),
                settings.halving() > 0
                        ? (settings.hyperband() ? ", in brackets" : "") + ", the best of each " + settings.halving()
                                + " going on to more steps"
                        : ""));
        if (result.best() != null) {
            html.append("<p>Best: trial ")
                    .append(result.best().number())
                    .append(", ")
                    .append(Html.escape(figure))
                    .append(String.format(
                            Locale.ROOT,
                            " %.4f.",
                            result.best().last().evaluation().value()))
                    .append("</p>\n<h2>Trials</h2>\n<p>A line for each trial; the darker the better.</p>\n<div>")
                    .append(ParallelCoordinates.svg(settings.space(), trials, figure))
                    .append("</div>\n");
        }
        importance(html, Importance.of(settings.space(), settings.comparable(trials)));
        table(html, board);
        return html.append("</body></html>\n").toString();
    }

    private static void importance(StringBuilder html, Map<String, Double> importance) {
        html.append(
                "<h2>Importance of keys</h2>\n<p>The share of the variance of the trials' ranks, after equal steps, that"
                        + " a one-way split by the key alone explains (Kruskal and Wallis's ε²): by value of a choice, of"
                        + " numbers into thirds. Keys that matter only together show as little each.</p>\n<table>");
        importance.entrySet().stream()
                .sorted((a, b) -> Double.compare(known(b.getValue()), known(a.getValue())))
                .forEach(entry -> html.append("<tr><td>")
                        .append(Html.escape(entry.getKey()))
                        .append("</td><td>")
                        .append(
                                Double.isNaN(entry.getValue())
                                        ? "too few trials"
                                        : String.format(
                                                Locale.ROOT,
                                                "<span class=\"bar\" style=\"width:%.0fpx\"></span>%.0f%%",
                                                200 * entry.getValue(),
                                                100 * entry.getValue()))
                        .append("</td></tr>\n"));
        html.append("</table>\n");
    }

    private static double known(double value) {
        return Double.isNaN(value) ? -1 : value;
    }

    private static void table(StringBuilder html, Leaderboard board) {
        List<Map<String, String>> rows = board.rows();
        if (rows.isEmpty()) {
            return;
        }
        html.append("<h2>Leaderboard</h2>\n<div class=\"wide\"><table><tr>");
        rows.get(0)
                .keySet()
                .forEach(column ->
                        html.append("<th>").append(Html.escape(column)).append("</th>"));
        html.append("</tr>\n");
        for (Map<String, String> row : rows) {
            html.append("<tr>");
            row.forEach((column, cell) -> html.append(column.equals("failure") ? "<td>" : "<td class=\"n\">")
                    .append(Html.escape(shown(board, column, cell)))
                    .append("</td>"));
            html.append("</tr>\n");
        }
        html.append("</table></div>\n");
    }

    /** The file has all digits; a page has those that are looked at. */
    private static String shown(Leaderboard board, String column, String cell) {
        boolean measured = column.equals(board.figure()) || column.equals("seconds_per_step");
        return cell.isEmpty() || !measured
                ? cell
                : String.format(
                        Locale.ROOT, column.equals("seconds_per_step") ? "%.3f" : "%.4f", Double.parseDouble(cell));
    }
}
