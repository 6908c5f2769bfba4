package io.github.performer4j.training.batch;

import io.github.performer4j.core.model.PerformerConfig;
import io.github.performer4j.core.task.Classification;
import io.github.performer4j.core.task.Task;
import io.github.performer4j.data.rows.Batch;
import io.github.performer4j.data.rows.BatchSource;
import io.github.performer4j.data.rows.Column;
import io.github.performer4j.kernels.math.CounterRandom;
import io.github.performer4j.training.step.Toy;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongFunction;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.learning.config.IUpdater;

/** Small classifiers, and batches for them as functions of a seed. */
public final class Classified {
    static final List<String> NAMES = List.of("a", "b", "c");
    static final int VOCABULARY = 19;
    static final int LENGTH = 7;

    private Classified() {}

    static ComputationGraph net(IUpdater updater, DataType type) {
        return net(new Classification().with(NAMES, null), updater, type, false);
    }

    /** Returns a net of one block; its vertices too say whether Deeplearning4j divides by the batch. */
    public static ComputationGraph net(Task task, IUpdater updater, DataType type, boolean miniBatch) {
        PerformerConfig config = PerformerConfig.defaults()
                .withVocabulary(VOCABULARY)
                .with("maxTokens", 13)
                .with("attention.heads", 2)
                .with("width", 14)
                .with("layers", 1)
                .with("feedForward.hidden", 17)
                .with("attention.features", 6)
                .with("attention.redrawInterval", 0)
                .with("dropout", 0);
        ComputationGraphConfiguration graph = config.graph(task, updater, 0, 29, type);
        graph.getDefaultConfiguration().setMiniBatch(miniBatch);
        ComputationGraph net = new ComputationGraph(graph);
        net.init();
        for (org.deeplearning4j.nn.api.Layer layer : net.getLayers()) {
            layer.conf().setMiniBatch(miniBatch);
        }
        return net;
    }

    /** Returns rows of 1 to {@value #LENGTH} real tokens with a class each; the last rows only fill up the batch. */
    static Batch batch(long seed, int real, int filled) {
        int rows = real + filled;
        int[] ids = new int[rows * LENGTH];
        boolean[] mask = new boolean[rows * LENGTH];
        int[] classes = new int[rows];
        boolean[] counts = new boolean[rows];
        for (int r = 0; r < rows; r++) {
            CounterRandom random = CounterRandom.of(seed, r);
            counts[r] = r < real;
            classes[r] = counts[r] ? random.nextInt(NAMES.size()) : 0;
            int length = counts[r] ? 1 + random.nextInt(LENGTH) : 0;
            for (int t = 0; t < length; t++) {
                ids[r * LENGTH + t] = 1 + random.nextInt(VOCABULARY - 1);
                mask[r * LENGTH + t] = true;
            }
        }
        return Batch.of(
                Column.ids(ids, mask, 0, rows, LENGTH),
                Column.ids(classes, filled == 0 ? null : counts, 0, rows, 1),
                real);
    }

    /**
     * Returns a batch of several rows, the same batch with rows that fill it up, a batch of one row, and one masked
     * though all of it counts.
     */
    static List<Batch> epoch(long seed, long epoch) {
        long first = 100 * seed + 10 * epoch;
        Batch one = batch(first + 2, 1, 0);
        Batch masked =
                Batch.of(one.input(), Column.ids(one.label().ids(), new boolean[] {true}, 0, 1, 1), one.weight());
        return List.of(batch(first, 5, 0), batch(first + 1, 3, 2), one, masked);
    }

    /** Returns epochs as {@link #epoch} has them. */
    static BatchSource source() {
        return (seed, epoch) -> Toy.stream(epoch(seed, epoch));
    }

    /** Returns an epoch that is always the same. */
    static BatchSource source(Batch... batches) {
        return (seed, epoch) -> Toy.stream(List.of(batches));
    }

    /** Fits an epoch batch by batch, without an iterator. */
    static void fit(ComputationGraph net, List<Batch> batches) {
        for (Batch batch : batches) {
            net.fit(arrays(batch, net.params().dataType()));
        }
        net.getConfiguration().setEpochCount(net.getConfiguration().getEpochCount() + 1);
    }

    /** Returns a batch's arrays as the trainer's workers get them. */
    static MultiDataSet arrays(Batch batch, DataType type) {
        BatchEncoder.Arrays arrays = BatchEncoder.columns().encode(batch, type);
        return new MultiDataSet(arrays.features(), arrays.labels(), arrays.featureMasks(), arrays.labelMasks());
    }

    /** Returns batches of several seeds in one list. */
    static List<Batch> all(LongFunction<List<Batch>> of, long... seeds) {
        List<Batch> all = new ArrayList<>();
        for (long seed : seeds) {
            all.addAll(of.apply(seed));
        }
        return all;
    }
}
