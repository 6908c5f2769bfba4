package io.github.performer4j.checkpoint;

import io.github.performer4j.core.task.HeadPlace;
import io.github.performer4j.data.token.Tokenizer;
import io.github.performer4j.kernels.memory.FloatBlock;
import io.github.performer4j.kernels.memory.Matrix;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Runs a net with an encoder and a decoder on one source and the beginning of one target. Safe for several threads, each call on a replica of its own. */
final class SourceNet {
    /** Lengths are padded to a multiple of this, so that a growing target does not rebuild the net's buffers at every token. */
    private static final int BUCKET = 32;

    private final NetPool nets;
    private final Tokenizer tokenizer;
    private final String memory;
    private final int window;

    SourceNet(NetPool nets, ModelInfo info) {
        this.nets = nets;
        this.tokenizer = info.tokenizer();
        this.memory = info.model().memoryVertex();
        this.window = info.model().maxTokens();
    }

    /**
     * Returns what the encoder makes of a source, [Ts,E] float32.
     *
     * @param source [Ts] ids with their frame
     */
    Matrix memory(int... source) {
        int[] target = {tokenizer.specials().start()};
        return run(memory, source, target, activation -> {
            int width = Math.toIntExact(activation.size(2));
            FloatBlock block = FloatBlock.allocate((long) source.length * width);
            for (int t = 0; t < source.length; t++) {
                float[] row = activation.slice(0).getRow(t).toFloatVector();
                block.write((long) t * width, row, 0, width);
            }
            return Matrix.of(block, source.length, width);
        });
    }

    /**
     * Returns the probabilities of the token after the last one of a target, [V]; tokens that only frame text have 0, the end keeps its own.
     *
     * @param source [Ts] ids with their frame
     * @param target [Tt] ids, the start in front
     */
    double[] next(int[] source, int... target) {
        double[] next = run(
                HeadPlace.OUTPUT,
                source,
                target,
                activation -> activation.slice(0).getRow(target.length - 1).toDoubleVector());
        for (int token = 0; token < next.length; token++) {
            if (tokenizer.special(token) && token != tokenizer.specials().eos()) {
                next[token] = 0;
            }
        }
        return next;
    }

    private <R> R run(String vertex, int[] source, int[] target, Function<INDArray, R> reader) {
        return nets.use(net -> {
            DataType type = net.params().dataType();
            INDArray[] inputs = {ids(target, type), ids(source, type)};
            INDArray[] masks = {mask(target.length, type), mask(source.length, type)};
            INDArray output = output(net, vertex, inputs, masks);
            return reader.apply(output);
        });
    }

    private static INDArray output(ComputationGraph net, String vertex, INDArray[] inputs, INDArray... masks) {
        INDArray output = net.output(List.of(vertex), false, inputs, masks)[0];
        net.clearLayerMaskArrays(); // output() leaves them for the next caller to trip over
        return output;
    }

    private int padded(int length) {
        return Math.max(length, Math.min(window, (length + BUCKET - 1) / BUCKET * BUCKET));
    }

    private INDArray ids(int[] ids, DataType type) {
        int[] row = Arrays.copyOf(ids, padded(ids.length));
        Arrays.fill(row, ids.length, row.length, tokenizer.pad());
        return Nd4j.createFromArray(row).reshape('c', 1, row.length).castTo(type);
    }

    private INDArray mask(int length, DataType type) {
        float[] real = new float[padded(length)];
        Arrays.fill(real, 0, length, 1);
        return Nd4j.createFromArray(real).reshape('c', 1, real.length).castTo(type);
    }
}
