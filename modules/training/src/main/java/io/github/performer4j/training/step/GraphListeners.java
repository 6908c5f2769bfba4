package io.github.performer4j.training.step;

import io.github.performer4j.core.layer.ContrastLossLayer;
import io.github.performer4j.core.model.Counters;
import io.github.performer4j.data.rows.Batch;
import io.github.performer4j.data.rows.Column;
import io.github.performer4j.training.batch.BatchEncoder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Tells Deeplearning4j's listeners of a graph what its own {@code fit} would tell them, in the order in which it does: {@code onForwardPass}, {@code
 * onBackwardPass}, {@code onGradientCalculation}, {@code iterationDone}. {@link Activations} are copied only where a listener hears of forward passes.
 *
 * <p>At each iteration the graph holds the inputs and labels of the step, all of its micro-batches as one batch. A step belongs to the epoch
 * of its first micro-batch: {@code onEpochEnd} comes after the last step of an epoch of the data and {@code onEpochStart} before the first
 * one of the next, with {@code getEpochCount} the number of epochs that ended before. A run that stops in the middle of an epoch does not end
 * it, and one that goes on there does not start it again.
 */
final class GraphListeners {
    private final ComputationGraph net;
    private final BatchEncoder encoder;
    private long epoch;
    private boolean begun;

    /**
     * Takes up where a run stands.
     *
     * @param encoder makes the arrays that the graph shows
     * @param position where the data is read from
     */
    GraphListeners(ComputationGraph net, BatchEncoder encoder, TrainerState position) {
        this.net = net;
        this.encoder = encoder;
        this.epoch = position.epoch();
        this.begun = position.batches() > 0;
    }

    /** Starts the epoch if the coming step is its first. */
    void beforeStep(long iteration) {
        if (!begun) {
            Counters.set(net, iteration, epoch);
            for (TrainingListener listener : net.getListeners()) {
                listener.onEpochStart(net);
            }
            begun = true;
        }
    }

    /**
     * Shows the step's batches and its gradient, before the updater changes it.
     *
     * @param activations of the step; null where no listener hears of them
     */
    void gradient(List<Batch> batches, Activations activations) {
        if (net.getListeners().isEmpty()) {
            return;
        }
        Batch step = Batch.join(ofPairs() ? placed(batches) : batches);
        BatchEncoder.Arrays arrays = encoder.encode(step, net.params().dataType());
        net.setInputs(arrays.features());
        net.setLabels(arrays.labels());
        net.setLayerMaskArrays(arrays.featureMasks(), arrays.labelMasks());
        if (activations != null) {
            Map<String, INDArray> joined = activations.joined();
            for (TrainingListener listener : net.getListeners()) {
                listener.onForwardPass(net, joined);
            }
        }
        for (TrainingListener listener : net.getListeners()) {
            listener.onBackwardPass(net);
        }
        for (TrainingListener listener : net.getListeners()) {
            listener.onGradientCalculation(net);
        }
    }

    private boolean ofPairs() {
        Layer output = net.getOutputLayer(0);
        return output != null && output.conf().getLayer() instanceof ContrastLossLayer;
    }

    /** Returns batches of pairs whose labels name rows, of partners and groups, as they stand in all batches together. */
    private static List<Batch> placed(List<Batch> batches) {
        List<Batch> placed = new ArrayList<>();
        int before = 0;
        for (Batch batch : batches) {
            int[] labels = batch.label().ids().clone(); // [B,3]: partner, group, side
            for (int at = 0; at < labels.length; at += 3) {
                labels[at] += labels[at] == Batch.IGNORED ? 0 : before;
                labels[at + 1] += before;
            }
            Column column = Column.ids(labels, batch.label().mask(), Batch.IGNORED, batch.size(), 3);
            placed.add(Batch.of(batch.inputs(), column, batch.weight()));
            before += batch.size();
        }
        return placed;
    }

    /** Tells that the parameters are changed; the graph no longer holds the batches then. */
    void iterationDone(long iteration) {
        for (TrainingListener listener : net.getListeners()) {
            listener.iterationDone(net, (int) iteration, (int) epoch);
        }
        net.clearLayerMaskArrays();
        net.clear();
    }

    /**
     * Ends the epochs that the step read to their ends.
     *
     * @param iteration parameter updates done
     * @param step the step that is done
     * @param following the epoch of the first micro-batch of the next one
     * @return true if nothing of the epoch in which the next step starts has been read
     */
    boolean afterStep(long iteration, BatchFeed.Step step, long following) {
        while (epoch < following) {
            beforeStep(iteration); // an epoch of fewer batches than a step has begins and ends within it
            for (TrainingListener listener : net.getListeners()) {
                listener.onEpochEnd(net);
            }
            epoch++;
            begun = false;
            Counters.set(net, iteration, epoch);
        }
        if (step.epoch() == epoch) {
            beforeStep(iteration);
        }
        return !begun;
    }
}
