package io.github.performer4j.training.report;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.performer4j.training.Json;
import io.github.performer4j.training.Rule;
import io.github.performer4j.training.score.FigureNames;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/**
 * One page for several runs: curves that can be zoomed and switched off, the figures of the best models, the settings in which the runs differ, pictures and samples side by side.
 * All of it is in the one file; it loads nothing from elsewhere, and its tables need no script.
 */
public final class RunsPage {
    private RunsPage() {}

    /**
     * Makes the page.
     *
     * @param title at its head
     * @param runs at least one, of different names
     * @return HTML in UTF-8
     */
    public static byte[] html(String title, List<ShownRun> runs) throws IOException {
        Rule.that(!runs.isEmpty(), "a page needs a run", "runs", runs.size());
        Set<String> names = new HashSet<>();
        for (ShownRun run : runs) {
            Rule.that(names.add(run.name()), "runs of a page must have different names", "name", run.name());
        }
        StringBuilder body = new StringBuilder();
        best(body, runs);
        differences(body, runs);
        pictures(body, runs);
        samples(body, runs);
        String page = resource("page.html")
                .replace("@STYLE@", resource("page.css"))
                .replace("@TITLE@", escape(title))
                .replace("@SCRIPT@", resource("page.js"))
                .replace("@BODY@", body)
                .replace(
                        "@DATA@",
                        Json.MAPPER.writeValueAsString(RunCurves.json(runs)).replace("<", "\\u003c"));
        return page.getBytes(StandardCharsets.UTF_8);
    }

    private static void best(StringBuilder body, List<ShownRun> runs) {
        Set<String> figures = new LinkedHashSet<>();
        for (ShownRun run : runs) {
            if (run.best() != null) {
                figures.add(run.best().path("primary").asText());
            }
        }
        for (ShownRun run : runs) {
            if (run.best() != null) {
                run.best().path("figures").fieldNames().forEachRemaining(figures::add);
            }
        }
        body.append(
                "<h2>Best models</h2>\n<div class=\"wide\"><table id=\"best\"><tr><th>run</th><th>state</th><th>steps</th><th>time</th>");
        figures.forEach(figure ->
                body.append("<th>").append(escape(FigureNames.words(figure))).append("</th>"));
        body.append("<th>at step</th></tr>\n");
        for (ShownRun run : runs) {
            ObjectNode last = run.steps().isEmpty()
                    ? Json.MAPPER.createObjectNode()
                    : run.steps().get(run.steps().size() - 1);
            body.append("<tr><td>")
                    .append(escape(run.name()))
                    .append("</td><td>")
                    .append(escape(run.state()));
            body.append("</td><td class=\"n\">")
                    .append(String.format(Locale.ROOT, "%,d", last.path("step").asLong()));
            body.append("</td><td class=\"n\">")
                    .append(time(last.path("elapsed").asDouble()))
                    .append("</td>");
            for (String figure : figures) {
                body.append(run.best() == null ? "<td class=\"n\">–</td>" : figure(runs, run, figure));
            }
            body.append("<td class=\"n\">")
                    .append(run.best() == null ? "–" : run.best().path("step").asText())
                    .append("</td></tr>\n");
        }
        body.append("</table></div>\n");
    }

    /** A cell; the best primary figure of all runs of its task stands out. */
    private static String figure(List<ShownRun> runs, ShownRun run, String figure) {
        ObjectNode best = run.best();
        if (!best.path("figures").path(figure).isNumber()) {
            return "<td class=\"n\">–</td>";
        }
        double value = best.path("figures").path(figure).asDouble();
        boolean primary = figure.equals(best.path("primary").asText());
        boolean higher = best.path("higherIsBetter").asBoolean();
        boolean first = primary
                && runs.stream()
                        .filter(other -> other.best() != null
                                && figure.equals(other.best().path("primary").asText()))
                        .mapToDouble(other ->
                                other.best().path("figures").path(figure).asDouble())
                        .noneMatch(other -> higher ? other > value : other < value);
        return (first ? "<td class=\"n best\">" : "<td class=\"n\">") + String.format(Locale.ROOT, "%.4f", value)
                + "</td>";
    }

    private static String time(double seconds) {
        return seconds >= 60
                ? String.format(Locale.ROOT, "%.1f min", seconds / 60)
                : String.format(Locale.ROOT, "%.1f s", seconds);
    }

    private static void differences(StringBuilder body, List<ShownRun> runs) {
        Set<String> keys = new TreeSet<>();
        for (ShownRun run : runs) {
            for (String key : run.settings().keySet()) {
                if (runs.stream()
                                .map(other -> String.valueOf(other.settings().get(key)))
                                .distinct()
                                .count()
                        > 1) {
                    keys.add(key);
                }
            }
        }
        body.append("<h2>Settings that differ</h2>\n");
        if (keys.isEmpty()) {
            body.append(runs.size() == 1 ? "<p>One run.</p>\n" : "<p>None.</p>\n");
            return;
        }
        body.append("<div class=\"wide\"><table id=\"settings\"><tr><th>key</th>");
        runs.forEach(run -> body.append("<th>").append(escape(run.name())).append("</th>"));
        body.append("</tr>\n");
        for (String key : keys) {
            body.append("<tr><td>").append(escape(key)).append("</td>");
            runs.forEach(run -> body.append("<td>")
                    .append(escape(run.settings().getOrDefault(key, "–")))
                    .append("</td>"));
            body.append("</tr>\n");
        }
        body.append("</table></div>\n");
    }

    private static void pictures(StringBuilder body, List<ShownRun> runs) {
        Set<String> names = new TreeSet<>();
        runs.forEach(run -> names.addAll(run.pictures().keySet()));
        for (String name : names) {
            body.append("<h2>")
                    .append(escape(name.replace(".png", "").replace('-', ' ')))
                    .append("</h2>\n<div class=\"pictures\">");
            for (ShownRun run : runs) {
                byte[] png = run.pictures().get(name);
                if (png != null) {
                    body.append("<figure><img alt=\"").append(escape(name + " of " + run.name()));
                    body.append("\" src=\"data:image/png;base64,")
                            .append(Base64.getEncoder().encodeToString(png));
                    body.append("\"><figcaption>").append(escape(run.name())).append("</figcaption></figure>\n");
                }
            }
            body.append("</div>\n");
        }
    }

    private static void samples(StringBuilder body, List<ShownRun> runs) {
        boolean head = false;
        for (ShownRun run : runs) {
            if (run.sample() != null) {
                body.append(head ? "" : "<h2>Samples</h2>\n").append("<h3>").append(escape(run.name()));
                body.append("</h3>\n<pre>").append(escape(run.sample())).append("</pre>\n");
                head = true;
            }
        }
    }

    private static String resource(String name) throws IOException {
        try (InputStream in = RunsPage.class.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
