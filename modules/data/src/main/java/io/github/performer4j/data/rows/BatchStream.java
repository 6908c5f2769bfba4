package io.github.performer4j.data.rows;

import java.io.Closeable;
import java.util.Iterator;

/**
 * The batches of one epoch, in order. {@link #next} and {@link #hasNext} throw {@link java.io.UncheckedIOException} with a one-line
 * message when a file proves faulty on the way. Not thread-safe.
 */
public interface BatchStream extends Iterator<Batch>, Closeable {
    /**
     * Passes over batches, as if {@link #next} had been called; a resumed run replays its epoch this way.
     *
     * @param batches how many to pass over, not negative
     * @return how many were passed over: fewer only at the end of the epoch
     */
    default long skip(long batches) {
        long done = 0;
        while (done < batches && hasNext()) {
            next();
            done++;
        }
        return done;
    }

    /** Returns how many sequences were left out so far, because they hold fewer than two tokens or nothing to predict. */
    default long dropped() {
        return 0;
    }
}
