package io.github.performer4j.training.step;

import io.github.performer4j.kernels.machine.BlasThreads;
import org.nd4j.linalg.factory.Environment;
import org.nd4j.linalg.factory.Nd4j;

/**
 * One native thread per operation. Worker threads are the parallelism of this module; OpenMP and BLAS threads inside them fight for the
 * same cores (measured: 75–180 ms instead of 8–19 ms for a small layer).
 *
 * <p>These limits belong to the process: this is the one place where the module changes global state, and it sets it back when the last
 * workers end. Start the process with {@code OMP_NUM_THREADS=1} and {@code OPENBLAS_NUM_THREADS=1} as well, because OpenMP reads them before
 * any Java code can.
 */
final class ThreadLimits {
    private static int users;
    private static int threads;
    private static int masterThreads;

    private ThreadLimits() {}

    /** Sets the limits, until as many calls of {@link #end}. */
    static synchronized void begin() {
        if (users++ > 0) {
            return;
        }
        Environment environment = Nd4j.getEnvironment();
        threads = environment.maxThreads();
        masterThreads = environment.maxMasterThreads();
        environment.setMaxThreads(1);
        environment.setMaxMasterThreads(1);
        BlasThreads.begin();
    }

    /** Sets back what was, at the last call. */
    static synchronized void end() {
        if (--users > 0) {
            return;
        }
        Nd4j.getEnvironment().setMaxThreads(threads);
        Nd4j.getEnvironment().setMaxMasterThreads(masterThreads);
        BlasThreads.end();
    }
}
