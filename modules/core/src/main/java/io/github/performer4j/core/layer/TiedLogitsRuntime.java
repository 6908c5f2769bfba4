package io.github.performer4j.core.layer;

import io.github.performer4j.core.engine.Engines;
import io.github.performer4j.kernels.CpuKernels;
import io.github.performer4j.kernels.Kernels;
import io.github.performer4j.kernels.Matrix;
import java.lang.ref.Reference;
import java.util.List;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.factory.Nd4j;

/** Runtime of {@link TiedLogitsVertex}: three matrix products, by kernels or by ND4J. */
@SuppressWarnings("overrides") // Deeplearning4j overrides a varargs method by one with an array
final class TiedLogitsRuntime extends PairVertexRuntime {
    private final boolean fused;

    TiedLogitsRuntime(ComputationGraph graph, String name, int index, DataType type) {
        super(graph, name, index, type);
        fused = Engines.kernels(type);
    }

    @Override
    INDArray admit(int number, INDArray input) {
        return number == 0 ? Checks.sequence(input, 0, getVertexName()) : table(input);
    }

    @Override
    public INDArray doForward(boolean training, LayerWorkspaceMgr workspaces) {
        INDArray x = visible(inputs[0], ArrayType.FF_WORKING_MEM, workspaces);
        INDArray table = typed(inputs[1], ArrayType.FF_WORKING_MEM, workspaces);
        Checks.sequence(x, Math.toIntExact(table.size(1)), getVertexName());
        INDArray out =
                workspaces.createUninitialized(ArrayType.ACTIVATIONS, dataType, x.size(0), x.size(1), table.size(0));
        if (fused) {
            logits(plain(x), plain(table), out);
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
        if (fused) {
            gradients(plain(error), plain(x), plain(table), dx, dTable);
        } else {
            multiply(rows(error), table, rows(dx), 0, 0);
            multiply(rows(error), rows(x), dTable, 1, 0);
        }
        return new Pair<>(null, new INDArray[] {dx, dTable});
    }

    private static void logits(INDArray x, INDArray table, INDArray out) {
        Kernels kernels = CpuKernels.shared();
        Matrix rows = NativeArrays.matrix(x);
        Matrix w = NativeArrays.matrix(table);
        Matrix logits = NativeArrays.matrix(out);
        kernels.rows(
                rows.rows(),
                (block, from, to) -> kernels.multiplyTransposed(rows.rows(from, to), w, 1, 0, logits.rows(from, to)));
        Reference.reachabilityFence(x);
        Reference.reachabilityFence(table);
    }

    private static void gradients(INDArray error, INDArray x, INDArray table, INDArray dx, INDArray dTable) {
        Kernels kernels = CpuKernels.shared();
        Matrix d = NativeArrays.matrix(error);
        Matrix w = NativeArrays.matrix(table);
        Matrix down = NativeArrays.matrix(dx);
        kernels.rows(d.rows(), (block, from, to) -> kernels.multiply(d.rows(from, to), w, 1, 0, down.rows(from, to)));
        kernels.weightGradients(
                List.of(new Kernels.WeightGradient(d, NativeArrays.matrix(x), NativeArrays.matrix(dTable))));
        Reference.reachabilityFence(error);
        Reference.reachabilityFence(x);
        Reference.reachabilityFence(table);
    }

    private static INDArray plain(INDArray x) {
        return NativeArrays.plain(x) ? x : x.dup('c');
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
