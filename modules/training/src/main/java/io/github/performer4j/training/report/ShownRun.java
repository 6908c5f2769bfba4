package io.github.performer4j.training.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.performer4j.training.Json;
import io.github.performer4j.training.run.RunFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A run as a page shows it.
 *
 * @param name by which the page tells runs apart
 * @param state running, finished or stopped
 * @param steps its step events, oldest first, see {@link io.github.performer4j.training.run.Metrics}
 * @param evaluations its evaluation events
 * @param settings key of the configuration → value
 * @param pictures of the best model's figures, name → PNG
 * @param sample what its model wrote; null if there is nothing to show
 */
public record ShownRun(
        String name,
        String state,
        List<ObjectNode> steps,
        List<ObjectNode> evaluations,
        Map<String, String> settings,
        Map<String, byte[]> pictures,
        String sample) {
    /**
     * Reads a run folder.
     *
     * @param name of the run on the page
     * @param sample what its model wrote; null if there is nothing to show
     * @throws IllegalArgumentException if it is no run folder
     * @throws IOException if it cannot be read
     */
    public static ShownRun of(String name, Path folder, String sample) throws IOException {
        RunFolder run = RunFolder.open(folder);
        Map<String, String> settings = new TreeMap<>();
        flatten("", Json.object(run.config().toJson()), settings);
        return new ShownRun(
                name,
                run.state(),
                run.metrics().read("step"),
                run.metrics().read("evaluation"),
                settings,
                run.pictures(),
                sample);
    }

    private static void flatten(String prefix, JsonNode node, Map<String, String> settings) {
        for (Map.Entry<String, JsonNode> entry : node.properties()) {
            if (entry.getValue().isObject()) {
                flatten(prefix + entry.getKey() + ".", entry.getValue(), settings);
            } else {
                settings.put(
                        prefix + entry.getKey(),
                        entry.getValue().asText(entry.getValue().toString()));
            }
        }
    }

    /** Returns the evaluation that was the best of its time last, whose model is kept; null if there was none. */
    ObjectNode best() {
        ObjectNode best = null;
        for (ObjectNode evaluation : evaluations) {
            best = evaluation.path("best").asBoolean() ? evaluation : best;
        }
        return best;
    }
}
