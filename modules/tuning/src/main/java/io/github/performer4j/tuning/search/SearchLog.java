package io.github.performer4j.tuning.search;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.performer4j.training.Json;
import io.github.performer4j.training.run.Whole;
import io.github.performer4j.training.task.Evaluation;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What happened in a search, in order, one JSON object a line; a search goes on by living through it again.
 *
 * <pre>
 * {"event":"begin","trial":1,"rung":0,"values":{"model.layers":"2",…},"point":[0.31,…]}
 * {"event":"end","trial":1,"rung":0,"steps":90,"parameters":4100,"secondsPerStep":0.02,"evaluation":{…}}
 * {"event":"fail","trial":2,"rung":0,"cause":"…"}
 * </pre>
 *
 * <p>A last line that a kill cut off is no event.
 */
final class SearchLog {
    /** The file's name in the folder of a search. */
    static final String FILE = "trials.jsonl";

    private final Path file;

    SearchLog(Path folder) {
        this.file = folder.resolve(FILE);
    }

    /**
     * An event.
     *
     * @param trial its number
     * @param rung of the trial
     * @param values of a begin; null otherwise
     * @param attempt of an end or a failure; null of a begin
     */
    record Event(int trial, int rung, Map<String, String> values, Trial.Attempt attempt) {}

    /**
     * Reads all events, and cuts off what is none.
     *
     * @throws IllegalArgumentException naming file and line, if one before the last is no event
     */
    List<Event> read() throws IOException {
        List<Event> events = new ArrayList<>();
        if (!Files.exists(file)) {
            return events;
        }
        byte[] bytes = Files.readAllBytes(file);
        int end = bytes.length;
        while (end > 0 && bytes[end - 1] != '\n') { // a kill may have cut a line, within a letter, too
            end--;
        }
        String whole = new String(bytes, 0, end, StandardCharsets.UTF_8);
        int line = 0;
        for (String event : whole.lines().toList()) {
            line++;
            try {
                events.add(event(Json.MAPPER.readTree(event)));
            } catch (JsonProcessingException | IllegalArgumentException e) {
                throw new IllegalArgumentException(
                        file + ":" + line + ": a line must be an event of a search: "
                                + String.valueOf(e.getMessage())
                                        .lines()
                                        .findFirst()
                                        .orElse(""),
                        e);
            }
        }
        if (end < bytes.length) {
            Whole.write(file, whole.getBytes(StandardCharsets.UTF_8));
        }
        return events;
    }

    private static Event event(JsonNode node) {
        String kind = node.path("event").asText();
        int trial = node.path("trial").asInt();
        int rung = node.path("rung").asInt();
        switch (kind) {
            case "begin":
                Map<String, String> values = new LinkedHashMap<>();
                node.path("values")
                        .properties()
                        .forEach(entry ->
                                values.put(entry.getKey(), entry.getValue().asText()));
                return new Event(trial, rung, values, null);
            case "end":
                return new Event(
                        trial,
                        rung,
                        null,
                        new Trial.Attempt(
                                node.path("steps").asLong(),
                                Json.read(node.get("evaluation"), Evaluation.class),
                                node.path("parameters").asLong(),
                                node.path("secondsPerStep").asDouble(Double.NaN),
                                null));
            case "fail":
                return new Event(
                        trial,
                        rung,
                        null,
                        Trial.Attempt.failed(node.path("cause").asText()));
            default:
                throw new IllegalArgumentException("unknown event; event=" + kind);
        }
    }

    void begin(Trial trial, int rung) throws IOException {
        ObjectNode node = node("begin", trial.number(), rung);
        ObjectNode values = node.putObject("values");
        trial.values().forEach(values::put);
        node.set("point", Json.MAPPER.valueToTree(trial.point()));
        append(node);
    }

    void end(int trial, int rung, Trial.Attempt attempt) throws IOException {
        if (attempt.failure() != null) {
            append(node("fail", trial, rung).put("cause", attempt.failure()));
            return;
        }
        ObjectNode node = node("end", trial, rung);
        node.put("steps", attempt.steps());
        node.put("parameters", attempt.parameters());
        node.put("secondsPerStep", attempt.secondsPerStep());
        node.set("evaluation", Json.MAPPER.valueToTree(attempt.evaluation()));
        append(node);
    }

    private static ObjectNode node(String event, int trial, int rung) {
        return Json.MAPPER
                .createObjectNode()
                .put("event", event)
                .put("trial", trial)
                .put("rung", rung);
    }

    private void append(ObjectNode node) throws IOException {
        Files.writeString(
                file, node + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND, StandardOpenOption.SYNC);
    }
}
