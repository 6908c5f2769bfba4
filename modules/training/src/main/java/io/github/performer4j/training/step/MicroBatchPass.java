package io.github.performer4j.training.step;

import io.github.performer4j.core.base.MicroBatch;
import io.github.performer4j.data.rows.Batch;
import io.github.performer4j.training.batch.BatchEncoder;
import java.util.List;
import java.util.function.Function;
import org.deeplearning4j.nn.graph.ComputationGraph;

/** Loss and gradient of one micro-batch, or of a chunk of it, on a worker's copy of the graph. */
final class MicroBatchPass {
    private final ComputationGraph replica;
    private final Function<Batch, BatchEncoder.Arrays> encoder;
    private final int index;
    private final Activations activations; // null = nobody wants them
    private BatchEncoder.Arrays arrays;

    /**
     * Begins.
     *
     * @param index of the micro-batch in its step
     */
    MicroBatchPass(
            ComputationGraph replica,
            Function<Batch, BatchEncoder.Arrays> encoder,
            int index,
            Activations activations) {
        this.replica = replica;
        this.encoder = encoder;
        this.index = index;
        this.activations = activations;
        MicroBatch.set(replica, index);
    }

    ComputationGraph replica() {
        return replica;
    }

    /** Returns the arrays that were last prepared. */
    BatchEncoder.Arrays arrays() {
        return arrays;
    }

    int index() {
        return index;
    }

    /** Gives the graph its inputs, labels and masks. */
    void prepare(Batch batch) {
        arrays = encoder.apply(batch);
        replica.setInputs(arrays.features());
        replica.setLabels(arrays.labels());
        replica.setLayerMaskArrays(arrays.featureMasks(), arrays.labelMasks());
        replica.setListeners(activations == null ? List.of() : List.of(activations.part(index)));
    }

    /**
     * Computes loss and gradient, which lies in the graph's buffer.
     *
     * @return the loss without regularisation: the mean over all that is predicted
     */
    double compute(Batch batch) {
        prepare(batch);
        replica.computeGradientAndScore();
        int examples = replica.batchSize();
        // Deeplearning4j's score includes the regularisation, which is no part of the loss: of layers that keep one.
        double loss = replica.score() - replica.calcRegularizationScore(true);
        replica.clearLayerMaskArrays();
        replica.clearLayersStates();
        replica.clear();
        Gradients.divided(replica).forEach(view -> view.divi(examples));
        return loss;
    }
}
