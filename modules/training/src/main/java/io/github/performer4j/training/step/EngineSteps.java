package io.github.performer4j.training.step;

import io.github.performer4j.core.engine.Engine;
import io.github.performer4j.core.engine.Engines;
import io.github.performer4j.core.engine.Stepper;
import io.github.performer4j.core.model.Counters;
import io.github.performer4j.core.net.NetPrograms;
import io.github.performer4j.data.rows.Batch;
import io.github.performer4j.training.batch.BatchEncoder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Steps in the memory of an engine that has its own: parameters and the updater's state come back to the graph when they are asked for. */
final class EngineSteps implements AutoCloseable {
    private static final String LAYER_BY_LAYER =
            " runs the model layer by layer, on one device and with all activations kept: ";

    private final ComputationGraph net;
    private final BatchEncoder encoder;
    private final Stepper stepper;
    private boolean ahead; // of the graph's arrays
    private List<Batch> announced; // batches of the next step, which are on their way
    private List<Stepper.Rows> rows; // of these

    EngineSteps(ComputationGraph net, BatchEncoder encoder, Stepper stepper) {
        this.net = net;
        this.encoder = encoder;
        this.stepper = stepper;
    }

    /**
     * Takes a graph into the memory of the engine that runs its type.
     *
     * @param listener is told why an engine with memory of its own runs this graph layer by layer
     * @return empty if the engine has none, or does not take the graph
     */
    static Optional<EngineSteps> of(
            ComputationGraph net, BatchEncoder encoder, LayerRates rates, RunListener listener) {
        DataType type = net.params().dataType();
        Engine engine = Engines.of(type);
        if (!engine.ownMemory()) {
            return Optional.empty();
        }
        try {
            if (!rates.equals(LayerRates.NONE) || !net.getListeners().isEmpty()) {
                throw new IllegalArgumentException(
                        "steps in an engine's memory need one rate for all layers and no listeners of the graph");
            }
            Optional<Stepper> stepper = engine.stepper(NetPrograms.of(net), net);
            if (stepper.isEmpty()) {
                listener.note(engine.name() + LAYER_BY_LAYER + "it does not cover all of its layers");
            }
            return stepper.map(made -> new EngineSteps(net, encoder, made));
        } catch (IllegalArgumentException e) {
            listener.note(engine.name() + LAYER_BY_LAYER + e.getMessage());
            return Optional.empty();
        }
    }

    /** A step that was begun. */
    interface Pending {

        /**
         * Waits until it is made.
         *
         * @throws DivergedException if loss or gradient are not finite
         */
        Stepper.Step await();
    }

    /**
     * Begins a step, which is to end before the next one begins.
     *
     * @param iteration updates done before
     * @param epoch of the first micro-batch
     */
    Pending begin(List<Batch> batches, long iteration, long epoch, double rate, double clipNorm) {
        List<Stepper.Rows> own = batches == announced ? rows : rows(batches);
        announced = null;
        Counters.set(net, iteration, epoch);
        ahead = true;
        Stepper.Pending begun = diverging(iteration, () -> stepper.begin(own, iteration, rate, clipNorm));
        return () -> {
            Stepper.Step made = diverging(iteration, begun::await);
            Counters.updated(net);
            Counters.set(net, iteration + 1, epoch);
            net.setScore(made.loss());
            return made;
        };
    }

    private static <T> T diverging(long iteration, Supplier<T> part) {
        try {
            return part.get();
        } catch (IllegalStateException e) {
            throw new DivergedException("step " + (iteration + 1) + ": " + e.getMessage());
        }
    }

    /** Sends the batches of the next step, the same list, on their way while this one is made. */
    void ahead(List<Batch> next) {
        rows = rows(next);
        announced = next;
        stepper.ahead(rows);
    }

    private List<Stepper.Rows> rows(List<Batch> batches) {
        List<Stepper.Rows> all = new ArrayList<>();
        batches.forEach(batch -> all.add(rows(encoder.encode(batch, net.params().dataType()))));
        return all;
    }

    private static Stepper.Rows rows(BatchEncoder.Arrays arrays) {
        INDArray ids = arrays.features()[0];
        int batch = Math.toIntExact(ids.size(0));
        int tokens = Math.toIntExact(ids.size(1));
        float[] mask = mask(arrays.featureMasks());
        float[] labelled = mask(arrays.labelMasks());
        int[] in = ids.dup('c').data().asInt();
        int[] labels = arrays.labels()[0].dup('c').data().asInt();
        for (int i = 0; i < labels.length; i++) {
            boolean real = mask == null || mask[i] != 0;
            in[i] = real ? in[i] : 0;
            labels[i] = real && (labelled == null || labelled[i] != 0) ? labels[i] : -1;
        }
        return new Stepper.Rows(batch, tokens, in, mask, labels);
    }

    private static float[] mask(INDArray... masks) {
        return masks == null || masks[0] == null
                ? null
                : masks[0].dup('c').data().asFloat();
    }

    /** Brings parameters and the updater's state back, if steps were made since. */
    void store() {
        if (ahead) {
            stepper.store();
            ahead = false;
        }
    }

    @Override
    public void close() {
        stepper.close();
    }
}
