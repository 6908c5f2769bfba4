package io.github.performer4j.benchmarks;

import java.io.IOException;
import java.nio.file.Path;

/** A case loaded into an engine, in the engine's own process. */
public interface EngineWork {

    /** Computes forward, without what backward would need. */
    void forward();

    /** Computes forward and backward; for {@link Work#TRAIN} a whole training step. */
    void backward();

    /**
     * Writes all results, so that engines can be compared; called once, before anything is timed.
     *
     * @param folder for a file each, see {@link Outputs}
     */
    void check(Path folder) throws IOException;
}
