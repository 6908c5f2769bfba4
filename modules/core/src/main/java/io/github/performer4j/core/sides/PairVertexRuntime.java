package io.github.performer4j.core.sides;

import io.github.performer4j.core.base.TokenMask;
import io.github.performer4j.core.workspace.PaddedRows;
import java.util.Arrays;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.MaskState;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.BaseGraphVertex;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** What the runtimes of vertices with two inputs and no parameters share. */
@SuppressWarnings("overrides") // Deeplearning4j overrides a varargs method by one with an array
public abstract class PairVertexRuntime extends BaseGraphVertex {
    private INDArray mask;

    public PairVertexRuntime(ComputationGraph graph, String name, int index, DataType type) {
        super(graph, name, index, null, null, type);
    }

    /**
     * Returns the mask of the first input, [B,T] in the net's type, or null; 1 for every token of packed rows.
     *
     * @throws IllegalArgumentException if it is not one, see {@link TokenMask}
     */
    protected final INDArray mask() {
        long batch = inputs[0].size(0);
        long tokens = inputs[0].size(1);
        mask = perToken()
                ? TokenMask.packed(mask, batch, tokens, dataType, getVertexName())
                        .real()
                : TokenMask.of(mask, batch, tokens, dataType, getVertexName());
        return mask;
    }

    /** Returns whether each token stands alone, so that rows may be packed. */
    protected boolean perToken() {
        return true;
    }

    /** Takes an input as the vertex reads it, or refuses it. */
    @Override
    public void setInput(int number, INDArray input, LayerWorkspaceMgr workspaces) {
        super.setInput(number, input, workspaces);
        inputs[number] = admit(number, inputs[number]);
    }

    /**
     * Returns an input in the shape that the vertex knows, or refuses it.
     *
     * @throws IllegalArgumentException naming vertex, expected and found shape
     */
    protected abstract INDArray admit(int number, INDArray input);

    /** Returns a sequence or its error [B,T,n] in the net's type with zeros in padded tokens: the array itself where nothing needs to change. */
    protected final INDArray visible(INDArray x, ArrayType where, LayerWorkspaceMgr workspaces) {
        INDArray typed = typed(x, where, workspaces);
        INDArray known = mask();
        if (known == null || !PaddedRows.any(known)) {
            return typed;
        }
        INDArray copy = typed == x ? workspaces.dup(where, x, 'c') : typed;
        PaddedRows.zero(copy, known);
        return copy;
    }

    /** Returns x in the net's type. */
    protected final INDArray typed(INDArray x, ArrayType where, LayerWorkspaceMgr workspaces) {
        return x.dataType() == dataType ? x : workspaces.castTo(where, dataType, x, true);
    }

    /** Returns a table [V,E], or refuses it. */
    protected final INDArray table(INDArray x) {
        if (x.rank() != 2) {
            throw new IllegalArgumentException("the second input must be a table [V,E]; layer=" + getVertexName()
                    + ", input=" + Arrays.toString(x.shape()));
        }
        return x;
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
