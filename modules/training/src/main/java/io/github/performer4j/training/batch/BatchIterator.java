package io.github.performer4j.training.batch;

import io.github.performer4j.data.rows.Batch;
import io.github.performer4j.data.rows.BatchSource;
import io.github.performer4j.training.Rule;
import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.dataset.api.MultiDataSetPreProcessor;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.dataset.api.iterator.MultiDataSetIterator;

/**
 * Batches for Deeplearning4j's own loops: {@code fit}, {@code score}, {@code evaluate}, early stopping,
 * ParallelWrapper.
 *
 * <p>One pass is one epoch. In training each {@link #reset} begins the next epoch, in evaluation the same one; a
 * reset before the first batch of an epoch changes nothing, so loops that begin with one lose no epoch. Batches with
 * labels of weight 0, which have nothing to learn from, are passed over. Batches are read in the caller's thread:
 * M2.1's prefetcher ({@link #asyncSupported}) waits for ever once a file proves faulty, and reads ahead of a reset.
 *
 * <p>Sparse labels, as performer4j's heads read them, train and score. {@code evaluate} of a classifier wants {@link
 * #withOneHot}. Deeplearning4j's evaluations of M2.1 refuse labels [B,T] of language models, and cannot read outputs
 * [B,T,C] with masks: a task's scorer measures those. Deeplearning4j's loss over an iterator is a mean over batches
 * weighed by their rows, those that only fill up among them, and not by what they predict.
 *
 * <p>Not thread-safe. The stream of an epoch is closed at its end, by {@link #reset}, by {@link #close} and after an
 * error.
 */
public final class BatchIterator implements MultiDataSetIterator, Closeable {
    private final Settings settings;
    private final EpochBatches batches;
    private MultiDataSetPreProcessor preProcessor;

    private BatchIterator(Settings settings, MultiDataSetPreProcessor preProcessor) {
        this.settings = settings;
        this.batches = new EpochBatches(settings.source(), settings.seed(), settings.repeats(), settings.first());
        this.preProcessor = preProcessor;
    }

    /** What does not change on the way. */
    private record Settings(
            BatchSource source,
            long seed,
            boolean repeats,
            BatchEncoder encoder,
            DataType type,
            List<String> classes,
            long first) {
        Settings as(BatchEncoder newEncoder, DataType newType, List<String> newClasses, long newFirst) {
            return new Settings(source, seed, repeats, newEncoder, newType, newClasses, newFirst);
        }
    }

    /**
     * Makes an iterator for training, at epoch 0: float32, columns as they are.
     *
     * @param source the training data, shuffled
     * @param seed of the order
     */
    public static BatchIterator training(BatchSource source, long seed) {
        return of(source, seed, false);
    }

    /**
     * Makes an iterator for evaluation, which always gives epoch 0: float32, columns as they are.
     *
     * @param source held-out data, not shuffled
     * @param seed of what is hidden
     */
    public static BatchIterator evaluation(BatchSource source, long seed) {
        return of(source, seed, true);
    }

    private static BatchIterator of(BatchSource source, long seed, boolean repeats) {
        return new BatchIterator(
                new Settings(source, seed, repeats, BatchEncoder.columns(), DataType.FLOAT, null, 0), null);
    }

    private BatchIterator with(BatchEncoder encoder, DataType type, List<String> classes, long first) {
        return new BatchIterator(settings.as(encoder, type, classes, first), preProcessor);
    }

    /** Returns a fresh iterator whose arrays an encoder of one's own makes. */
    public BatchIterator withEncoder(BatchEncoder encoder) {
        return with(encoder, settings.type(), settings.classes(), settings.first());
    }

    /** Returns a fresh iterator whose arrays have another floating-point type, which should be the net's. */
    public BatchIterator withType(DataType type) {
        return with(settings.encoder(), type, settings.classes(), settings.first());
    }

    /**
     * Returns a fresh iterator whose labels, class ids [B,1] of one output, become one-hot rows [B,C]: what
     * Deeplearning4j's evaluations read. Not for losses: performer4j's heads want ids, and refuse these.
     *
     * @param classes names of the C classes in the order of their ids
     */
    public BatchIterator withOneHot(List<String> classes) {
        return with(settings.encoder(), settings.type(), List.copyOf(classes), settings.first());
    }

    /**
     * Returns a fresh iterator that begins with another epoch: after a restart that of the net, {@code
     * net.getEpochCount()}.
     *
     * @throws IllegalArgumentException if the epoch is negative, or this is an iterator for evaluation
     */
    public BatchIterator from(long first) {
        Rule.that(first >= 0, "an epoch must not be negative", "epoch", first);
        Rule.that(!settings.repeats(), "evaluation has one epoch", "epoch", first);
        return with(settings.encoder(), settings.type(), settings.classes(), first);
    }

    /**
     * Returns this iterator as Deeplearning4j's nets of one input and one output want it, MultiLayerNetwork among
     * them; both share one position.
     */
    public DataSetIterator asDataSets() {
        return new SingleBatches(this, settings.classes());
    }

    /** Returns the epoch of the batch that comes next. */
    public long epoch() {
        return batches.epoch();
    }

    /**
     * Returns whether the epoch has another batch; false after {@link #close}.
     *
     * @throws java.io.UncheckedIOException if the data cannot be read; again until {@link #reset}
     */
    @Override
    public boolean hasNext() {
        return batches.hasNext();
    }

    /**
     * Returns the next batch as the encoder makes it: masks [B,T] of tokens, and of labels [B,1] where rows are
     * hidden.
     *
     * @throws java.util.NoSuchElementException at the end of the epoch
     * @throws java.io.UncheckedIOException if the data cannot be read
     */
    @Override
    public MultiDataSet next() {
        Batch batch = batches.next();
        BatchEncoder.Arrays arrays = settings.encoder().encode(batch, settings.type());
        if (settings.classes() != null) {
            arrays = OneHotLabels.of(arrays, batch, settings.classes().size(), settings.type());
        }
        MultiDataSet data = new org.nd4j.linalg.dataset.MultiDataSet(
                arrays.features(), arrays.labels(), arrays.featureMasks(), arrays.labelMasks());
        if (preProcessor != null) {
            preProcessor.preProcess(data);
        }
        return data;
    }

    /** Refuses: batches are what the task makes. */
    @Override
    public MultiDataSet next(int examples) {
        throw new UnsupportedOperationException(
                "batches have the sizes that the task gives them; examples asked for=" + examples);
    }

    /** Begins the next epoch in training, the same one in evaluation; the current one, if nothing was read of it. */
    @Override
    public void reset() {
        batches.reset();
    }

    @Override
    public boolean resetSupported() {
        return true;
    }

    /** Returns false; see the class. */
    @Override
    public boolean asyncSupported() {
        return false;
    }

    @Override
    public void setPreProcessor(MultiDataSetPreProcessor preProcessor) {
        this.preProcessor = preProcessor;
    }

    @Override
    public MultiDataSetPreProcessor getPreProcessor() {
        return preProcessor;
    }

    /** Closes the epoch's stream. The iterator is at the end of its epoch then, and {@link #reset} goes on. */
    @Override
    public void close() throws IOException {
        batches.close();
    }
}
