package io.github.performer4j.core.base;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.ParamInitializer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * The parameters that a {@link GraphLayer} declares, as Deeplearning4j asks for them: weights first, each row-major, one after the
 * other in the net's one array.
 */
final class DeclaredParameters implements ParamInitializer {
    static final DeclaredParameters INSTANCE = new DeclaredParameters();

    private DeclaredParameters() {}

    @Override
    public long numParams(NeuralNetConfiguration conf) {
        return numParams(conf.getLayer());
    }

    @Override
    public long numParams(Layer layer) {
        return ((GraphLayer) layer)
                .getLayerParams().getParamShapes().values().stream()
                        .mapToLong(DeclaredParameters::length)
                        .sum();
    }

    private static long length(long[] shape) {
        long length = 1;
        for (long n : shape) {
            length *= n;
        }
        return length;
    }

    @Override
    public List<String> paramKeys(Layer layer) {
        return ((GraphLayer) layer).getLayerParams().getParameterKeys();
    }

    @Override
    public List<String> weightKeys(Layer layer) {
        return ((GraphLayer) layer).getLayerParams().getWeightParameterKeys();
    }

    @Override
    public List<String> biasKeys(Layer layer) {
        return ((GraphLayer) layer).getLayerParams().getBiasParameterKeys();
    }

    @Override
    public boolean isWeightParam(Layer layer, String key) {
        return weightKeys(layer).contains(key);
    }

    @Override
    public boolean isBiasParam(Layer layer, String key) {
        return biasKeys(layer).contains(key);
    }

    @Override
    public Map<String, INDArray> init(NeuralNetConfiguration conf, INDArray view, boolean initialize) {
        Map<String, INDArray> table = views((GraphLayer) conf.getLayer(), view);
        if (initialize) {
            ((GraphLayer) conf.getLayer()).initializeParameters(table);
        }
        table.keySet().forEach(conf::addVariable);
        return table;
    }

    @Override
    public Map<String, INDArray> getGradientsFromFlattened(NeuralNetConfiguration conf, INDArray view) {
        return views((GraphLayer) conf.getLayer(), view);
    }

    private static Map<String, INDArray> views(GraphLayer layer, INDArray view) {
        Map<String, INDArray> table = new LinkedHashMap<>();
        long[] from = {0};
        layer.getLayerParams().getParamShapes().forEach((name, shape) -> {
            long to = from[0] + length(shape);
            if (to == from[0]) {
                throw new IllegalArgumentException(
                        "the layer's width must be known, from its builder or an input type; layer="
                                + layer.getLayerName() + ", parameter=" + name + ", shape=" + List.of(shape));
            }
            table.put(
                    name,
                    view.reshape(view.length())
                            .get(NDArrayIndex.interval(from[0], to))
                            .reshape('c', shape));
            from[0] = to;
        });
        return table;
    }
}
