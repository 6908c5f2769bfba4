package io.github.performer4j.training.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.performer4j.training.Json;
import io.github.performer4j.training.score.FigureNames;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The curves of runs as the page's script reads them:
 *
 * <pre>
 * {"figures": [{"key": "train/loss", "words": "training loss"}, …], "first": "valid/loss",
 *  "runs": [{"name": "a", "curves": {"train/loss": {"step": […], "elapsed": […], "value": […]}, …}}, …]}
 * </pre>
 *
 * Of long runs a point is the mean of a window of steps, so that a curve has no more than {@value #POINTS} of them.
 */
final class RunCurves {
    static final int POINTS = 1500;

    private static final Map<String, String> OF_STEPS = new LinkedHashMap<>();

    static {
        OF_STEPS.put("loss", "training loss");
        OF_STEPS.put("learningRate", "learning rate");
        OF_STEPS.put("gradientNorm", "norm of the gradient");
        OF_STEPS.put("tokensPerSecond", "tokens per second");
    }

    private RunCurves() {}

    /** Returns the curves of all runs. */
    static ObjectNode json(List<ShownRun> runs) {
        Map<String, String> figures = new LinkedHashMap<>();
        ObjectNode root = Json.MAPPER.createObjectNode();
        ArrayNode shown = Json.MAPPER.createArrayNode();
        String first = null;
        for (ShownRun run : runs) {
            ObjectNode curves = Json.MAPPER.createObjectNode();
            for (ObjectNode event : run.evaluations()) {
                String primary = "valid/" + event.path("primary").asText();
                first = first == null ? primary : first;
                figures.putIfAbsent(primary, words(primary));
                event.path("figures")
                        .fieldNames()
                        .forEachRemaining(name -> figures.putIfAbsent("valid/" + name, words("valid/" + name)));
            }
            OF_STEPS.forEach((key, words) -> {
                figures.putIfAbsent("train/" + key, words);
                curves.set("train/" + key, curve(run.steps(), "/" + key));
            });
            figures.keySet().stream()
                    .filter(key -> key.startsWith("valid/"))
                    .forEach(key -> curves.set(key, curve(run.evaluations(), "/figures/" + key.substring(6))));
            shown.addObject().put("name", run.name()).set("curves", curves);
        }
        ArrayNode names = root.putArray("figures");
        figures.forEach((key, words) -> names.addObject().put("key", key).put("words", words));
        root.put("first", first == null ? "train/loss" : first);
        root.set("runs", shown);
        return root;
    }

    private static String words(String key) {
        return "held-out " + FigureNames.words(key.substring(6));
    }

    private static ObjectNode curve(List<ObjectNode> events, String pointer) {
        ObjectNode curve = Json.MAPPER.createObjectNode();
        ArrayNode step = curve.putArray("step");
        ArrayNode elapsed = curve.putArray("elapsed");
        ArrayNode value = curve.putArray("value");
        int window = Math.max(1, (events.size() + POINTS - 1) / POINTS);
        for (int from = 0; from < events.size(); from += window) {
            double sum = 0;
            int count = 0;
            ObjectNode last = events.get(from);
            for (ObjectNode event : events.subList(from, Math.min(events.size(), from + window))) {
                JsonNode found = event.at(pointer);
                if (found.isNumber()) {
                    sum += found.asDouble();
                    count++;
                }
                last = event;
            }
            step.add(last.path("step").asLong());
            elapsed.add(Math.round(last.path("elapsed").asDouble() * 1000) / 1000.0);
            if (count == 0 || !Double.isFinite(sum)) {
                value.addNull();
            } else {
                value.add((float) (sum / count));
            }
        }
        return curve;
    }
}
