package io.github.performer4j.training.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.performer4j.training.Json;
import io.github.performer4j.training.step.RunListener;
import io.github.performer4j.training.step.TrainerState;
import io.github.performer4j.training.task.Evaluation;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * The figures of a run, one JSON object a line:
 *
 * <pre>
 * {"event":"step","step":1,"epoch":0,"loss":3.1,"learningRate":1e-5,"gradientNorm":2.0,"tokensPerSecond":900.0,"elapsed":4.2}
 * {"event":"evaluation","step":50,"elapsed":99.0,"best":true,"primary":"loss","higherIsBetter":false,
 *  "figures":{"loss":2.9,…},"baselines":{"order0":2.9,…},"count":60000}
 * {"event":"phases","step":80,"elapsed":240.0,"decayStart":80,"totalSteps":100}
 * </pre>
 *
 * The loss of a step is a mean over what is predicted, in nats where that is tokens or classes; times are in seconds. A line cut off by a kill is passed over.
 */
public final class Metrics {
    private final Path file;

    Metrics(Path file) {
        this.file = file;
    }

    /** Returns all events, oldest first; empty if there is no file yet. */
    public List<ObjectNode> read() throws IOException {
        List<ObjectNode> events = new ArrayList<>();
        if (Files.exists(file)) {
            for (String line : Files.readAllLines(file)) {
                try {
                    if (Json.MAPPER.readTree(line) instanceof ObjectNode event) {
                        events.add(event);
                    }
                } catch (JsonProcessingException e) {
                    continue;
                }
            }
        }
        return events;
    }

    /** Returns the events of one kind. */
    public List<ObjectNode> read(String event) throws IOException {
        return read().stream()
                .filter(e -> event.equals(e.path("event").asText()))
                .toList();
    }

    /** Leaves out all events after a step, so that a resumed run does not repeat lines. */
    void truncate(long step) throws IOException {
        StringBuilder kept = new StringBuilder();
        for (ObjectNode event : read()) {
            if (event.path("step").asLong() <= step) {
                kept.append(event).append('\n');
            }
        }
        Whole.write(file, kept.toString().getBytes(StandardCharsets.UTF_8));
    }

    void step(RunListener.Progress p) throws IOException {
        append(event("step", p.step())
                .put("epoch", p.epoch())
                .put("loss", p.loss())
                .put("learningRate", p.learningRate())
                .put("gradientNorm", p.gradientNorm())
                .put("tokensPerSecond", p.tokensPerSecond())
                .put("elapsed", p.elapsed()));
    }

    void evaluation(long step, double elapsed, Evaluation evaluation, boolean best) throws IOException {
        ObjectNode event = event("evaluation", step).put("elapsed", elapsed).put("best", best);
        JsonNode figures = Json.MAPPER.valueToTree(evaluation);
        append(event.setAll((ObjectNode) figures));
    }

    void phases(TrainerState state) throws IOException {
        append(event("phases", state.step())
                .put("elapsed", state.elapsed())
                .put("decayStart", state.decayStart())
                .put("totalSteps", state.totalSteps()));
    }

    private static ObjectNode event(String event, long step) {
        return Json.MAPPER.createObjectNode().put("event", event).put("step", step);
    }

    private void append(JsonNode event) throws IOException {
        Files.writeString(file, event + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }
}
