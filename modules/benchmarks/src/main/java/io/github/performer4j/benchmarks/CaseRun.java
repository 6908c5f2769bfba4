package io.github.performer4j.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;

/** The engines of one case while they are measured: their processes, their times, and the reasons of those that dropped out. */
final class CaseRun implements AutoCloseable {
    private final Case sizes;
    private final Case judged;
    private final List<Engine> engines;
    private final Harness.Launcher launcher;
    private final Cleanup cleanup;
    private final Consumer<String> notes;
    private final Path folder;
    private final Path inputs;
    private final Path expected; // the reference's results
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
     * @param judged what engines are judged at
     * @param engines in the order of the rows
     * @param refused those that are not to be started, with the reason
     * @param cleanup owns processes and the folder for files
     * @param notes receives the reason of each engine that drops out
     */
    CaseRun(
            Case sizes,
            Case judged,
            List<Engine> engines,
            Map<Engine, String> refused,
            Harness.Launcher launcher,
            Cleanup cleanup,
            Consumer<String> notes)
            throws IOException {
        this.sizes = sizes;
        this.judged = judged;
        this.engines = engines;
        this.launcher = launcher;
        this.cleanup = cleanup;
        this.notes = notes;
        reasons.putAll(refused);
        folder = Files.createTempDirectory(cleanup.folder(), "case-");
        inputs = Files.createDirectory(folder.resolve("inputs"));
        expected = Files.createDirectory(folder.resolve(Engines.REFERENCE));
    }

    /**
     * Has the reference compute its results, alone; and where it could do so for a shorter case only, drops engines whose results of that one are others.
     */
    void judge() throws IOException {
        if (left().isEmpty()) {
            return;
        }
        Path given = judged.equals(sizes) ? inputs : Files.createDirectory(folder.resolve("judged"));
        Inputs.write(judged, given);
        Path log = folder.resolve(Engines.REFERENCE + ".log");
        try (EngineProcess reference = new EngineProcess(launcher.reference(judged, given), log, cleanup)) {
            reference.check(expected);
        } catch (EngineFailure e) {
            EngineFailure failure =
                    new EngineFailure("not judged, because the graph in float64 gave no results: " + e.getMessage());
            left().forEach(engine -> drop(engine, failure));
            return;
        }
        if (judged.equals(sizes)) {
            return;
        }
        notes.accept(String.format(
                Locale.ROOT,
                "results are compared at T=%,d: the graph in float64 does not fit into memory at T=%,d",
                judged.tokens(),
                sizes.tokens()));
        for (Engine engine : left()) {
            try (EngineProcess process = process(engine, judged, given)) {
                compare(engine, process, given);
            } catch (EngineFailure e) {
                drop(engine, e);
            }
        }
        Cleanup.delete(given);
        Inputs.write(sizes, inputs);
    }

    /** Starts all engines, one after the other, and drops those whose results are not those of the reference. */
    void start() throws IOException {
        for (Engine engine : left()) {
            try {
                runners.put(engine, new Runner(process(engine, sizes, inputs)));
            } catch (EngineFailure e) {
                drop(engine, e);
            }
        }
        for (Engine engine : judged.equals(sizes) ? running() : List.<Engine>of()) {
            try {
                compare(engine, runners.get(engine).process, inputs);
            } catch (EngineFailure e) {
                drop(engine, e);
            }
        }
        Cleanup.delete(expected); // long sequences have large results
    }

    private EngineProcess process(Engine engine, Case c, Path given) throws EngineFailure, IOException {
        EngineCommand command = launcher.command(engine, c, given);
        return new EngineProcess(command, folder.resolve(engine.label() + ".log"), cleanup);
    }

    private void compare(Engine engine, EngineProcess process, Path given) throws EngineFailure, IOException {
        Path results = Files.createDirectory(folder.resolve(engine.label()));
        try {
            process.check(results);
            String difference = Comparison.difference(judged, given, expected, results, engine.bfloat16());
            if (difference != null) {
                throw new EngineFailure("not equal to the graph in float64: " + difference);
            }
        } finally {
            Cleanup.delete(results);
        }
    }

    private List<Engine> left() {
        return engines.stream().filter(engine -> !reasons.containsKey(engine)).toList();
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
