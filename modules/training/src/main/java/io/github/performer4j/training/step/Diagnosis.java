package io.github.performer4j.training.step;

import io.github.performer4j.training.batch.BatchEncoder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Finds where the first number that is not finite arose: in a parameter; else in an activation, in forward order; else in a
 * gradient, in backward order. It runs once, when a run fails, so it may be slow.
 */
final class Diagnosis {
    private Diagnosis() {}

    /**
     * Names the place.
     *
     * @param net the graph that computed the failing micro-batch; its gradient buffer still holds that gradient
     * @param arrays the micro-batch
     * @return for example {@code parameter "W" of layer "head" is NaN}
     */
    static String of(ComputationGraph net, BatchEncoder.Arrays arrays) {
        String parameter = parameter(net);
        if (parameter != null) {
            return parameter;
        }
        net.setLayerMaskArrays(arrays.featureMasks(), arrays.labelMasks());
        Map<String, INDArray> activations = net.feedForward(arrays.features(), true);
        net.clearLayerMaskArrays();
        for (GraphVertex vertex : ordered(net)) {
            String value = offender(activations.get(vertex.getVertexName()));
            if (value != null && vertex.isInputVertex()) {
                return "the input \"" + vertex.getVertexName() + "\" is " + value;
            }
            if (value != null) {
                return "the output of layer \"" + vertex.getVertexName() + "\" is " + value
                        + ", its input and all parameters are finite" + HeadOfEntry.of(vertex, null, null, 0, 0);
            }
        }
        List<GraphVertex> backward = ordered(net);
        Collections.reverse(backward);
        for (GraphVertex vertex : backward) {
            for (Map.Entry<String, INDArray> gradient : Gradients.byName(vertex).entrySet()) {
                String value = offender(gradient.getValue());
                if (value != null) {
                    return "the gradient of parameter \"" + gradient.getKey() + "\" of layer \""
                            + vertex.getVertexName() + "\" is " + value
                            + place(vertex, gradient.getKey(), gradient.getValue());
                }
            }
        }
        return "all parameters, activations and gradients are finite: only their norm or the loss overflowed";
    }

    /** Returns the first parameter that is not finite, in forward order, in words; null if all are finite. */
    static String parameter(ComputationGraph net) {
        for (GraphVertex vertex : ordered(net)) {
            for (Map.Entry<String, INDArray> entry :
                    Gradients.parameters(vertex).entrySet()) {
                String value = offender(entry.getValue());
                if (value != null) {
                    return "parameter \"" + entry.getKey() + "\" of layer \"" + vertex.getVertexName() + "\" is "
                            + value + place(vertex, entry.getKey(), entry.getValue());
                }
            }
        }
        return null;
    }

    private static List<GraphVertex> ordered(ComputationGraph net) {
        List<GraphVertex> vertices = new ArrayList<>();
        for (int index : net.topologicalSortOrder()) {
            vertices.add(net.getVertices()[index]);
        }
        return vertices;
    }

    /** Names the head and the map of the first entry that is not finite. */
    private static String place(GraphVertex vertex, String parameter, INDArray array) {
        INDArray rows = array.rank() == 2 ? array : array.reshape(1, array.length());
        for (long i = 0; i < rows.rows(); i++) {
            for (long j = 0; j < rows.columns(); j++) {
                if (!Double.isFinite(rows.getDouble(i, j))) {
                    return HeadOfEntry.of(vertex, parameter, rows, i, j);
                }
            }
        }
        return "";
    }

    private static String offender(INDArray array) {
        if (array == null) {
            return null;
        }
        for (double value : array.dup().data().asDouble()) {
            if (!Double.isFinite(value)) {
                return Double.isNaN(value) ? "NaN" : "infinite";
            }
        }
        return null;
    }
}
