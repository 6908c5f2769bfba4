package io.github.performer4j.training.step;

import io.github.performer4j.core.base.GraphLayer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.ParamInitializer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.deeplearning4j.nn.params.BatchNormalizationParamInitializer;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** The flat gradient of a graph: its names, its norm and clipping by that norm. */
final class Gradients {
    private Gradients() {}

    /**
     * Scales a gradient down to a norm: {@code g ← g · min(1, limit / |g|₂)} over all parameters at once (Pascanu, Mikolov, Bengio:
     * <em>On the difficulty of training recurrent neural networks</em>, algorithm 1).
     *
     * @param gradient the flat gradient, changed in place
     * @param state views of it that are no gradients, see {@link #state}: they have no part in the norm and stay as they are
     * @param limit the largest norm; 0 = leave the gradient alone
     * @return the norm before clipping
     */
    static double clip(INDArray gradient, List<INDArray> state, double limit) {
        List<INDArray> values = state.stream().map(INDArray::dup).toList();
        state.forEach(view -> view.assign(0));
        double norm = norm(gradient);
        if (limit > 0 && norm > limit) {
            gradient.muli(limit / norm);
        }
        for (int i = 0; i < values.size(); i++) {
            state.get(i).assign(values.get(i));
        }
        return norm;
    }

    /**
     * Returns the parts of the graph's gradient that are steps of a layer's state and not gradients of the loss: running statistics of attention and of batch
     * normalisation.
     */
    static List<INDArray> state(ComputationGraph net) {
        List<INDArray> state = new ArrayList<>();
        for (GraphVertex vertex : net.getVertices()) {
            byName(vertex).forEach((name, view) -> {
                if (state(vertex.getLayer().conf().getLayer(), name)) {
                    state.add(view);
                }
            });
        }
        return state;
    }

    /**
     * Returns the parts of the graph's gradient that Deeplearning4j's {@code fit} divides by the batch size: none where the graph's {@code miniBatch} is off, else all that no
     * layer excludes, as state is. Layers whose loss is a mean have multiplied by it, so that a step is that of the score.
     */
    static List<INDArray> divided(ComputationGraph net) {
        List<INDArray> divided = new ArrayList<>();
        if (!net.conf().isMiniBatch()) {
            return divided;
        }
        for (GraphVertex vertex : net.getVertices()) {
            byName(vertex).forEach((name, view) -> {
                if (vertex.getLayer().updaterDivideByMinibatch(name)) {
                    divided.add(view);
                }
            });
        }
        return divided;
    }

    private static boolean state(Layer layer, String parameter) {
        if (layer instanceof GraphLayer own) {
            return own.isState(parameter);
        }
        return layer instanceof BatchNormalization
                && (parameter.equals(BatchNormalizationParamInitializer.GLOBAL_MEAN)
                        || parameter.equals(BatchNormalizationParamInitializer.GLOBAL_VAR)
                        || parameter.equals(BatchNormalizationParamInitializer.GLOBAL_LOG_STD));
    }

    /**
     * Returns the Euclidean norm; NaN or infinite if an element is. BLAS sums float32 in higher precision: ND4J's own {@code norm2} is off
     * by 1.4e-3 over 4 million elements, and overflows where the norm does not.
     *
     * @param array a vector or [1,n], not a strided view
     */
    static double norm(INDArray array) {
        return Nd4j.getBlasWrapper().level1().nrm2(array);
    }

    /** Returns the graph's flat gradient buffer together with its views by layer and parameter, as updaters and listeners want it. */
    static Gradient named(ComputationGraph net) {
        if (net.getFlattenedGradients() == null) {
            net.initGradientsView();
        }
        DefaultGradient gradient = new DefaultGradient(net.getFlattenedGradients());
        for (int index : net.topologicalSortOrder()) {
            GraphVertex vertex = net.getVertices()[index];
            byName(vertex).forEach((name, view) -> gradient.setGradientFor(vertex.getVertexName() + "_" + name, view));
        }
        return gradient;
    }

    /** Returns a layer's gradients by parameter name, in the layer's order; empty for vertices without a layer or parameters. */
    static Map<String, INDArray> byName(GraphVertex vertex) {
        if (!vertex.hasLayer() || vertex.numParams() == 0 || vertex.getGradientsViewArray() == null) {
            return Map.of();
        }
        ParamInitializer initializer = vertex.getLayer().conf().getLayer().initializer();
        return initializer.getGradientsFromFlattened(vertex.getLayer().conf(), vertex.getGradientsViewArray());
    }

    /** Returns a vertex's parameters by name, in the layer's order; empty if it has none. */
    static Map<String, INDArray> parameters(GraphVertex vertex) {
        return vertex.numParams() == 0 ? Map.of() : new LinkedHashMap<>(vertex.paramTable(false));
    }
}
