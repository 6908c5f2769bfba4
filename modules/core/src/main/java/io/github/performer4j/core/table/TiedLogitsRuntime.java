package io.github.performer4j.core.table;

import io.github.performer4j.core.base.Checks;
import io.github.performer4j.core.layer.TiedLogitsVertex;
import io.github.performer4j.core.sides.PairVertexRuntime;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.factory.Nd4j;

/** Runtime of {@link TiedLogitsVertex}: its program on an engine, or else three matrix products by ND4J. */
@SuppressWarnings("overrides") // Deeplearning4j overrides a varargs method by one with an array
public final class TiedLogitsRuntime extends PairVertexRuntime {
    private final TableProgram program;

    public TiedLogitsRuntime(ComputationGraph graph, String name, int index, DataType type) {
        super(graph, name, index, type);
        program = new TableProgram(type, name, TableProgram::tied);
    }

    @Override
    public INDArray admit(int number, INDArray input) {
        return number == 0 ? Checks.sequence(input, 0, getVertexName()) : table(input);
    }

    @Override
    public INDArray doForward(boolean training, LayerWorkspaceMgr workspaces) {
        INDArray x = visible(inputs[0], ArrayType.FF_WORKING_MEM, workspaces);
        INDArray table = typed(inputs[1], ArrayType.FF_WORKING_MEM, workspaces);
        Checks.sequence(x, Math.toIntExact(table.size(1)), getVertexName());
        INDArray out =
                workspaces.createUninitialized(ArrayType.ACTIVATIONS, dataType, x.size(0), x.size(1), table.size(0));
        if (program.runs(table)) {
            program.forward(table, TableProgram.Input.of(x), training, out);
        } else {
            multiply(rows(x), table, rows(out), 0, 1);
        }
        return out;
    }

    @Override
    public Pair<Gradient, INDArray[]> doBackward(boolean tbptt, LayerWorkspaceMgr workspaces) {
        INDArray x = visible(inputs[0], ArrayType.BP_WORKING_MEM, workspaces);
        INDArray table = typed(inputs[1], ArrayType.BP_WORKING_MEM, workspaces);
        INDArray error = visible(epsilon, ArrayType.BP_WORKING_MEM, workspaces);
        INDArray dx = workspaces.createUninitialized(ArrayType.ACTIVATION_GRAD, dataType, x.shape());
        INDArray dTable = workspaces.createUninitialized(ArrayType.ACTIVATION_GRAD, dataType, table.shape());
        if (program.runs(table)) {
            program.backward(table, TableProgram.Input.of(x), error, dTable, dx);
        } else {
            multiply(rows(error), table, rows(dx), 0, 0);
            multiply(rows(error), rows(x), dTable, 1, 0);
        }
        return new Pair<>(null, new INDArray[] {dx, dTable});
    }

    private static INDArray rows(INDArray x) {
        INDArray ordered = x.ordering() == 'c' ? x : x.dup('c');
        return ordered.reshape(x.size(0) * x.size(1), x.size(2));
    }

    private static void multiply(INDArray a, INDArray b, INDArray out, int transposeA, int transposeB) {
        Nd4j.exec(DynamicCustomOp.builder("matmul")
                .addInputs(a, b)
                .addOutputs(out)
                .addIntegerArguments(transposeA, transposeB, 0)
                .build());
    }
}
