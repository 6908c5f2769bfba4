package io.github.performer4j.training;

import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.graph.ComputationGraph;

/** The counters of a graph: its configuration's, and the copies its layers keep, which drive redraw and dropout. */
final class Counters {
    private Counters() {}

    /** Sets iteration and epoch of the configuration and of every layer. */
    static void set(ComputationGraph net, long iteration, long epoch) {
        net.getConfiguration().setIterationCount((int) iteration);
        net.getConfiguration().setEpochCount((int) epoch);
        for (Layer layer : net.getLayers()) {
            layer.setIterationCount((int) iteration);
            layer.setEpochCount((int) epoch);
        }
    }
}
