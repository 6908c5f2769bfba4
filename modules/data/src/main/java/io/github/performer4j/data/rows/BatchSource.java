package io.github.performer4j.data.rows;

import java.io.IOException;

/** Epochs of batches. Each epoch is a pure function of (data, configuration, seed, epoch). */
@FunctionalInterface
public interface BatchSource {
    /**
     * Opens one epoch at its first batch.
     *
     * @param seed the run's seed
     * @param epoch the epoch's number, from 0; sources that do not shuffle ignore it, so that evaluations repeat themselves
     * @return the epoch's batches; the caller closes the stream
     * @throws IOException if the data cannot be read; the message names the path
     */
    BatchStream open(long seed, long epoch) throws IOException;
}
