package io.github.performer4j.core.model;

import io.github.performer4j.core.base.GraphRuntime;
import java.util.Set;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.layers.FrozenLayer;
import org.deeplearning4j.nn.layers.FrozenLayerWithBackprop;

/** The counters of a graph: its configuration's, the copies its layers keep, and how far each of our layers has been trained. */
public final class Counters {
    private Counters() {}

    /** Sets iteration and epoch of the configuration and of every layer. */
    public static void set(ComputationGraph net, long iteration, long epoch) {
        net.getConfiguration().setIterationCount((int) iteration);
        net.getConfiguration().setEpochCount((int) epoch);
        for (Layer layer : net.getLayers()) {
            layer.setIterationCount((int) iteration);
            layer.setEpochCount((int) epoch);
        }
    }

    /** Records that this iteration's update was made with gradients that copies of the graph took; frozen layers have had no part in it. */
    public static void updated(ComputationGraph net) {
        for (Layer layer : net.getLayers()) {
            if (!(layer instanceof FrozenLayer) && !(layer instanceof FrozenLayerWithBackprop)) {
                GraphRuntime.of(layer).ifPresent(GraphRuntime::updated);
            }
        }
    }

    /** Gives the layers of a graph the steps, and so the draws, that layers of the same names in another graph have come to. */
    public static void copyDraws(ComputationGraph from, ComputationGraph to) {
        Set<String> known = from.getConfiguration().getVertices().keySet();
        for (Layer layer : to.getLayers()) {
            String name = layer.conf().getLayer().getLayerName();
            if (known.contains(name)) {
                GraphRuntime.of(layer)
                        .ifPresent(own -> GraphRuntime.of(from.getLayer(name)).ifPresent(own::copySteps));
            }
        }
    }

    /**
     * Makes the counters of a graph those of another one.
     *
     * @param from a graph whose configuration's counters hold
     * @param to a graph of the same layers
     */
    public static void copy(ComputationGraph from, ComputationGraph to) {
        int iteration = from.getConfiguration().getIterationCount();
        int epoch = from.getConfiguration().getEpochCount();
        set(from, iteration, epoch);
        copyDraws(from, to);
        set(to, iteration, epoch);
    }
}
