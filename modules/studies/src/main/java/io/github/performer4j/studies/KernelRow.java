package io.github.performer4j.studies;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * A line of the report.
 *
 * @param setting what was measured
 * @param norm |x| = |y|; with rows of a model √(|x||y|), averaged
 * @param angle degrees between x and y, averaged
 * @param place where a model's rows are from; null for rows on spheres
 * @param estimate what came out
 * @param microsPerToken see {@link AttentionTime}; null where it was not measured
 */
public record KernelRow(
        Setting setting, double norm, double angle, Place place, Estimate estimate, Double microsPerToken) {
    /** A layer and head of a model, both from 0. */
    public record Place(int layer, int head) {
        @Override
        public String toString() {
            return layer + "." + head;
        }
    }

    /** Returns the row as JSON; what is not a finite number is null, because JSON knows no other. */
    public ObjectNode json() {
        ObjectNode row = new ObjectMapper()
                .createObjectNode()
                .put("map", setting.name())
                .put("projection", setting.projectionName())
                .put("head_size", setting.headSize())
                .put("features", setting.features())
                .put("draws", estimate.draws())
                .put("norm", finite(norm))
                .put("angle", finite(angle))
                .put("mse", finite(estimate.mse()))
                .put("mse_standard_error", finite(estimate.mseStandardError()))
                .put("closed_form_mse", finite(estimate.closedFormMse()))
                .put("bias", finite(estimate.bias()))
                .put("bias_standard_error", finite(estimate.biasStandardError()))
                .put("micros_per_token", finite(microsPerToken))
                .put("relative_error", finite(estimate.relativeError()));
        return place == null ? row : row.put("layer", place.layer()).put("head", place.head());
    }

    private static Double finite(Double value) {
        return value == null || !Double.isFinite(value) ? null : value;
    }
}
