package io.github.performer4j.core.base;

import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.shade.jackson.core.JsonProcessingException;
import org.nd4j.shade.jackson.databind.JsonNode;
import org.nd4j.shade.jackson.databind.ObjectMapper;

/** Learning-rate schedules of updaters, which ND4J lets one set but not get: their JSON has them. */
final class Schedules {
    private Schedules() {}

    /**
     * Moves an updater's schedule on, if it is a {@link ContinuingSchedule}.
     *
     * @param updater changed in place; may be null
     * @param steps that the net's iteration count has lost
     */
    static void moveOn(IUpdater updater, long steps) {
        if (updater == null || !updater.hasLearningRate()) {
            return;
        }
        ObjectMapper mapper = NeuralNetConfiguration.mapper();
        JsonNode json = mapper.<JsonNode>valueToTree(updater).path("learningRateSchedule");
        try {
            if (json.isObject() && mapper.treeToValue(json, ISchedule.class) instanceof ContinuingSchedule schedule) {
                updater.setLrAndSchedule(Double.NaN, schedule.after(steps));
            }
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a schedule must be readable as it was written; updater=" + updater, e);
        }
    }
}
