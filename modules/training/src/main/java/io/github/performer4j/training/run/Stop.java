package io.github.performer4j.training.run;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.util.concurrent.CancellationException;

/**
 * A stop that any thread may ask for. Whoever only reads is interrupted: nothing is lost. Whoever has something to save is asked to end.
 *
 * <p>Reading, hashing and clustering look at the interrupt at every block of data; an exception of theirs then is the stop's doing.
 */
public final class Stop {
    private boolean requested;
    private Thread reader;
    private Runnable saver;

    /** Work that leaves nothing behind if it ends early. */
    @FunctionalInterface
    public interface Reading<T> {
        /** Does the work. */
        T run() throws IOException;
    }

    /** Asks for the stop. */
    public synchronized void request() {
        requested = true;
        if (reader != null) {
            reader.interrupt();
        }
        if (saver != null) {
            saver.run();
        }
    }

    /** True once the stop has been asked for. */
    public synchronized boolean requested() {
        return requested;
    }

    /**
     * Sets who is asked to end, at once if the stop has been asked for.
     *
     * @param ask asks; null if nobody has anything to save any more
     */
    public synchronized void tell(Runnable ask) {
        saver = ask;
        if (requested && ask != null) {
            ask.run();
        }
    }

    /**
     * Does work that a stop may interrupt.
     *
     * @return what it returns, or null if the stop ended it
     */
    public <T> T reading(Reading<T> work) throws IOException {
        enter();
        try {
            return work.run();
        } catch (IOException | RuntimeException e) {
            if (requested() && interruption(e)) {
                return null;
            }
            throw e;
        } finally {
            leave();
        }
    }

    private synchronized void enter() {
        reader = Thread.currentThread();
        if (requested) {
            reader.interrupt();
        }
    }

    /** The interrupt was for the reading only: what comes after may have to save. */
    private synchronized void leave() {
        reader = null;
        if (requested) {
            Thread.interrupted();
        }
    }

    private static boolean interruption(Throwable e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof ClosedByInterruptException
                    || cause instanceof InterruptedIOException
                    || cause instanceof CancellationException) {
                return true;
            }
        }
        return false;
    }
}
