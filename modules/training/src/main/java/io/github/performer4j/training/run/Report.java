package io.github.performer4j.training.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.performer4j.training.score.FigureNames;
import io.github.performer4j.training.step.Outcome;
import io.github.performer4j.training.task.Evaluation;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The pages of a finished run: curve.png, and report.html with everything in one file: figures beside the baselines, the picture,
 * configuration, data and environment. No script, no link to elsewhere.
 */
public final class Report {
    private static final String STYLE =
            "body{font:15px/1.45 sans-serif;max-width:60em;margin:2em auto;padding:0 1em;color:#222}"
                    + "table{border-collapse:collapse;margin:.5em 0}"
                    + "td,th{border:1px solid #ccc;padding:.25em .7em;text-align:left}"
                    + "td.n{text-align:right;font-variant-numeric:tabular-nums}"
                    + "img{max-width:100%}pre{background:#f5f5f5;padding:1em;overflow:auto}";

    private Report() {}

    /**
     * Writes curve.png and report.html into the run folder.
     *
     * @param folder the run
     * @param outcome how it ended
     * @param last the evaluation to show, of the best model; null if there was none
     * @param data what is known of the data, name → value, in this order
     * @throws IOException if a file cannot be read or written
     */
    public static void write(RunFolder folder, Outcome outcome, Evaluation last, Map<String, String> data)
            throws IOException {
        List<ObjectNode> steps = folder.metrics().read("step");
        List<ObjectNode> evaluations = folder.metrics().read("evaluation");
        byte[] png = RunCurve.png(steps, evaluations);
        if (png != null) {
            folder.write("curve.png", png);
        }
        folder.write("report.html", html(folder, outcome, last, data, steps, evaluations, png));
    }

    private static String html(
            RunFolder folder,
            Outcome outcome,
            Evaluation last,
            Map<String, String> data,
            List<ObjectNode> steps,
            List<ObjectNode> evaluations,
            byte[] png)
            throws IOException {
        StringBuilder html = new StringBuilder(
                        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>")
                .append(escape(String.valueOf(folder.path().getFileName())))
                .append("</title><style>")
                .append(STYLE)
                .append("</style></head><body>\n<h1>")
                .append(escape(String.valueOf(folder.path().getFileName())))
                .append("</h1>\n");
        html.append(table("Run", run(outcome, steps)));
        if (last != null) {
            html.append(evaluation(last));
        }
        if (png != null) {
            html.append("<h2>Course</h2>\n<img alt=\"held-out figure over the steps\" src=\"data:image/png;base64,")
                    .append(Base64.getEncoder().encodeToString(png))
                    .append("\">\n");
        }
        if (!evaluations.isEmpty()) {
            List<String> names = new ArrayList<>();
            evaluations.get(0).path("figures").fieldNames().forEachRemaining(names::add);
            html.append("<h2>Evaluations</h2>\n<table><tr><th>step</th>");
            names.forEach(name ->
                    html.append("<th>").append(escape(FigureNames.words(name))).append("</th>"));
            html.append("</tr>\n");
            for (ObjectNode event : evaluations) {
                html.append("<tr>").append(cell(event.path("step").asText()));
                names.forEach(
                        name -> html.append(cell(number(event.path("figures").path(name)))));
                html.append("</tr>\n");
            }
            html.append("</table>\n");
        }
        for (Map.Entry<String, byte[]> picture : folder.pictures().entrySet()) {
            html.append("<h2>")
                    .append(escape(picture.getKey().replace(".png", "")))
                    .append("</h2>\n<img alt=\"")
                    .append(escape(picture.getKey()))
                    .append(" of the best model\" src=\"data:image/png;base64,")
                    .append(Base64.getEncoder().encodeToString(picture.getValue()))
                    .append("\">\n");
        }
        html.append(table("Data", data));
        for (Map.Entry<String, JsonNode> section : folder.config().tree().properties()) {
            Map<String, String> rows = new LinkedHashMap<>();
            flatten("", section.getValue(), rows);
            html.append(table("Configuration: " + section.getKey(), rows));
        }
        html.append(table("Environment", environment()));
        return html.append("</body></html>\n").toString();
    }

    private static Map<String, String> run(Outcome outcome, List<ObjectNode> steps) {
        Map<String, String> rows = new LinkedHashMap<>();
        rows.put("outcome", outcome.name().toLowerCase(Locale.ROOT).replace('_', ' '));
        if (!steps.isEmpty()) {
            ObjectNode end = steps.get(steps.size() - 1);
            rows.put("steps", end.path("step").asText());
            rows.put("epoch", end.path("epoch").asText());
            rows.put(
                    "training time",
                    String.format(Locale.ROOT, "%.1f s", end.path("elapsed").asDouble()));
            rows.put(
                    "tokens per second, median",
                    String.format(
                            Locale.ROOT,
                            "%.0f",
                            median(steps.stream()
                                    .mapToDouble(s -> s.path("tokensPerSecond").asDouble())
                                    .sorted()
                                    .toArray())));
        }
        return rows;
    }

    private static String evaluation(Evaluation e) {
        StringBuilder html = new StringBuilder("<h2>Held-out data</h2>\n<table><tr><th></th><th>"
                + escape(FigureNames.words(e.primary()))
                + (e.higherIsBetter() ? ", higher is better" : ", lower is better")
                + "</th></tr>\n");
        html.append(row("this model", number(e.value())));
        e.baselines().forEach((name, value) -> html.append(row(FigureNames.baseline(name), number(value))));
        html.append("</table>\n<table>");
        e.figures()
                .forEach((name, value) ->
                        html.append(row(FigureNames.words(name), value == null ? "not defined" : number(value))));
        return html.append(row("predictions", String.format(Locale.ROOT, "%,d", e.count())))
                .append("</table>\n")
                .toString();
    }

    private static String row(String name, String value) {
        return "<tr><td>" + escape(name) + "</td>" + cell(value) + "</tr>\n";
    }

    private static Map<String, String> environment() {
        Map<String, String> rows = new LinkedHashMap<>();
        rows.put("Java", System.getProperty("java.vm.name") + " " + System.getProperty("java.runtime.version"));
        rows.put(
                "system",
                System.getProperty("os.name") + " " + System.getProperty("os.version") + " "
                        + System.getProperty("os.arch"));
        rows.put("processors", String.valueOf(Runtime.getRuntime().availableProcessors()));
        rows.put("heap limit", Runtime.getRuntime().maxMemory() / (1 << 20) + " MiB");
        return rows;
    }

    private static void flatten(String prefix, JsonNode node, Map<String, String> rows) {
        for (Map.Entry<String, JsonNode> entry : node.properties()) {
            if (entry.getValue().isObject()) {
                flatten(prefix + entry.getKey() + ".", entry.getValue(), rows);
            } else {
                rows.put(
                        prefix + entry.getKey(),
                        entry.getValue().asText(entry.getValue().toString()));
            }
        }
    }

    private static String table(String title, Map<String, String> rows) {
        StringBuilder html = new StringBuilder("<h2>" + escape(title) + "</h2>\n<table>\n");
        rows.forEach((name, value) -> html.append("<tr><td>")
                .append(escape(name))
                .append("</td><td>")
                .append(escape(value))
                .append("</td></tr>\n"));
        return html.append("</table>\n").toString();
    }

    private static String cell(String text) {
        return "<td class=\"n\">" + text + "</td>";
    }

    private static String number(JsonNode value) {
        return value.isNumber() ? number(value.asDouble()) : "–";
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.4f", value);
    }

    private static double median(double... sorted) {
        return sorted[sorted.length / 2];
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
