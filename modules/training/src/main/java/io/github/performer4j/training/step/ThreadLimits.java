package io.github.performer4j.training.step;

import org.nd4j.linalg.factory.Nd4j;

/**
 * One native thread per operation. Worker threads are the parallelism of this module; OpenMP and BLAS threads inside them fight for the
 * same cores (measured: 75–180 ms instead of 8–19 ms for a small layer).
 *
 * <p>These limits belong to the process: this is the one place where the module changes global state. Start the process with
 * {@code OMP_NUM_THREADS=1} and {@code OPENBLAS_NUM_THREADS=1} as well, because OpenMP reads them before any Java code can.
 */
final class ThreadLimits {
    private ThreadLimits() {}

    /** Sets the limits; doing so again changes nothing. */
    static void one() {
        Nd4j.getEnvironment().setMaxThreads(1);
        Nd4j.getEnvironment().setMaxMasterThreads(1);
        Nd4j.factory().blas().setMaxThreads(1);
    }
}
