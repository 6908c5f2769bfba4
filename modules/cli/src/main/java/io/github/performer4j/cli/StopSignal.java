package io.github.performer4j.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Ctrl-C and SIGTERM: asks the run to stop, and keeps the process alive until it has saved.
 *
 * <p>A shutdown hook is the portable way: it runs while the main thread goes on, and the process ends when it returns, with the
 * signal's own exit code (130, or 143 for SIGTERM).
 */
final class StopSignal implements AutoCloseable {
    /** A step of a large model takes seconds; a disk that hangs should not hold the user forever. */
    private static final long PATIENCE_MINUTES = 5;

    private final CountDownLatch saved = new CountDownLatch(1);
    private final Thread hook;
    private volatile boolean fired;

    private StopSignal(Runnable requestStop) {
        hook = new Thread(
                () -> {
                    fired = true;
                    requestStop.run();
                    await();
                },
                "performer-stop");
    }

    static StopSignal install(Runnable requestStop) {
        StopSignal signal = new StopSignal(requestStop);
        Runtime.getRuntime().addShutdownHook(signal.hook);
        return signal;
    }

    /** Returns whether the process is ending. */
    boolean fired() {
        return fired;
    }

    private void await() {
        try {
            if (!saved.await(PATIENCE_MINUTES, TimeUnit.MINUTES)) {
                System.err.println("performer: the run did not stop in " + PATIENCE_MINUTES
                        + " minutes; the last checkpoint stands");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The run has ended, saved or failed: the process may end. */
    @Override
    public void close() {
        saved.countDown();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The process is ending: the hook is what waited for this.
        }
    }
}
