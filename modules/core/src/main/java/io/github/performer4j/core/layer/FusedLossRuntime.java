package io.github.performer4j.core.layer;

import io.github.performer4j.kernels.CpuKernels;
import io.github.performer4j.kernels.Kernels;
import io.github.performer4j.kernels.Matrix;
import java.lang.ref.Reference;
import java.util.function.BiFunction;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * {@link TokenLossRuntime} on kernels, float32: logits, loss and gradient block by block of rows, each written over the one before.
 *
 * <p>The loss is summed in float64, per block and then in the order of the blocks, so it does not depend on the number of threads.
 */
abstract class FusedLossRuntime extends TokenLossRuntime {
    private final FusedArrays parameters = new FusedArrays();
    private final FusedArrays gradients = new FusedArrays();
    private Kernels kernels = CpuKernels.shared();

    FusedLossRuntime(NeuralNetConfiguration conf, DataType type) {
        super(conf, type);
    }

    /** Replaces the process's kernels, for tests. */
    final void use(Kernels others) {
        kernels = others;
    }

    final Kernels kernels() {
        return kernels;
    }

    final Matrix parameter(String name) {
        return parameters.get(name);
    }

    final Matrix gradient(String name) {
        return gradients.get(name);
    }

    /** Returns V for an input [B,T,n]. */
    abstract int vocabulary(int width);

    /** Computes logits on a block of rows. */
    abstract void logits(Matrix x, Matrix out);

    /**
     * Computes all gradients.
     *
     * @param x input [N,n]
     * @param labels ids per row, negative = ignored
     * @param weight factor of the gradients of each predicted token's loss
     * @param dx derivative with respect to x, written
     * @return the losses' sum
     */
    abstract double differentiate(Matrix x, int[] labels, float weight, Matrix dx);

    @Override
    public INDArray activate(boolean training, LayerWorkspaceMgr workspaces) {
        assertInputSet(false);
        begin(training);
        parameters.follow(paramTable);
        INDArray x = plainInput(ArrayType.FF_WORKING_MEM, workspaces);
        Matrix rows = NativeArrays.matrix(x);
        long[] shape = {x.size(0), x.size(1), vocabulary(rows.columns())};
        INDArray out = workspaces.createUninitialized(ArrayType.ACTIVATIONS, DataType.FLOAT, shape, 'c');
        Matrix probabilities = NativeArrays.matrix(out);
        kernels.rows(rows.rows(), (block, from, to) -> {
            logits(rows.rows(from, to), probabilities.rows(from, to));
            kernels.elements().softmax(probabilities.rows(from, to));
        });
        Reference.reachabilityFence(x);
        return out;
    }

    /**
     * Returns the probabilities behind one row.
     *
     * @param x [1,n]
     * @param room gives memory of rows and columns
     */
    final Matrix last(Matrix x, BiFunction<Integer, Integer, Matrix> room) {
        parameters.follow(paramTable);
        Matrix out = room.apply(1, vocabulary(x.columns()));
        logits(x, out);
        kernels.elements().softmax(out);
        return out;
    }

    @Override
    final Differentiated differentiate(double factor, LayerWorkspaceMgr workspaces) {
        parameters.follow(paramTable);
        gradients.follow(gradTable);
        INDArray x = plainInput(ArrayType.BP_WORKING_MEM, workspaces);
        Matrix rows = NativeArrays.matrix(x);
        int[] labels = visibleLabels(vocabulary(rows.columns()));
        int predicted = predicted(labels);
        INDArray dx = workspaces.createUninitialized(ArrayType.ACTIVATION_GRAD, DataType.FLOAT, x.shape(), 'c');
        double sum = differentiate(rows, labels, (float) (factor / predicted), NativeArrays.matrix(dx));
        Reference.reachabilityFence(x);
        Gradient gradient = new DefaultGradient();
        paramTable.forEach((name, ignored) -> gradient.gradientForVariable().put(name, gradTable.get(name)));
        return new Differentiated(sum / predicted, new Pair<>(gradient, undropped(dx)));
    }

    @Override
    final double loss(LayerWorkspaceMgr workspaces) {
        parameters.follow(paramTable);
        INDArray x = plainInput(ArrayType.FF_WORKING_MEM, workspaces);
        Matrix rows = NativeArrays.matrix(x);
        int vocabulary = vocabulary(rows.columns());
        int[] labels = visibleLabels(vocabulary);
        double[] losses = new double[kernels.blocks(rows.rows())];
        kernels.rows(rows.rows(), (block, from, to) -> {
            Matrix logits = FusedMemory.task().matrix(FusedMemory.Part.LOGITS, to - from, vocabulary);
            logits(rows.rows(from, to), logits);
            losses[block] = kernels.elements().crossEntropy(logits, labels, from, 0);
        });
        Reference.reachabilityFence(x);
        return sum(losses) / predicted(labels);
    }

    static double sum(double[] losses) {
        double sum = 0;
        for (double loss : losses) {
            sum += loss;
        }
        return sum;
    }

    private INDArray plainInput(ArrayType where, LayerWorkspaceMgr workspaces) {
        INDArray x = dropped(entrance(input, where, workspaces), where, workspaces);
        return NativeArrays.plain(x) ? x : workspaces.dup(where, x, 'c');
    }

    /** Returns the number of tokens with a label, 1 if there is none: their loss is 0. */
    private static int predicted(int[] labels) {
        int n = 0;
        for (int label : labels) {
            n += label < 0 ? 0 : 1;
        }
        return Math.max(1, n);
    }
}
