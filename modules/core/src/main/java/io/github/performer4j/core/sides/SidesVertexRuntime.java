package io.github.performer4j.core.sides;

import io.github.performer4j.core.base.Checks;
import io.github.performer4j.core.base.TokenMask;
import io.github.performer4j.core.layer.SidesVertex;
import io.github.performer4j.core.workspace.PaddedRows;
import org.deeplearning4j.nn.api.MaskState;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Runtime of {@link SidesVertex}: a copy of both sequences with zeros where they are padded, as {@link PackedSides} says. */
@SuppressWarnings("overrides") // Deeplearning4j overrides a varargs method by one with an array
public final class SidesVertexRuntime extends PairVertexRuntime {
    private INDArray memoryMask;

    public SidesVertexRuntime(ComputationGraph graph, String name, int index, DataType type) {
        super(graph, name, index, type);
    }

    @Override
    public INDArray admit(int number, INDArray input) {
        return Checks.sequence(input, 0, getVertexName());
    }

    /** {@inheritDoc} A row of packed ones would have several memories. */
    @Override
    protected boolean perToken() {
        return false;
    }

    private PackedSides layout() {
        return PackedSides.of(inputs[0], inputs[1], memoryMask != null, getVertexName());
    }

    @Override
    public INDArray doForward(boolean training, LayerWorkspaceMgr workspaces) {
        PackedSides layout = layout();
        INDArray packed = workspaces.create(ArrayType.ACTIVATIONS, dataType, new long[] {1, layout.length()}, 'c');
        layout.x(packed).assign(clean(inputs[0], mask(), workspaces));
        if (memoryMask != null) {
            memoryMask = TokenMask.of(memoryMask, inputs[1].size(0), inputs[1].size(1), dataType, getVertexName());
            layout.mask(packed).assign(memoryMask);
        }
        layout.memory(packed).assign(clean(inputs[1], memoryMask, workspaces));
        layout.mark(packed);
        return packed;
    }

    /** Returns x with zeros in padded rows. They are not written where x will lie, because M2.1 finds no part of a view that begins within its own length of its buffer's beginning. */
    private static INDArray clean(INDArray x, INDArray mask, LayerWorkspaceMgr workspaces) {
        if (mask == null || !PaddedRows.any(mask)) {
            return x;
        }
        INDArray copy = workspaces.dup(ArrayType.FF_WORKING_MEM, x, 'c');
        PaddedRows.zero(copy, mask);
        return copy;
    }

    @Override
    public Pair<Gradient, INDArray[]> doBackward(boolean tbptt, LayerWorkspaceMgr workspaces) {
        PackedSides layout = layout();
        return new Pair<>(null, new INDArray[] {
            workspaces.dup(ArrayType.ACTIVATION_GRAD, layout.x(epsilon), 'c'),
            workspaces.dup(ArrayType.ACTIVATION_GRAD, layout.memory(epsilon), 'c')
        });
    }

    /** {@inheritDoc} What follows has the mask of the first input. */
    @Override
    public Pair<INDArray, MaskState> feedForwardMaskArrays(INDArray[] masks, MaskState state, int batch) {
        memoryMask = masks == null ? null : masks[1];
        return super.feedForwardMaskArrays(masks, state, batch);
    }

    @Override
    public void clear() {
        super.clear();
        memoryMask = null;
    }
}
