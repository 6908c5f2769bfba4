package io.github.performer4j.spark;

import io.github.performer4j.training.step.DivergedException;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;

/**
 * What a worker refused or could not read, in one line: a result, not a failure of the cluster, which would make it again and again and tell of it in a hundred lines.
 *
 * @param kind of the exception
 * @param message with the worker's number
 */
record WorkerFault(Kind kind, String message) implements Serializable {
    private static final long serialVersionUID = 1;

    /** What it is on the driver. */
    enum Kind {
        DIVERGED,
        REFUSED,
        UNREADABLE,
        FAILED
    }

    /** Returns what was thrown as a result. */
    static WorkerFault of(int worker, Exception thrown) {
        Kind kind = thrown instanceof DivergedException
                ? Kind.DIVERGED
                : thrown instanceof IllegalArgumentException
                        ? Kind.REFUSED
                        : thrown instanceof IOException || thrown instanceof UncheckedIOException
                                ? Kind.UNREADABLE
                                : Kind.FAILED;
        String said = thrown.getMessage() == null ? "" : thrown.getMessage();
        return new WorkerFault(
                kind,
                "worker " + worker + ": "
                        + (kind == Kind.FAILED ? thrown.getClass().getSimpleName() + " " : "") + said);
    }

    /** Throws it again, on the driver. */
    void rethrow() throws IOException {
        switch (kind) {
            case DIVERGED -> throw new DivergedException(message);
            case REFUSED -> throw new IllegalArgumentException(message);
            case UNREADABLE -> throw new IOException(message);
            default -> throw new IllegalStateException(message);
        }
    }
}
