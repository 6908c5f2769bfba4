package io.github.performer4j.training.batch;

import io.github.performer4j.data.rows.Batch;
import io.github.performer4j.data.rows.BatchSource;
import io.github.performer4j.data.rows.BatchStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.NoSuchElementException;

/**
 * The batches of one epoch after the other, each begun by {@link #reset}. Batches with labels of weight 0 are passed
 * over. The stream of an epoch is open from its first batch to its last, a reset, a close or an error.
 */
final class EpochBatches implements Closeable {
    private final BatchSource source;
    private final long seed;
    private final boolean repeats;
    private BatchStream stream;
    private Batch ahead;
    private long epoch;
    private boolean begun;
    private boolean ended;
    private boolean closed;
    private RuntimeException failure;

    /**
     * Begins at an epoch; nothing is opened yet.
     *
     * @param repeats whether every reset gives the same epoch
     */
    EpochBatches(BatchSource source, long seed, boolean repeats, long epoch) {
        this.source = source;
        this.seed = seed;
        this.repeats = repeats;
        this.epoch = epoch;
    }

    long epoch() {
        return epoch;
    }

    /**
     * Returns whether the epoch has another batch; false once it is closed.
     *
     * @throws UncheckedIOException if the data cannot be read; again until {@link #reset}
     */
    boolean hasNext() {
        if (failure != null) {
            throw failure;
        }
        if (ahead == null && !ended && !closed) {
            try {
                ahead = read();
                ended = ahead == null;
                if (ended) {
                    closeStream();
                }
            } catch (IOException e) {
                throw failed(new UncheckedIOException(e.getMessage(), e));
            } catch (RuntimeException e) {
                throw failed(e);
            }
        }
        return ahead != null;
    }

    private Batch read() throws IOException {
        if (stream == null) {
            stream = source.open(seed, epoch);
        }
        while (stream.hasNext()) {
            Batch batch = stream.next();
            if (batch.weight() > 0 || batch.labels().isEmpty()) {
                return batch;
            }
        }
        return null;
    }

    private RuntimeException failed(RuntimeException reason) {
        failure = reason;
        try {
            closeStream();
        } catch (IOException | RuntimeException e) {
            reason.addSuppressed(e);
        }
        return reason;
    }

    /** Returns the next batch; throws as {@link #hasNext} does, and at the end of the epoch. */
    Batch next() {
        if (!hasNext()) {
            throw new NoSuchElementException("the epoch has no further batch; epoch=" + epoch);
        }
        Batch batch = ahead;
        ahead = null;
        begun = true;
        return batch;
    }

    /**
     * Goes on to the next epoch, or to the beginning of the one that repeats; stays where nothing was given of this
     * epoch.
     */
    void reset() {
        boolean moves = !repeats && (begun || ended || failure != null);
        try {
            close();
        } catch (IOException e) {
            throw new UncheckedIOException(e.getMessage(), e);
        }
        epoch += moves ? 1 : 0;
        begun = false;
        ended = false;
        closed = false;
        failure = null;
    }

    @Override
    public void close() throws IOException {
        ahead = null;
        closed = true;
        closeStream();
    }

    private void closeStream() throws IOException {
        BatchStream open = stream;
        stream = null;
        if (open != null) {
            open.close();
        }
    }
}
