package io.github.performer4j.training.step;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.INDArrayIndex;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * What the vertices of a graph gave in one step, kept for listeners that ask: copies of each micro-batch's activations as they were in
 * the worker that computed them, joined as one batch.
 *
 * <p>Rows follow one another in the order of the micro-batches; where these differ in length, the shorter ones are filled up with zeros.
 */
final class Activations {
    private final Map<Integer, Map<String, INDArray>> parts = new TreeMap<>();

    /** Returns whether a listener of the graph overrides {@code onForwardPass}, and so needs copies. */
    static boolean wanted(ComputationGraph net) {
        return net.getListeners().stream().anyMatch(Activations::listens);
    }

    private static boolean listens(TrainingListener listener) {
        try {
            return listener.getClass()
                            .getMethod("onForwardPass", Model.class, Map.class)
                            .getDeclaringClass()
                    != BaseTrainingListener.class;
        } catch (NoSuchMethodException e) {
            throw new IllegalStateException("a listener has no onForwardPass; class=" + listener.getClass(), e);
        }
    }

    /** Returns a listener of a worker's copy of the graph that keeps what it gives for one micro-batch. */
    TrainingListener part(int index) {
        return new BaseTrainingListener() {
            @Override
            public void onForwardPass(Model model, Map<String, INDArray> activations) {
                Map<String, INDArray> copies = new LinkedHashMap<>();
                activations.forEach((vertex, array) -> copies.put(vertex, array.dup()));
                put(index, copies);
            }
        };
    }

    private synchronized void put(int index, Map<String, INDArray> copies) {
        parts.put(index, copies);
    }

    /** Returns the arrays by vertex, of all micro-batches as one batch. */
    synchronized Map<String, INDArray> joined() {
        Map<String, List<INDArray>> byVertex = new LinkedHashMap<>();
        parts.values()
                .forEach(part ->
                        part.forEach((vertex, array) -> byVertex.computeIfAbsent(vertex, name -> new ArrayList<>())
                                .add(array)));
        Map<String, INDArray> joined = new LinkedHashMap<>();
        byVertex.forEach((vertex, arrays) -> joined.put(vertex, join(arrays)));
        return joined;
    }

    /** Joins arrays [B_i, …] to [Σ B_i, …], each other dimension the greatest. */
    private static INDArray join(List<INDArray> arrays) {
        if (arrays.size() == 1) {
            return arrays.get(0);
        }
        long[] shape = arrays.get(0).shape().clone();
        for (INDArray array : arrays.subList(1, arrays.size())) {
            shape[0] += array.size(0);
            for (int d = 1; d < shape.length; d++) {
                shape[d] = Math.max(shape[d], array.size(d));
            }
        }
        INDArray all = Nd4j.zeros(arrays.get(0).dataType(), shape);
        long row = 0;
        for (INDArray array : arrays) {
            INDArrayIndex[] place = new INDArrayIndex[shape.length];
            place[0] = NDArrayIndex.interval(row, row + array.size(0));
            for (int d = 1; d < shape.length; d++) {
                place[d] = NDArrayIndex.interval(0, array.size(d));
            }
            all.put(place, array);
            row += array.size(0);
        }
        return all;
    }
}
