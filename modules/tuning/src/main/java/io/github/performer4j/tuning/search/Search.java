package io.github.performer4j.tuning.search;

import io.github.performer4j.training.Rule;
import io.github.performer4j.training.compare.ComparedFigures;
import io.github.performer4j.training.compare.ComparedRun;
import io.github.performer4j.training.compare.ComparedSides;
import io.github.performer4j.training.compare.ComparedTraining;
import io.github.performer4j.training.run.FolderLock;
import io.github.performer4j.training.run.RunConfig;
import io.github.performer4j.training.run.RunModel;
import io.github.performer4j.training.run.Stop;
import io.github.performer4j.training.step.ForwardingListener;
import io.github.performer4j.training.step.RunListener;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.deeplearning4j.arbiter.optimize.api.termination.TerminationCondition;
import org.deeplearning4j.arbiter.optimize.config.OptimizationConfiguration;
import org.deeplearning4j.arbiter.optimize.runner.IOptimizationRunner;
import org.deeplearning4j.arbiter.optimize.runner.LocalOptimizationRunner;

/**
 * Trials of many configurations on the same data, each measured on the same held-out positions, run by Arbiter's {@link
 * LocalOptimizationRunner} in a {@link SearchFolder}.
 *
 * <p>Executed again it goes on, after a stop or a kill, with the candidates that it would have had: with one trial at a time the whole is
 * a function of settings and data. {@link #requestStop} may be called from any thread.
 */
public final class Search {
    private static final double NANOS_PER_MINUTE = 60e9;

    private final SearchSettings settings;
    private final Path data;
    private final Path folder;
    private Path valid;
    private double minutes = Double.POSITIVE_INFINITY;
    private int parallel = 1;
    private long memory = Long.MAX_VALUE;
    private LongSupplier nanos = System::nanoTime;
    private Watcher watcher = new Watcher() {};
    private String command = "";
    private String created = "";

    private final Stop stop = new Stop();
    private final Set<ComparedTraining> running = ConcurrentHashMap.newKeySet();

    private Search(SearchSettings settings, Path data, Path folder) {
        this.settings = settings;
        this.data = data;
        this.folder = folder;
    }

    /** Hears how the search goes on; all methods do nothing unless overridden. */
    public interface Watcher {
        /** A line about data that is split, before the first trial. */
        default void data(String line) {}

        /**
         * A trial starts, goes on, or goes on to a higher rung; in the trial's thread.
         *
         * @param trial which
         * @param steps that it will have done when it is measured; 0 where trials go by minutes
         * @return what hears of its steps
         */
        default RunListener start(Trial trial, long steps) {
            return RunListener.NONE;
        }

        /**
         * A trial was measured, or failed.
         *
         * @param trial with its last attempt
         * @param all the trials so far, the best first
         */
        default void end(Trial trial, List<Trial> all) throws IOException {}
    }

    /**
     * What there is of a search.
     *
     * @param trials the best first: {@link SearchSettings#halving}'s highest rung, then the figure; failures at the end
     * @param complete false if it was stopped before its end
     */
    public record Result(List<Trial> trials, boolean complete) {
        /** Returns the best trial; null if none was measured. */
        public Trial best() {
            return trials.isEmpty()
                            || trials.get(0).last() == null
                            || trials.get(0).failure() != null
                    ? null
                    : trials.get(0);
        }
    }

    /**
     * Describes a search.
     *
     * @param settings what is searched
     * @param data file or folder
     * @param folder of the search: new, empty or of this search
     */
    public static Search of(SearchSettings settings, Path data, Path folder) {
        return new Search(settings, data, folder);
    }

    /** Evaluates on this file or folder instead of a part of the data; null for a part. */
    public Search valid(Path value) {
        this.valid = value;
        return this;
    }

    /** Starts no trial after so many minutes, and stops those under way with a checkpoint. */
    public Search minutes(double value) {
        Rule.that(value > 0, "minutes must be positive", "minutes", value);
        this.minutes = value;
        return this;
    }

    /** Trains so many trials at a time, in one process and its memory; 1 unless set. */
    public Search parallel(int value) {
        Rule.that(value >= 1, "a search runs at least 1 trial at a time", "parallel", value);
        this.parallel = value;
        return this;
    }

    /**
     * Begins no trial beside others that would need more bytes together, as {@link TrialMemory} estimates; one that needs more by itself fails. Without a limit unless set.
     */
    public Search memory(long bytes) {
        Rule.that(bytes >= 1, "trials need memory", "bytes", bytes);
        this.memory = bytes;
        return this;
    }

    /** Takes the time in nanoseconds from here, that of the trials too, as {@link System#nanoTime} by default. */
    public Search clock(LongSupplier value) {
        this.nanos = value;
        return this;
    }

    /** Tells this watcher what happens. */
    public Search watcher(Watcher value) {
        this.watcher = value;
        return this;
    }

    /** Sets what the saved models say of their origin. */
    public Search provenance(String commandLine, String when) {
        this.command = commandLine;
        this.created = when;
        return this;
    }

    /** Ends {@link #execute}: while data is read, at once; else with a checkpoint of the trials under way. */
    public void requestStop() {
        stop.request();
        running.forEach(ComparedTraining::requestStop);
    }

    /**
     * Trains what is missing.
     *
     * @throws IllegalArgumentException if settings, data and folder do not go together, or neither trials nor minutes bound the search
     * @throws IOException if data cannot be read or a file not be written
     */
    public Result execute() throws IOException {
        Rule.that(
                settings.trials() > 0 || minutes < Double.POSITIVE_INFINITY || settings.generator() == Generator.GRID,
                "a search needs a number of trials, minutes, or a grid");
        try (FolderLock lock = new FolderLock(folder)) {
            return execute(lock);
        }
    }

    private Result execute(FolderLock lock) throws IOException {
        long started = nanos.getAsLong();
        SearchFolder files = new SearchFolder(folder, settings);
        files.check();
        ComparedSides sides = stop.reading(() -> files.sides(lock, data, valid, watcher::data));
        if (sides == null) {
            return new Result(List.of(), false);
        }
        files.begin();
        SearchPlan plan = new SearchPlan(
                settings,
                new SearchLog(folder),
                parallel,
                memory == Long.MAX_VALUE
                        ? SearchPlan.Room.ENDLESS
                        : new SearchPlan.Room(memory, trial -> need(trial, files.model())),
                () -> over(started));
        plan.watcher(trial -> watcher.end(trial, plan.ranked()));
        if (!plan.idle()) {
            run(plan, sides, files.model(), started);
        }
        return new Result(plan.ranked(), plan.complete());
    }

    /** Returns what a trial needs; nothing of one whose configuration is none, which fails at once. */
    private long need(Trial trial, RunModel model) {
        try {
            RunConfig config = settings.config(trial);
            return TrialMemory.bytes(config, model.parameters(config));
        } catch (IllegalArgumentException e) {
            return 0;
        }
    }

    private boolean over(long started) {
        if (!stop.requested() && nanos.getAsLong() - started >= minutes * NANOS_PER_MINUTE) {
            requestStop();
        }
        return stop.requested();
    }

    private void run(SearchPlan plan, ComparedSides sides, RunModel model, long started) throws IOException {
        TrialTask tasks =
                new TrialTask(job -> train(plan.trial(job), job.rung(), sides, model, started), this::requestStop);
        LocalOptimizationRunner runner = new LocalOptimizationRunner(
                parallel,
                new OptimizationConfiguration.Builder()
                        .candidateGenerator(plan)
                        .scoreFunction(new Cost())
                        .terminationConditions(new Idle(plan))
                        .build(),
                tasks);
        try {
            runner.execute();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        } finally {
            running.forEach(ComparedTraining::requestStop); // none, unless the runner itself has thrown
            runner.shutdown(true);
        }
        tasks.rethrow();
    }

    /** Ends Arbiter's runner, which would wait for more candidates for ever. */
    private record Idle(SearchPlan plan) implements TerminationCondition {
        @Override
        public void initialize(IOptimizationRunner runner) {
            // nothing to remember
        }

        @Override
        public boolean terminate(IOptimizationRunner runner) {
            return plan.idle();
        }
    }

    /** Returns null if the trial was stopped before it was measured. */
    private ComparedFigures train(Trial trial, int rung, ComparedSides sides, RunModel model, long started)
            throws IOException {
        Rungs rungs = settings.rungs();
        RunListener listener = watcher.start(trial, rungs.steps(rung)); // of a trial without a valid configuration, too
        ComparedRun run =
                new ComparedRun(trial.folder(), settings.base().training().seed(), settings.config(trial));
        ComparedTraining training = ComparedTraining.of(run, sides, folder.resolve(trial.folder()), settings.seed())
                .clock(nanos)
                .provenance(command, created)
                .listener(new Timed(listener, () -> over(started)));
        if (memory < Long.MAX_VALUE) {
            long need = TrialMemory.bytes(run.config(), model.parameters(run.config()));
            Rule.that(
                    need <= memory, "a trial must fit into the memory of the search", "bytes", need, "memory", memory);
        }
        if (rung < rungs.last()) {
            training.until(rungs.steps(rung));
        }
        running.add(training);
        try {
            return stop.requested() ? null : training.execute();
        } finally {
            running.remove(training);
        }
    }

    /** Looks at the clock after every step. */
    private static final class Timed extends ForwardingListener {
        private final Runnable look;

        Timed(RunListener next, Runnable look) {
            super(next);
            this.look = look;
        }

        @Override
        public void step(Progress progress) {
            super.step(progress);
            look.run();
        }
    }
}
