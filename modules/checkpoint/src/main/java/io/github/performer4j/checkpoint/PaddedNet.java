package io.github.performer4j.checkpoint;

import io.github.performer4j.core.net.AttentionMass;
import io.github.performer4j.data.example.Patches;
import io.github.performer4j.data.graph.GraphInput;
import io.github.performer4j.data.rows.Column;
import io.github.performer4j.data.rows.GraphColumns;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Runs rows of token ids through the net, padded to one length and masked: [B,T]; or rows of patches, [B,T,P]. Safe for several threads, each call
 * on a replica of its own.
 */
final class PaddedNet {
    private final NetPool nets;
    private final int filler;
    private final int rowSize;

    /**
     * Makes a runner.
     *
     * @param filler id of padding
     * @param rowSize P, values of a patch; 0 for token ids
     */
    PaddedNet(NetPool nets, int filler, int rowSize) {
        this.nets = nets;
        this.filler = filler;
        this.rowSize = rowSize;
    }

    /**
     * Runs.
     *
     * @param vertex whose activation is wanted
     * @param rows [B] rows of at most T ids, or of T patches of P values 0 to 255 each
     * @param padded T
     * @param reader copies what it wants of the activation [B,T,*] or [B,*], which lives no longer than the call
     */
    <R> R run(String vertex, int[][] rows, int padded, Function<INDArray, R> reader) {
        int each = Math.max(1, rowSize);
        float[] tokens = new float[Math.multiplyExact(rows.length * padded, each)];
        float[] real = new float[rows.length * padded];
        for (int b = 0; b < rows.length; b++) {
            int from = b * padded * each;
            Arrays.fill(tokens, from, from + padded * each, rowSize > 0 ? 0 : filler);
            for (int i = 0; i < rows[b].length; i++) {
                tokens[from + i] = rowSize > 0 ? Patches.value(rows[b][i]) : rows[b][i];
            }
            Arrays.fill(real, b * padded, b * padded + rows[b].length / each, 1);
        }
        long[] shape = rowSize > 0 ? new long[] {rows.length, padded, rowSize} : new long[] {rows.length, padded};
        return nets.use(net -> reader.apply(output(net, vertex, array(net, tokens, shape), real)));
    }

    /**
     * Runs graphs.
     *
     * @param vertex whose activation is wanted
     * @param graphs [B]
     * @param padded N, no less than the nodes of each
     * @param reader copies what it wants of the activation [B,N,*] or [B,*], which lives no longer than the call
     */
    <R> R run(String vertex, List<GraphInput> graphs, int padded, Function<INDArray, R> reader) {
        Column nodes = GraphColumns.nodes(graphs, graphs.size(), padded);
        Column entries = GraphColumns.entries(graphs, graphs.size());
        return nets.use(net -> {
            INDArray[] inputs = {floats(net, nodes), floats(net, entries)};
            INDArray[] masks = {mask(net, nodes), mask(net, entries)};
            INDArray output = net.output(List.of(vertex), false, inputs, masks)[0];
            net.clearLayerMaskArrays();
            return reader.apply(output);
        });
    }

    private static INDArray floats(ComputationGraph net, Column column) {
        return array(net, column.floats(), column.size(0), column.size(1), column.size(2));
    }

    private static INDArray mask(ComputationGraph net, Column column) {
        float[] real = new float[column.mask().length];
        for (int i = 0; i < real.length; i++) {
            real[i] = column.mask()[i] ? 1 : 0;
        }
        return array(net, real, column.size(0), column.size(1));
    }

    /**
     * Measures how much attention each position of one row receives.
     *
     * @param row T ids, or T patches of P values 0 to 255 each
     */
    List<AttentionMass> masses(int... row) {
        int tokens = row.length / Math.max(1, rowSize);
        float[] values = new float[row.length];
        for (int i = 0; i < row.length; i++) {
            values[i] = rowSize > 0 ? Patches.value(row[i]) : row[i];
        }
        long[] shape = rowSize > 0 ? new long[] {1, tokens, rowSize} : new long[] {1, tokens};
        return nets.use(net -> AttentionMass.of(net, array(net, values, shape)));
    }

    private static INDArray output(ComputationGraph net, String vertex, INDArray tokens, float... real) {
        INDArray mask = array(net, real, tokens.size(0), tokens.size(1));
        INDArray output = net.output(List.of(vertex), false, new INDArray[] {tokens}, new INDArray[] {mask})[0];
        net.clearLayerMaskArrays(); // output() leaves them for the next caller to trip over
        return output;
    }

    /** Returns an array in the net's type. */
    private static INDArray array(ComputationGraph net, float[] values, long... shape) {
        DataType type = net.params().dataType();
        return Nd4j.createFromArray(values).reshape('c', shape).castTo(type);
    }
}
