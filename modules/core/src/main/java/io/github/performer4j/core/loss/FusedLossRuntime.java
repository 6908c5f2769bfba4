package io.github.performer4j.core.loss;

import io.github.performer4j.core.engine.Engines;
import io.github.performer4j.core.engine.LossRunner;
import io.github.performer4j.core.program.LossProgram;
import io.github.performer4j.core.state.NativeArrays;
import io.github.performer4j.core.workspace.EnginePass;
import io.github.performer4j.core.workspace.FusedArrays;
import io.github.performer4j.core.workspace.FusedMemory;
import io.github.performer4j.core.workspace.FusedPass;
import io.github.performer4j.kernels.CpuKernels;
import io.github.performer4j.kernels.Kernels;
import io.github.performer4j.kernels.memory.Matrix;
import java.lang.ref.Reference;
import java.util.Arrays;
import java.util.function.BiFunction;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** {@link TokenLossRuntime} of a layer of {@link TokenLosses}, as an engine runs it, float32. */
public final class FusedLossRuntime extends TokenLossRuntime {
    private final FusedArrays parameters = new FusedArrays();
    private final FusedArrays gradients = new FusedArrays();
    private final FusedMemory kept = new FusedMemory();
    private Kernels kernels = CpuKernels.shared();
    private LossProgram program; // for inputs as wide as the last one
    private LossRunner runner;
    private int width; // of the last input

    FusedLossRuntime(NeuralNetConfiguration conf, DataType type) {
        super(conf, type);
    }

    /** Replaces the process's kernels, for tests. */
    public void use(Kernels others) {
        kernels = others;
    }

    /** Returns what runs the layer for inputs [B,T,n]. */
    public LossRunner runner(int columns) {
        if (columns != width) {
            program = ((TokenLosses) definition()).losses(columns);
            runner = Engines.prepare(program, dataType, layerConf().getLayerName())
                    .orElseThrow();
            width = columns;
        }
        return runner;
    }

    private int vocabulary(int columns) {
        runner(columns);
        return program.vocabulary();
    }

    private EnginePass pass(Matrix rows, boolean keeps) {
        parameters.follow(paramTable);
        return new EnginePass(new FusedPass(
                kernels,
                1,
                rows.rows(),
                null,
                training(),
                keeps ? kept : null,
                parameters,
                gradients,
                drawKey(),
                draw -> NativeArrays.matrix(drawn(draw)),
                false));
    }

    @Override
    public INDArray activate(boolean training, LayerWorkspaceMgr workspaces) {
        assertInputSet(false);
        begin(training);
        INDArray x = plainInput(ArrayType.FF_WORKING_MEM, workspaces);
        Matrix rows = NativeArrays.matrix(x);
        long[] shape = {x.size(0), x.size(1), vocabulary(rows.columns())};
        INDArray out = workspaces.createUninitialized(ArrayType.ACTIVATIONS, DataType.FLOAT, shape, 'c');
        runner(rows.columns()).activate(pass(rows, false), rows, NativeArrays.matrix(out));
        Reference.reachabilityFence(x);
        return out;
    }

    /**
     * Returns the probabilities behind one row, in inference.
     *
     * @param x [1,n]
     * @param room gives memory of rows and columns
     */
    public Matrix last(Matrix x, BiFunction<Integer, Integer, Matrix> room) {
        begin(false);
        Matrix out = room.apply(1, vocabulary(x.columns()));
        runner(x.columns()).activate(pass(x, false), x, out);
        return out;
    }

    @Override
    Differentiated differentiate(double factor, LayerWorkspaceMgr workspaces) {
        INDArray x = plainInput(ArrayType.BP_WORKING_MEM, workspaces);
        Matrix rows = NativeArrays.matrix(x);
        int[] labels = visibleLabels(vocabulary(rows.columns()));
        int predicted = predicted(labels);
        INDArray dx = workspaces.createUninitialized(ArrayType.ACTIVATION_GRAD, DataType.FLOAT, x.shape(), 'c');
        gradients.follow(gradTable);
        double sum = runner(rows.columns())
                .differentiate(pass(rows, true), rows, labels, (float) (factor / predicted), NativeArrays.matrix(dx));
        Reference.reachabilityFence(x);
        Gradient gradient = new DefaultGradient();
        paramTable.forEach((name, ignored) -> gradient.gradientForVariable().put(name, gradTable.get(name)));
        return new Differentiated(sum / predicted, new Pair<>(gradient, undropped(dx)));
    }

    @Override
    double loss(LayerWorkspaceMgr workspaces) {
        INDArray x = plainInput(ArrayType.FF_WORKING_MEM, workspaces);
        Matrix rows = NativeArrays.matrix(x);
        int[] labels = visibleLabels(vocabulary(rows.columns()));
        double sum = runner(rows.columns()).loss(pass(rows, false), rows, labels);
        Reference.reachabilityFence(x);
        return sum / predicted(labels);
    }

    private INDArray plainInput(ArrayType where, LayerWorkspaceMgr workspaces) {
        INDArray x = dropped(entrance(input, where, workspaces), where, workspaces);
        return NativeArrays.plain(x) ? x : workspaces.dup(where, x, 'c');
    }

    /** Returns the number of tokens with a label, 1 if there is none: their loss is 0. */
    private static int predicted(int[] labels) {
        return (int)
                Math.max(1, Arrays.stream(labels).filter(label -> label >= 0).count());
    }
}
