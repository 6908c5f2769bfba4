package io.github.performer4j.kernels.machine;

/** A task of a {@link WorkerPool} threw a checked exception, or the caller was interrupted while it waited; the cause says which. */
public final class WorkerException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public WorkerException(String message, Throwable cause) {
        super(message, cause);
    }
}
