package io.github.performer4j.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** The engines of one case while they are measured: their processes, their times, and the reasons of those that dropped out. */
final class CaseRun implements AutoCloseable {
    private final Case sizes;
    private final List<Engine> engines;
    private final Consumer<String> notes;
    private final Path folder;
    private final Path inputs;
    private final Map<Engine, Runner> runners = new EnumMap<>(Engine.class);
    private final Map<Engine, String> reasons = new EnumMap<>(Engine.class);

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
     * Makes the folder for the files of a case.
     *
     * @param engines in the order of the rows
     * @param refused those that are not to be started, with the reason
     * @param parent folder for a folder of files
     * @param notes receives the reason of each engine that drops out
     */
    CaseRun(Case sizes, List<Engine> engines, Map<Engine, String> refused, Path parent, Consumer<String> notes)
            throws IOException {
        this.sizes = sizes;
        this.engines = engines;
        this.notes = notes;
        reasons.putAll(refused);
        folder = Files.createTempDirectory(parent, "case-");
        inputs = Files.createDirectory(folder.resolve("inputs"));
    }

    /** Writes the inputs and starts all engines, one after the other. */
    void start(Harness.Launcher launcher, Cleanup cleanup) throws IOException {
        if (reasons.keySet().containsAll(engines)) {
            return;
        }
        Inputs.write(sizes, inputs);
        for (Engine engine : engines) {
            if (reasons.containsKey(engine)) {
                continue;
            }
            try {
                EngineCommand command = launcher.command(engine, sizes, inputs);
                Path log = folder.resolve(engine.label() + ".log");
                runners.put(engine, new Runner(new EngineProcess(command, log, cleanup)));
            } catch (EngineFailure e) {
                drop(engine, e);
            }
        }
    }

    /** Drops engines whose results are not those of the first. */
    void compare() throws IOException {
        Path expected = null;
        for (Engine engine : running()) {
            Path results = Files.createDirectory(folder.resolve(engine.label()));
            try {
                runners.get(engine).process.check(results);
                String difference = expected == null ? null : Comparison.difference(sizes, inputs, expected, results);
                if (difference != null) {
                    throw new EngineFailure("not equal to " + expected.getFileName() + ": " + difference);
                }
                if (expected == null) {
                    expected = results;
                } else {
                    Cleanup.delete(results); // long sequences have large results
                }
            } catch (EngineFailure e) {
                drop(engine, e);
            }
        }
    }

    /**
     * Has every engine compute once forward, and once forward and backward.
     *
     * @param counts whether the times count
     * @param pause called before each pass
     * @return whether an engine is left
     */
    boolean round(boolean counts, Runnable pause) {
        for (Engine engine : running()) {
            Runner runner = runners.get(engine);
            try {
                pause.run();
                double forward = runner.process.forward();
                pause.run();
                double backward = runner.process.backward();
                if (counts) {
                    runner.forward.add(forward);
                    runner.backward.add(backward);
                }
            } catch (EngineFailure e) {
                drop(engine, e);
            }
        }
        return !runners.isEmpty();
    }

    /** Returns a row for each engine. */
    List<Row> rows() {
        List<Row> rows = new ArrayList<>();
        for (Engine engine : engines) {
            Runner runner = runners.get(engine);
            try {
                rows.add(
                        runner == null
                                ? Row.none(sizes, engine, reasons.get(engine))
                                : Row.of(
                                        sizes,
                                        engine,
                                        runner.forward,
                                        runner.backward,
                                        runner.process.peak(),
                                        runner.process.startBytes()));
            } catch (EngineFailure e) {
                drop(engine, e);
                rows.add(Row.none(sizes, engine, e.getMessage()));
            }
        }
        return rows;
    }

    private List<Engine> running() {
        return List.copyOf(runners.keySet());
    }

    private void drop(Engine engine, EngineFailure failure) {
        notes.accept(engine.label() + ": " + failure.getMessage());
        reasons.put(engine, failure.getMessage());
        Runner runner = runners.remove(engine);
        if (runner != null) {
            runner.process.close();
        }
    }

    /** Ends all engines and deletes all files. */
    @Override
    public void close() {
        runners.values().forEach(runner -> runner.process.close());
        Cleanup.delete(folder);
    }
}
