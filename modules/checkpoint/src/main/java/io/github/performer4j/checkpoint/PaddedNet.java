package io.github.performer4j.checkpoint;

import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Runs rows of token ids through the net, padded to one length and masked: [B,T]. Safe for several threads, each call
 * on a replica of its own.
 */
final class PaddedNet {
    private final NetPool nets;
    private final int filler;

    /**
     * Makes a runner.
     *
     * @param filler id of padding
     */
    PaddedNet(NetPool nets, int filler) {
        this.nets = nets;
        this.filler = filler;
    }

    /**
     * Runs.
     *
     * @param vertex whose activation is wanted
     * @param rows [B] rows of at most T ids
     * @param padded T
     * @param reader copies what it wants of the activation [B,T,*] or [B,*], which lives no longer than the call
     */
    <R> R run(String vertex, int[][] rows, int padded, Function<INDArray, R> reader) {
        float[] tokens = new float[rows.length * padded];
        float[] real = new float[tokens.length];
        for (int b = 0; b < rows.length; b++) {
            for (int t = 0; t < padded; t++) {
                tokens[b * padded + t] = t < rows[b].length ? rows[b][t] : filler;
            }
            Arrays.fill(real, b * padded, b * padded + rows[b].length, 1);
        }
        return nets.use(net -> reader.apply(output(net, vertex, array(net, tokens, rows.length), real)));
    }

    private static INDArray output(ComputationGraph net, String vertex, INDArray tokens, float... real) {
        INDArray mask = array(net, real, (int) tokens.size(0));
        INDArray output = net.output(List.of(vertex), false, new INDArray[] {tokens}, new INDArray[] {mask})[0];
        net.clearLayerMaskArrays(); // output() leaves them for the next caller to trip over
        return output;
    }

    /** Returns [B,T] in the net's type. */
    private static INDArray array(ComputationGraph net, float[] values, int rows) {
        DataType type = net.params().dataType();
        return Nd4j.createFromArray(values)
                .reshape('c', rows, values.length / rows)
                .castTo(type);
    }
}
