package io.github.performer4j.core.sides;

import io.github.performer4j.core.base.GraphRuntime;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The two inputs of a layer, after the dropout of Deeplearning4j's {@code dropOut}; row-major and without gaps, 0 in padded rows.
 *
 * @param layout how they came in
 * @param x [B,Tq,E]
 * @param memory [B,Tk,Em]
 * @param mask of memory, [B,Tk]; null if all tokens are real
 */
record SidesInput(PackedSides layout, INDArray x, INDArray memory, INDArray mask) {

    /** Unpacks the input of a runtime whose layer has two, and makes its mask that of x. */
    static SidesInput of(GraphRuntime runtime, INDArray input, ArrayType where, LayerWorkspaceMgr workspaces) {
        TwoSidedLayer layer = (TwoSidedLayer) runtime.definition();
        PackedSides layout = PackedSides.read(input, layer.getWidth(), layer.getMemoryWidth(), layer.getLayerName());
        INDArray typed = runtime.typed(input, where, workspaces);
        INDArray packed = typed.ordering() == 'c' && typed.stride(1) == 1 ? typed : workspaces.dup(where, typed, 'c');
        INDArray x = layout.x(packed);
        runtime.checkMask(x);
        INDArray memory = layout.memory(packed);
        return new SidesInput(
                layout,
                runtime.dropped(x, where, workspaces),
                layer.dropsMemory() ? runtime.droppedMemory(memory, where, workspaces) : memory,
                layout.mask(packed));
    }

    /** Returns an array for the derivative with respect to the input, in which {@link PackedSides} says where those of x and memory lie; 0 at first. */
    INDArray gradient(INDArray like, LayerWorkspaceMgr workspaces) {
        return workspaces.create(ArrayType.ACTIVATION_GRAD, like.dataType(), new long[] {1, layout.length()}, 'c');
    }
}
