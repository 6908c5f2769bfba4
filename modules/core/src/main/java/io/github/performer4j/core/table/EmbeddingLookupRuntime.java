package io.github.performer4j.core.table;

import io.github.performer4j.core.base.TokenIds;
import io.github.performer4j.core.layer.EmbeddingLookupVertex;
import io.github.performer4j.core.sides.PairVertexRuntime;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Runtime of {@link EmbeddingLookupVertex}. */
@SuppressWarnings("overrides") // Deeplearning4j overrides a varargs method by one with an array
public final class EmbeddingLookupRuntime extends PairVertexRuntime {

    private final TableLookup lookup;

    public EmbeddingLookupRuntime(ComputationGraph graph, String name, int index, DataType type) {
        super(graph, name, index, type);
        lookup = new TableLookup(type, name);
    }

    @Override
    public INDArray admit(int number, INDArray input) {
        return number == 0 ? TokenIds.matrix(input, null, getVertexName()) : table(input);
    }

    @Override
    public INDArray doForward(boolean training, LayerWorkspaceMgr workspaces) {
        INDArray table = typed(inputs[1], ArrayType.FF_WORKING_MEM, workspaces);
        INDArray out = workspaces.createUninitialized(
                ArrayType.ACTIVATIONS, dataType, new long[] {inputs[0].size(0), inputs[0].size(1), table.size(1)}, 'c');
        lookup.gather(table, inputs[0], ids(), out);
        return out;
    }

    @Override
    public Pair<Gradient, INDArray[]> doBackward(boolean tbptt, LayerWorkspaceMgr workspaces) {
        INDArray error = visible(epsilon, ArrayType.BP_WORKING_MEM, workspaces);
        INDArray gradient = workspaces.createUninitialized(ArrayType.ACTIVATION_GRAD, dataType, inputs[1].shape(), 'c');
        INDArray table = typed(inputs[1], ArrayType.BP_WORKING_MEM, workspaces);
        lookup.scatter(table, inputs[0], ids(), error, gradient);
        return new Pair<>(null, new INDArray[] {null, gradient});
    }

    private int[] ids() {
        return TokenIds.read(inputs[0], mask(), inputs[1].size(0), getVertexName());
    }
}
