package io.github.performer4j.training.compare;

import io.github.performer4j.training.Rule;
import io.github.performer4j.training.run.FolderLock;
import io.github.performer4j.training.run.RunFolder;
import io.github.performer4j.training.run.Stop;
import io.github.performer4j.training.run.TrainingRun;
import io.github.performer4j.training.step.RunListener;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Several models, such as the {@link Variants} of one configuration, each trained for equal steps or for equal time with
 * several seeds on the same data, and evaluated once at the end on the same held-out positions. Its folder:
 *
 * <pre>
 * source.json, split/      what the data is, and its two sides
 * run.lock, run.pid        keep a second comparison out while one goes on
 * relu-1/, relu-2/, …      one run folder ({@link RunFolder}) for each run, and in it comparison.json: the figures
 * </pre>
 *
 * <p>Executed again it goes on: runs with figures are read, the one that was stopped is resumed, the others are trained. A run that
 * diverges has its reason for figures, and the next one starts. {@link #requestStop} may be called from any thread.
 */
public final class Comparison {
    private static final double NANOS_PER_MINUTE = 60e9;

    private final List<ComparedRun> runs;
    private final Path data;
    private final Path folder;
    private Path valid;
    private long seed = 1;
    private double minutes = Double.POSITIVE_INFINITY;
    private LongSupplier nanos = System::nanoTime;
    private Watcher watcher = new Watcher() {};
    private String command = "";
    private String created = "";

    private final Stop stop = new Stop();

    private Comparison(List<ComparedRun> runs, Path data, Path folder) {
        this.runs = List.copyOf(runs);
        this.data = data;
        this.folder = folder;
    }

    /** Hears how the comparison goes on; all methods do nothing unless overridden. */
    public interface Watcher {
        /** A line about data that is split, before the first run. */
        default void data(String line) {}

        /**
         * A run starts, or goes on.
         *
         * @param run which
         * @param number its place among all runs, from 1
         * @return what hears of its steps
         */
        default RunListener start(ComparedRun run, int number) {
            return RunListener.NONE;
        }

        /**
         * A run has ended.
         *
         * @param run which
         * @param figures of this run
         * @param all the figures so far, this run's included
         */
        default void end(ComparedRun run, ComparedFigures figures, Map<ComparedRun, ComparedFigures> all)
                throws IOException {}
    }

    /**
     * Describes a comparison.
     *
     * @param runs in the order in which to train them; their data settings and their lengths are equal, their folder
     *     names different
     * @param data file or folder
     * @param folder the comparison's folder: new, empty or of this comparison
     */
    public static Comparison of(List<ComparedRun> runs, Path data, Path folder) {
        ComparedRun.requireComparable(runs);
        return new Comparison(runs, data, folder);
    }

    /** Evaluates on this file or folder instead of a part of the data; null for a part. */
    public Comparison valid(Path value) {
        this.valid = value;
        return this;
    }

    /** Splits the data and masks the held-out side with this seed, whatever the seeds of the runs; 1 unless set. */
    public Comparison seed(long value) {
        this.seed = value;
        return this;
    }

    /** Starts no run after so many minutes, and stops the one under way with a checkpoint. */
    public Comparison minutes(double value) {
        Rule.that(value > 0, "minutes must be positive", "minutes", value);
        this.minutes = value;
        return this;
    }

    /** Takes the time in nanoseconds from here, that of the runs too, as {@link System#nanoTime} by default. */
    public Comparison clock(LongSupplier value) {
        this.nanos = value;
        return this;
    }

    /** Tells this watcher what happens. */
    public Comparison watcher(Watcher value) {
        this.watcher = value;
        return this;
    }

    /** Sets what the saved models say of their origin; see {@link TrainingRun#provenance}. */
    public Comparison provenance(String commandLine, String when) {
        this.command = commandLine;
        this.created = when;
        return this;
    }

    /** Ends {@link #execute}: while data is read, at once; else as {@link TrainingRun#requestStop} ends a run. */
    public void requestStop() {
        stop.request();
    }

    /**
     * Trains and evaluates what is missing.
     *
     * @return the figures of all runs that have ended; a run not among them is still to be done
     * @throws IllegalArgumentException if settings, data and folder do not go together
     * @throws IOException if data cannot be read or a file not be written
     */
    public Map<ComparedRun, ComparedFigures> execute() throws IOException {
        try (FolderLock lock = new FolderLock(folder)) {
            return execute(lock);
        }
    }

    private Map<ComparedRun, ComparedFigures> execute(FolderLock lock) throws IOException {
        long started = nanos.getAsLong();
        for (ComparedRun run : runs) {
            Path path = folder.resolve(run.folder());
            if (RunFolder.exists(path)) {
                run.check(RunFolder.open(path).config());
            }
        }
        Map<ComparedRun, ComparedFigures> all = new LinkedHashMap<>();
        ComparedSides sides = stop.reading(() -> ComparedSides.of(
                "comparison", folder, lock, data, valid, runs.get(0).config().data(), seed, watcher::data));
        if (sides == null) {
            return all;
        }
        for (ComparedRun run : runs) {
            ComparedFigures figures = ComparedFigures.read(
                    folder.resolve(run.folder()), run.config().training().evalTokens());
            if (figures != null) {
                all.put(run, figures);
            }
        }
        List<ComparedRun> missing =
                runs.stream().filter(run -> !all.containsKey(run)).toList();
        Boolean checked = stop.reading(() -> {
            ComparedModels.require(missing, sides);
            return true;
        });
        if (checked == null) {
            return all;
        }
        for (int i = 0; i < runs.size() && !over(started); i++) {
            ComparedRun run = runs.get(i);
            if (!all.containsKey(run)) {
                ComparedFigures figures = train(run, sides, watcher.start(run, i + 1), started);
                if (figures == null) {
                    break;
                }
                all.put(run, figures);
                watcher.end(run, figures, all);
            }
        }
        return all;
    }

    private boolean over(long started) {
        if (nanos.getAsLong() - started >= minutes * NANOS_PER_MINUTE) {
            requestStop();
        }
        return stop.requested();
    }

    /** Returns the figures; null if the run was stopped before its end. */
    private ComparedFigures train(ComparedRun run, ComparedSides sides, RunListener listener, long started)
            throws IOException {
        Path path = folder.resolve(run.folder());
        ComparedTraining training = ComparedTraining.of(run, sides, path, seed)
                .clock(nanos)
                .listener(new ListenerUntil(listener, () -> over(started)))
                .provenance(command, created);
        stop.tell(training::requestStop);
        try {
            ComparedFigures figures = training.execute();
            if (figures != null) {
                figures.keep(path, run.config().training().evalTokens());
            }
            return figures;
        } finally {
            stop.tell(null);
        }
    }
}
