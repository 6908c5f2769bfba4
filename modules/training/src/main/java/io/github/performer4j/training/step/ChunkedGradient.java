package io.github.performer4j.training.step;

import io.github.performer4j.core.net.ChunkedSequence;
import io.github.performer4j.data.rows.Batch;
import io.github.performer4j.data.rows.Column;
import io.github.performer4j.training.Rule;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Loss and gradient of a micro-batch of long sequences in chunks, see {@link ChunkedSequence}. With n_c predicted tokens in chunk c and N = Σ n_c,
 *
 * <pre>
 * L = Σ_c (n_c / N) L_c        L_c the mean over the chunk's tokens
 * g = Σ_c (n_c / N) g_c        g_c of L_c and of (n_{c+1} / n_c) times what comes from behind
 * </pre>
 *
 * <p>Chunks behind the last predicted token are left out. Of another one that predicts nothing L_c is 0, and n_c is taken as 1 where it scales what comes from behind. The sum is made from the last chunk to the first.
 */
final class ChunkedGradient {
    private final MicroBatchPass pass;
    private final List<Batch> chunks = new ArrayList<>();
    private final double predicted;

    /**
     * Cuts a batch.
     *
     * @param batch token ids with a label for each
     * @param tokens of a chunk
     * @throws IllegalArgumentException if labels are of another kind, or no chunk predicts a token
     */
    ChunkedGradient(MicroBatchPass pass, Batch batch, int tokens) {
        this.pass = pass;
        Rule.that(
                batch.inputs().size() == 1
                        && batch.labels().size() == 1
                        && batch.label().ids() != null
                        && batch.label().size(1) == batch.length(),
                "training.chunk needs a label for each token of one input",
                "inputs",
                batch.inputs(),
                "labels",
                batch.labels());
        for (int from = 0; from < batch.length(); from += tokens) {
            chunks.add(part(batch, from, Math.min(batch.length(), from + tokens)));
        }
        while (chunks.size() > 1 && chunks.get(chunks.size() - 1).weight() == 0) {
            chunks.remove(chunks.size() - 1);
        }
        predicted = chunks.stream().mapToDouble(Batch::weight).sum();
        Rule.that(
                predicted > 0,
                "a batch in chunks must predict a token",
                "training.chunk",
                tokens,
                "tokens",
                batch.length());
    }

    private static Batch part(Batch batch, int from, int to) {
        Column labels = batch.label().tokens(from, to);
        Column shown = batch.input().tokens(from, to);
        int count = 0;
        for (int i = 0; i < labels.ids().length; i++) {
            boolean real = !shown.maskedByToken() || shown.mask()[i];
            boolean wanted = !labels.maskedByToken() || labels.mask()[i];
            count += real && wanted && labels.ids()[i] != Batch.IGNORED ? 1 : 0;
        }
        Map<String, Column> inputs = new LinkedHashMap<>(batch.inputs());
        inputs.replaceAll((name, column) -> shown);
        Map<String, Column> outputs = new LinkedHashMap<>(batch.labels());
        outputs.replaceAll((name, column) -> labels);
        return new Batch(batch.size(), inputs, outputs, Map.of(), count);
    }

    /** Returns what gradients of chunk c are multiplied by: n_c, or 1 where nothing is predicted, and gradients are all of what comes from behind. */
    private double scale(int c) {
        double weight = chunks.get(c).weight();
        return weight > 0 ? weight : 1;
    }

    /** Computes the loss, and the gradient into the graph's buffer. */
    double compute() {
        if (chunks.size() == 1) {
            return pass.compute(chunks.get(0));
        }
        INDArray total = null;
        double loss = 0;
        try (ChunkedSequence sequence = new ChunkedSequence(pass.replica(), pass.index())) {
            for (int c = 0; c + 1 < chunks.size(); c++) {
                pass.prepare(chunks.get(c));
                sequence.forward(pass.arrays().features());
                pass.replica().clearLayerMaskArrays();
                pass.replica().clear();
            }
            for (int c = chunks.size() - 1; c >= 0; c--) {
                double scale = scale(c);
                sequence.beginBackward(c, c + 1 < chunks.size() ? scale(c + 1) / scale : 1);
                loss += chunks.get(c).weight() / predicted * pass.compute(chunks.get(c));
                sequence.endBackward();
                INDArray gradient = pass.replica().getFlattenedGradients();
                gradient.muli(scale / predicted);
                if (total == null) {
                    total = gradient.dup();
                } else {
                    total.addi(gradient);
                }
            }
        }
        pass.replica().getFlattenedGradients().assign(total);
        return loss;
    }
}
