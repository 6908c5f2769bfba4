package io.github.performer4j.training.step;

import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.schedule.ISchedule;

/**
 * Sets one learning-rate schedule on every updater of a graph, those of biases included, which
 * {@code ComputationGraph.setLearningRate} passes over.
 *
 * <p>The updaters are the very objects that Deeplearning4j's updater blocks hold and that its configuration JSON writes, so the change
 * holds from the next step on and in every file saved after it, and the updaters' state stays as it is.
 */
final class Rates {
    private Rates() {}

    /**
     * Replaces all learning rates of the graph.
     *
     * @param net an initialised graph
     * @param schedule the schedule; shared by all layers
     */
    static void set(ComputationGraph net, ISchedule schedule) {
        for (IUpdater updater : updaters(net)) {
            updater.setLrAndSchedule(Double.NaN, schedule);
        }
    }

    /** Returns the updaters of all parameters that have a learning rate, in parameter order. */
    static List<IUpdater> updaters(ComputationGraph net) {
        List<IUpdater> updaters = new ArrayList<>();
        for (GraphVertex vertex : net.getVertices()) {
            for (String parameter : Gradients.parameters(vertex).keySet()) {
                IUpdater updater = vertex.getConfig().getUpdaterByParam(parameter);
                if (updater.hasLearningRate()) {
                    updaters.add(updater);
                }
            }
        }
        return updaters;
    }
}
