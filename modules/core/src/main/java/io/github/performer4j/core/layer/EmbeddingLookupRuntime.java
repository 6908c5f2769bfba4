package io.github.performer4j.core.layer;

import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.factory.Nd4j;

/** Runtime of {@link EmbeddingLookupVertex}. */
@SuppressWarnings("overrides") // Deeplearning4j overrides a varargs method by one with an array
final class EmbeddingLookupRuntime extends PairVertexRuntime {

    EmbeddingLookupRuntime(ComputationGraph graph, String name, int index, DataType type) {
        super(graph, name, index, type);
    }

    @Override
    public INDArray doForward(boolean training, LayerWorkspaceMgr workspaces) {
        INDArray table = inputs[1];
        INDArray out = workspaces.createUninitialized(
                ArrayType.ACTIVATIONS, dataType, inputs[0].size(0), inputs[0].size(1), table.size(1));
        INDArray flat = out.reshape(ids().length(), table.size(1));
        Nd4j.exec(DynamicCustomOp.builder("gather")
                .addInputs(table, ids())
                .addOutputs(flat)
                .addIntegerArguments(0)
                .build());
        if (mask() != null) {
            PaddedRows.zero(out, mask());
        }
        return out;
    }

    @Override
    public Pair<Gradient, INDArray[]> doBackward(boolean tbptt, LayerWorkspaceMgr workspaces) {
        INDArray table = inputs[1];
        INDArray error = workspaces.dup(ArrayType.BP_WORKING_MEM, epsilon, 'c');
        if (mask() != null) {
            PaddedRows.zero(error, mask());
        }
        INDArray gradient = workspaces.create(ArrayType.ACTIVATION_GRAD, dataType, table.shape());
        Nd4j.exec(DynamicCustomOp.builder("scatter_add")
                .addInputs(gradient, ids(), error.reshape(ids().length(), table.size(1)))
                .addOutputs(gradient)
                .build());
        return new Pair<>(null, new INDArray[] {null, gradient});
    }

    private INDArray ids() {
        return inputs[0].castTo(DataType.INT32).reshape(inputs[0].length());
    }
}
