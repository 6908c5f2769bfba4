package io.github.performer4j.training.step;

import io.github.performer4j.core.schedule.WarmupSchedule;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.nd4j.linalg.api.ndarray.INDArray;
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
     * @param net an initialised graph, whose layers of different rates have updaters of their own
     * @param schedule the run's
     * @param layers which layers deviate from it
     */
    static void set(ComputationGraph net, WarmupSchedule schedule, LayerRates layers) {
        for (GraphVertex vertex : net.getVertices()) {
            ISchedule own = layers.of(vertex.getVertexName(), schedule);
            updaters(vertex).forEach(updater -> updater.setLrAndSchedule(Double.NaN, own));
        }
    }

    /** Replaces all learning rates of the graph by one schedule. */
    static void set(ComputationGraph net, WarmupSchedule schedule) {
        set(net, schedule, LayerRates.NONE);
    }

    /** Returns how many values of the graph learn. */
    static long learning(ComputationGraph net) {
        long values = 0;
        for (GraphVertex vertex : net.getVertices()) {
            for (Map.Entry<String, INDArray> parameter :
                    Gradients.parameters(vertex).entrySet()) {
                if (vertex.getConfig().getUpdaterByParam(parameter.getKey()).hasLearningRate()) {
                    values += parameter.getValue().length();
                }
            }
        }
        return values;
    }

    /** Returns the updaters of all parameters that have a learning rate, in parameter order. */
    static List<IUpdater> updaters(ComputationGraph net) {
        List<IUpdater> updaters = new ArrayList<>();
        for (GraphVertex vertex : net.getVertices()) {
            updaters.addAll(updaters(vertex));
        }
        return updaters;
    }

    private static List<IUpdater> updaters(GraphVertex vertex) {
        List<IUpdater> updaters = new ArrayList<>();
        for (String parameter : Gradients.parameters(vertex).keySet()) {
            IUpdater updater = vertex.getConfig().getUpdaterByParam(parameter);
            if (updater.hasLearningRate()) {
                updaters.add(updater);
            }
        }
        return updaters;
    }
}
