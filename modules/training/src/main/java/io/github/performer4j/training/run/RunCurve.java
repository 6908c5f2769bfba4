package io.github.performer4j.training.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.performer4j.training.score.CurvePicture;
import io.github.performer4j.training.score.CurvePicture.Point;
import io.github.performer4j.training.score.FigureNames;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The picture curve.png: the primary figure of a run's evaluations over the steps, its baselines, and the training loss. */
final class RunCurve {
    private static final String LOSS = "loss";

    private RunCurve() {}

    /**
     * Draws the curve.
     *
     * @param steps step events, see {@link Metrics}
     * @param evaluations evaluation events
     * @return a PNG, or null if there is nothing to draw
     */
    static byte[] png(List<ObjectNode> steps, List<ObjectNode> evaluations) {
        ObjectNode last = evaluations.isEmpty() ? null : evaluations.get(evaluations.size() - 1);
        String primary = last == null ? LOSS : last.path("primary").asText(LOSS);
        Map<String, Double> baselines = new LinkedHashMap<>();
        if (last != null) {
            last.path("baselines")
                    .properties()
                    .forEach(entry -> baselines.put(
                            FigureNames.baseline(entry.getKey()),
                            entry.getValue().asDouble()));
        }
        return new CurvePicture(
                        FigureNames.words(primary),
                        last != null && last.path("higherIsBetter").asBoolean(),
                        evaluations.stream()
                                .map(e -> point(e, e.path("figures").path(primary)))
                                .toList(),
                        baselines,
                        steps.stream().map(e -> point(e, e.path(LOSS))).toList(),
                        primary.equals(LOSS) ? null : "training loss")
                .png();
    }

    private static Point point(ObjectNode event, JsonNode value) {
        return new Point(event.path("step").asLong(), value.isNumber() ? value.asDouble() : null);
    }
}
