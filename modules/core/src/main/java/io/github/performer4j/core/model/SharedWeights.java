package io.github.performer4j.core.model;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What a new net takes of a trained one: the parameters of all layers that both have by name. A head fits or is drawn anew, as another task has other labels; everything in front of it must fit.
 *
 * @param taken parameters that came from the trained net, as {@code layer.parameter}
 * @param fresh parameters that stay as they were drawn
 */
public record SharedWeights(List<String> taken, List<String> fresh) {
    /** The layer that is the table of token vectors where a head shares it, and the one that is it elsewhere. */
    private static final String TABLE = "table";

    private static final String EMBEDDING = "embedding";

    /**
     * Copies.
     *
     * @param from the trained net; not changed
     * @param to initialised; changed
     * @param head layers of {@code to} that may stay as they are
     * @throws IllegalArgumentException naming all parameters of the body that the trained net has otherwise
     */
    public static SharedWeights copy(ComputationGraph from, ComputationGraph to, List<String> head) {
        Map<String, Map<String, INDArray>> trained = new LinkedHashMap<>();
        for (Layer layer : from.getLayers()) {
            trained.put(layer.conf().getLayer().getLayerName(), layer.paramTable());
        }
        List<String> taken = new ArrayList<>();
        List<String> fresh = new ArrayList<>();
        List<String> unfit = new ArrayList<>();
        Map<INDArray, INDArray> copies = new IdentityHashMap<>();
        for (Layer layer : to.getLayers()) {
            String name = layer.conf().getLayer().getLayerName();
            Map<String, INDArray> values = trained.get(name);
            if (values == null && (name.equals(EMBEDDING) || name.equals(TABLE))) {
                values = trained.get(name.equals(TABLE) ? EMBEDDING : TABLE);
            }
            Map<String, INDArray> own = layer.paramTable();
            boolean fits = true;
            for (Map.Entry<String, INDArray> parameter : own.entrySet()) {
                INDArray value = values == null ? null : values.get(parameter.getKey());
                fits &= value != null && value.equalShapes(parameter.getValue());
            }
            if (values != null && !head.contains(name)) {
                for (String parameter : values.keySet()) {
                    if (!own.containsKey(parameter)) {
                        unfit.add(name + "." + parameter + " none, trained " + shape(values.get(parameter)));
                    }
                }
            }
            for (Map.Entry<String, INDArray> parameter : own.entrySet()) {
                String path = name + "." + parameter.getKey();
                INDArray value = values == null ? null : values.get(parameter.getKey());
                if (fits) {
                    copies.put(parameter.getValue(), value);
                    taken.add(path);
                } else if (head.contains(name)) {
                    fresh.add(path);
                } else if (value == null || !value.equalShapes(parameter.getValue())) {
                    unfit.add(path + " " + shape(parameter.getValue()) + ", trained " + shape(value));
                }
            }
        }
        if (!unfit.isEmpty()) {
            throw new IllegalArgumentException(
                    "a model that begins with trained weights must have their shapes; " + String.join("; ", unfit));
        }
        copies.forEach(INDArray::assign);
        return new SharedWeights(List.copyOf(taken), List.copyOf(fresh));
    }

    private static String shape(INDArray array) {
        return array == null ? "none" : java.util.Arrays.toString(array.shape()).replace(" ", "");
    }
}
