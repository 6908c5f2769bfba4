package io.github.performer4j.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Measures one case in several engines, each in a process of its own, on the same inputs: all are loaded, all results compared, then
 * rounds of one iteration per engine and direction, so that what disturbs the machine disturbs all alike.
 */
final class Harness {
    private static final int WARM_UP = 2;

    /** A median needs as many rounds, however long they take. */
    private static final int FEWEST = 3;

    /**
     * OpenBLAS's and OpenMP's threads look for more work for a while before they sleep: at most 20 ms of processor time were seen after a pass of
     * eager PyTorch, none of DJL, and none after 50 ms. Asking them to sleep at once might slow their engine down; a pause does not.
     */
    private static final long PAUSE_MS = 60;

    private static final double NANOS_PER_SECOND = 1e9;

    private final Launcher launcher;
    private final int rounds;
    private final double seconds;
    private final LongSupplier nanos;
    private final Consumer<String> notes;

    /** Makes the command line of an engine. */
    interface Launcher {
        /**
         * Returns how to start an engine.
         *
         * @param inputs folder of the case's inputs
         * @throws EngineFailure with the reason if it cannot be used here
         */
        EngineCommand command(Engine engine, Case sizes, Path inputs) throws EngineFailure, IOException;
    }

    /** Times the machine's yardstick once, between rounds. */
    interface Yardstick {
        void time() throws IOException;
    }

    /**
     * Makes a harness.
     *
     * @param launcher how engines are started
     * @param rounds timed rounds
     * @param seconds time after which no round is started, but for the first three
     * @param nanos the clock of {@code seconds}
     * @param notes receives progress, a line each
     */
    Harness(Launcher launcher, int rounds, double seconds, LongSupplier nanos, Consumer<String> notes) {
        this.launcher = launcher;
        this.rounds = Rule.positive("runs", rounds);
        Rule.that(seconds > 0, "seconds must be positive; seconds=" + seconds);
        this.seconds = seconds;
        this.nanos = nanos;
        this.notes = notes;
    }

    /** One engine under measurement. */
    private static final class Runner {
        private final EngineProcess process;
        private final List<Double> forward = new ArrayList<>();
        private final List<Double> backward = new ArrayList<>();

        private Runner(EngineProcess process) {
            this.process = process;
        }
    }

    /**
     * Measures.
     *
     * @param engines in the order of the rows; the first that works is the one the others are compared with
     * @param refused engines that are not to be started, with the reason
     * @param cleanup owns processes and the folder for files
     * @return a row for each engine
     */
    List<Row> measure(
            Case sizes, List<Engine> engines, Map<Engine, String> refused, Cleanup cleanup, Yardstick yardstick)
            throws IOException {
        Map<Engine, String> reasons = new EnumMap<>(Engine.class);
        reasons.putAll(refused);
        Map<Engine, Runner> runners = new EnumMap<>(Engine.class);
        Path folder = Files.createTempDirectory(cleanup.folder(), "case-");
        Map<Engine, Row> rows = new EnumMap<>(Engine.class);
        try {
            Path inputs = Files.createDirectory(folder.resolve("inputs"));
            Inputs.write(sizes, inputs);
            for (Engine engine : engines) {
                if (!reasons.containsKey(engine)) {
                    start(sizes, engine, inputs, folder, cleanup, runners, reasons);
                }
            }
            compare(sizes, engines, inputs, folder, runners, reasons);
            rounds(runners, reasons, yardstick);
            finish(sizes, runners, reasons, rows);
        } finally {
            runners.values().forEach(runner -> runner.process.close());
            Cleanup.delete(folder);
        }
        return engines.stream()
                .map(engine -> rows.getOrDefault(engine, Row.none(sizes, engine, reasons.get(engine))))
                .toList();
    }

    private void start(
            Case sizes,
            Engine engine,
            Path inputs,
            Path folder,
            Cleanup cleanup,
            Map<Engine, Runner> runners,
            Map<Engine, String> reasons)
            throws IOException {
        try {
            EngineCommand command = launcher.command(engine, sizes, inputs);
            Path log = folder.resolve(engine.label() + ".log");
            runners.put(engine, new Runner(new EngineProcess(command, log, cleanup)));
        } catch (EngineFailure e) {
            reasons.put(engine, e.getMessage());
        }
    }

    /** Drops engines whose results are not those of the first. */
    private void compare(
            Case sizes,
            List<Engine> engines,
            Path inputs,
            Path folder,
            Map<Engine, Runner> runners,
            Map<Engine, String> reasons)
            throws IOException {
        Engine reference = null;
        for (Engine engine : engines) {
            if (!runners.containsKey(engine)) {
                continue;
            }
            Path results = Files.createDirectory(folder.resolve(engine.label()));
            try {
                runners.get(engine).process.check(results);
                String difference = reference == null
                        ? null
                        : Comparison.difference(sizes, inputs, folder.resolve(reference.label()), results);
                if (difference != null) {
                    throw new EngineFailure("not equal to " + reference.label() + ": " + difference);
                }
            } catch (EngineFailure e) {
                drop(engine, e, runners, reasons);
                continue;
            }
            if (reference == null) {
                reference = engine;
            } else {
                Cleanup.delete(results); // long sequences have large results
            }
        }
    }

    private void rounds(Map<Engine, Runner> runners, Map<Engine, String> reasons, Yardstick yardstick)
            throws IOException {
        long start = nanos.getAsLong();
        for (int round = -WARM_UP; round < rounds && !runners.isEmpty(); round++) {
            boolean late = (nanos.getAsLong() - start) / NANOS_PER_SECOND > seconds;
            if (late && round >= FEWEST) {
                break;
            }
            for (Engine engine : List.copyOf(runners.keySet())) {
                Runner runner = runners.get(engine);
                try {
                    pause();
                    double forward = runner.process.forward();
                    pause();
                    double backward = runner.process.backward();
                    if (round >= 0) {
                        runner.forward.add(forward);
                        runner.backward.add(backward);
                    }
                } catch (EngineFailure e) {
                    drop(engine, e, runners, reasons);
                }
            }
            pause();
            yardstick.time();
        }
    }

    private static void finish(
            Case sizes, Map<Engine, Runner> runners, Map<Engine, String> reasons, Map<Engine, Row> rows)
            throws IOException {
        for (Map.Entry<Engine, Runner> entry : runners.entrySet()) {
            Runner runner = entry.getValue();
            try {
                rows.put(
                        entry.getKey(),
                        Row.of(
                                sizes,
                                entry.getKey(),
                                runner.forward,
                                runner.backward,
                                runner.process.peak(),
                                runner.process.startBytes()));
            } catch (EngineFailure e) {
                reasons.put(entry.getKey(), e.getMessage());
            }
        }
    }

    private void drop(Engine engine, EngineFailure failure, Map<Engine, Runner> runners, Map<Engine, String> reasons) {
        notes.accept(engine.label() + ": " + failure.getMessage());
        reasons.put(engine, failure.getMessage());
        runners.remove(engine).process.close();
    }

    private static void pause() {
        try {
            Thread.sleep(PAUSE_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
