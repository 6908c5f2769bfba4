package io.github.performer4j.core.model;

import java.util.ArrayList;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.wrapper.BaseWrapperLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;

/**
 * Further graphs on one parameter array. A graph is one thread's at a time; with a replica each, several threads
 * compute with the same parameters at once, each with activations of its own,
 * and get the same results bit for bit.
 */
public final class Replica {
    private Replica() {}

    /**
     * Makes a graph with the same configuration, the same parameter array and the same counters, without listeners,
     * gradients or updater.
     *
     * <p>Replicas make no updates; without regularisation their score is the loss alone, to the last bit. What changes
     * the original's parameters changes the replica's; its
     * counters must be copied again ({@link Counters#copy}) after the original has been trained.
     *
     * @param net an initialised graph; only read
     * @return a graph that shares {@code net.params()}
     */
    public static ComputationGraph of(ComputationGraph net) {
        ComputationGraphConfiguration copy =
                ComputationGraphConfiguration.fromJson(net.getConfiguration().toJson());
        copy.getVertices().values().forEach(vertex -> {
            if (vertex instanceof LayerVertex v) {
                dropRegularization(v.getLayerConf().getLayer());
            }
        });
        ComputationGraph replica = new ComputationGraph(copy);
        replica.init(net.params(), false);
        Counters.copy(net, replica);
        return replica;
    }

    private static void dropRegularization(Layer layer) {
        if (layer instanceof BaseLayer own) {
            own.setRegularization(new ArrayList<>());
            own.setRegularizationBias(new ArrayList<>());
        } else if (layer instanceof BaseWrapperLayer wrapper) {
            dropRegularization(wrapper.getUnderlying());
        }
    }
}
