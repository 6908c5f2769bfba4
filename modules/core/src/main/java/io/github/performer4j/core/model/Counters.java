package io.github.performer4j.core.model;

import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.graph.ComputationGraph;

/** The counters of a graph: its configuration's, and the copies its layers keep, which drive redraw and dropout. */
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
}
