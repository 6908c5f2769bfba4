package io.github.performer4j.data.split;

import java.util.concurrent.CancellationException;

/** Ends work on data in memory when its thread is interrupted, as reading ends by itself: a stop is an interrupt to whoever only reads. */
public final class Interrupts {
    private Interrupts() {}

    /**
     * Looks at the interrupt, and leaves it to be seen.
     *
     * @param work what is under way, for the message
     * @throws CancellationException if the thread is interrupted
     */
    public static void end(String work) {
        if (Thread.currentThread().isInterrupted()) {
            throw new CancellationException("interrupted while " + work);
        }
    }
}
