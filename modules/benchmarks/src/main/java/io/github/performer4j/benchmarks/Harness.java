package io.github.performer4j.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Measures one case in several engines, each in a process of its own, on the same inputs: all results are compared with those of the graph in float64, then
 * rounds of one iteration per engine and direction, so that what disturbs the machine disturbs all alike.
 *
 * @param launcher how engines are started
 * @param rounds timed rounds
 * @param seconds time after which no round is started, but for the first three
 * @param nanos the clock of {@code seconds}
 * @param notes receives progress, a line each
 */
record Harness(Launcher launcher, int rounds, double seconds, LongSupplier nanos, Consumer<String> notes) {
    /** Rounds that are not counted: the JVMs compile meanwhile. */
    static final int WARM_UP = 4;

    /** A median needs as many rounds, however long they take. */
    private static final int FEWEST = 3;

    /**
     * OpenBLAS's and OpenMP's threads look for more work for a while before they sleep: at most 20 ms of processor time were seen after a pass of
     * eager PyTorch, none of DJL, and none after 50 ms. Asking them to sleep at once might slow their engine down; a pause does not.
     */
    private static final long PAUSE_MS = 60;

    private static final double NANOS_PER_SECOND = 1e9;

    Harness {
        Rule.positive("runs", rounds);
        Rule.that(seconds > 0, "seconds must be positive; seconds=" + seconds);
    }

    /** Makes the command line of an engine. */
    interface Launcher {
        /**
         * Returns how to start an engine.
         *
         * @param inputs folder of the case's inputs
         * @throws EngineFailure with the reason if it cannot be used here
         */
        EngineCommand command(Engine engine, Case sizes, Path inputs) throws EngineFailure, IOException;

        /** Returns how to start what engines are judged by, the graph in float64. */
        EngineCommand reference(Case sizes, Path inputs);
    }

    /**
     * Measures.
     *
     * @param judged what engines are judged at: the case, or a shorter one where the reference would not fit into memory
     * @param engines in the order of the rows
     * @param refused engines that are not to be started, with the reason
     * @param cleanup owns processes and the folder for files
     * @param yardstick times the machine's yardstick once, between rounds
     * @return a row for each engine
     */
    List<Row> measure(
            Case sizes,
            Case judged,
            List<Engine> engines,
            Map<Engine, String> refused,
            Cleanup cleanup,
            Runnable yardstick)
            throws IOException {
        try (CaseRun run = new CaseRun(sizes, judged, engines, refused, launcher, cleanup, notes)) {
            run.judge();
            run.start();
            long start = nanos.getAsLong();
            for (int round = -WARM_UP; round < rounds; round++) {
                boolean late = (nanos.getAsLong() - start) / NANOS_PER_SECOND > seconds;
                if (late && round >= FEWEST || !run.round(round >= 0, Harness::pause)) {
                    break;
                }
                pause();
                yardstick.run();
            }
            return run.rows();
        }
    }

    private static void pause() {
        try {
            Thread.sleep(PAUSE_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
