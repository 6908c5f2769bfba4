package io.github.performer4j.checkpoint.imports;

import io.github.performer4j.checkpoint.PerformerModel;
import java.util.List;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Runs nets on padded rows of ids. */
final class Runs {
    private Runs() {}

    /** Returns the final hidden states [B,T,E] of rows, padded by id 0 to the longest. */
    static INDArray hidden(PerformerModel model, int[]... rows) {
        return output(model, model.info().model().hiddenVertex(), rows);
    }

    /** Returns an activation of rows, padded by id 0 to the longest. */
    static INDArray output(PerformerModel model, String vertex, int[]... rows) {
        int longest = 0;
        for (int[] row : rows) {
            longest = Math.max(longest, row.length);
        }
        INDArray tokens = Nd4j.zeros(rows.length, longest);
        INDArray mask = Nd4j.zeros(rows.length, longest);
        for (int b = 0; b < rows.length; b++) {
            for (int t = 0; t < rows[b].length; t++) {
                tokens.putScalar(b, t, rows[b][t]);
                mask.putScalar(b, t, 1);
            }
        }
        ComputationGraph net = model.net();
        INDArray output = net.output(List.of(vertex), false, new INDArray[] {tokens}, new INDArray[] {mask})[0];
        net.clearLayerMaskArrays();
        return output;
    }
}
