package io.github.performer4j.core.layer;

import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.MaskState;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.BaseGraphVertex;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** What the runtimes of vertices with two inputs and no parameters share. */
@SuppressWarnings("overrides") // Deeplearning4j overrides a varargs method by one with an array
abstract class PairVertexRuntime extends BaseGraphVertex {
    private INDArray mask;

    PairVertexRuntime(ComputationGraph graph, String name, int index, DataType type) {
        super(graph, name, index, null, null, type);
    }

    /** Returns the mask of the first input, [B,T], or null. */
    final INDArray mask() {
        return mask;
    }

    @Override
    public boolean hasLayer() {
        return false;
    }

    @Override
    public Layer getLayer() {
        return null;
    }

    @Override
    public void setBackpropGradientsViewArray(INDArray view) {
        if (view != null) {
            throw new IllegalStateException("vertex has no parameters; name=" + getVertexName());
        }
    }

    @Override
    public Pair<INDArray, MaskState> feedForwardMaskArrays(INDArray[] masks, MaskState state, int batch) {
        mask = masks == null ? null : masks[0];
        return mask == null ? null : new Pair<>(mask, state);
    }

    /** Forgets the mask too: the next batch may have none. */
    @Override
    public void clear() {
        super.clear();
        mask = null;
    }

    @Override
    public String toString() {
        return getClass().getSimpleName() + "(name=" + getVertexName() + ")";
    }
}
