package io.github.performer4j.core.base;

import io.github.performer4j.core.program.Parameter;
import io.github.performer4j.core.program.Parameter.Kind;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.conf.layers.samediff.SDLayerParams;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The parameters of a layer's program, as Deeplearning4j has them declared and begun.
 *
 * @param all in the order in which they lie in the net's one array
 */
public record ProgramParameters(List<Parameter> all) {

    public void declare(SDLayerParams params) {
        for (Parameter parameter : all) {
            long[] shape = parameter.shape().stream().mapToLong(Long::longValue).toArray();
            if (parameter.weight()) {
                params.addWeightParam(parameter.name(), shape);
            } else {
                params.addBiasParam(parameter.name(), shape);
            }
        }
    }

    /** Begins them by the layer's settings; learned projections, which are drawn otherwise, at 0. */
    public void begin(GraphLayer layer, Map<String, INDArray> arrays) {
        for (Parameter parameter : all) {
            switch (parameter.kind()) {
                case WEIGHT, REFLECTIONS -> layer.drawWeight(arrays, parameter.name());
                case BIAS -> arrays.get(parameter.name()).assign(layer.firstBias());
                case GAIN -> arrays.get(parameter.name()).assign(layer.firstGain());
                case ZERO, ZERO_WEIGHT, STATE, PROJECTION ->
                    arrays.get(parameter.name()).assign(0);
            }
        }
    }

    boolean isState(String name) {
        return all.stream().anyMatch(p -> p.kind() == Kind.STATE && p.name().equals(name));
    }

    public boolean isFixed(String name) {
        return all.stream().anyMatch(p -> !p.trained() && p.name().equals(name));
    }
}
