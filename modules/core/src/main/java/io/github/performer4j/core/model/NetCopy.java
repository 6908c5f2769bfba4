package io.github.performer4j.core.model;

import java.util.LinkedHashMap;
import java.util.Map;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.conf.layers.wrapper.BaseWrapperLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Copies of trained nets by another configuration. Updater, regularisation, seed and counters stay; the updater's state
 * begins anew, as there may be other parameters.
 */
final class NetCopy {
    private NetCopy() {}

    /** Fills one parameter of the copy. */
    @FunctionalInterface
    interface Filling {
        /**
         * Fills.
         *
         * @param layer name of a layer of the old net
         * @param parameter its parameter
         * @param value the old values
         * @param own the copy's; null if it has none of this name
         */
        void fill(String layer, String parameter, INDArray value, INDArray own);
    }

    /**
     * Copies a net.
     *
     * @param net initialised; not changed
     * @param configuration of the copy, made of a clone of the net's: the same layers by name
     */
    static ComputationGraph of(ComputationGraph net, ComputationGraphConfiguration configuration, Filling filling) {
        // clones of a configuration begin at 0
        configuration.setIterationCount(net.getConfiguration().getIterationCount());
        configuration.setEpochCount(net.getConfiguration().getEpochCount());
        ComputationGraph copy = new ComputationGraph(configuration);
        copy.init();
        for (org.deeplearning4j.nn.api.Layer layer : net.getLayers()) {
            String name = layer.conf().getLayer().getLayerName();
            Map<String, INDArray> target =
                    new LinkedHashMap<>(copy.getLayer(name).paramTable());
            layer.paramTable()
                    .forEach((parameter, value) -> filling.fill(name, parameter, value, target.get(parameter)));
        }
        return copy;
    }

    /** Returns the layer that frozen and other wrappers hold; the layer itself if it is not wrapped. */
    static Layer unwrapped(Layer layer) {
        if (layer instanceof FrozenLayer frozen) {
            return unwrapped(frozen.getLayer());
        }
        return layer instanceof BaseWrapperLayer wrapper ? unwrapped(wrapper.getUnderlying()) : layer;
    }
}
