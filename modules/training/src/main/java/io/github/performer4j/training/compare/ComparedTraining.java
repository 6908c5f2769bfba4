package io.github.performer4j.training.compare;

import io.github.performer4j.training.Rule;
import io.github.performer4j.training.run.RunFolder;
import io.github.performer4j.training.run.Stop;
import io.github.performer4j.training.run.TrainingRun;
import io.github.performer4j.training.step.DivergedException;
import io.github.performer4j.training.step.ForwardingListener;
import io.github.performer4j.training.step.Outcome;
import io.github.performer4j.training.step.RunListener;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.LongSupplier;

/**
 * One run, begun or gone on with in its folder ({@link RunFolder}), and what it comes to on the held-out side: the same
 * tokens and masks for all runs of one seed. {@link #until} ends it early, on the course that the whole run takes: its
 * learning rates are those of the whole, and gone on with, it is bit for bit a run that never paused.
 */
public final class ComparedTraining {
    private final ComparedRun run;
    private final ComparedSides sides;
    private final Path folder;
    private final long seed;
    private long last = Long.MAX_VALUE;
    private RunListener listener = RunListener.NONE;
    private LongSupplier nanos = System::nanoTime;
    private String command = "";
    private String created = "";

    private final Stop stop = new Stop();

    private ComparedTraining(ComparedRun run, ComparedSides sides, Path folder, long seed) {
        this.run = run;
        this.sides = sides;
        this.folder = folder;
        this.seed = seed;
    }

    /**
     * Describes it.
     *
     * @param run what is trained
     * @param sides what it learns from and is measured on
     * @param folder a run folder of this run, or one to make
     * @param seed of the held-out masks
     */
    public static ComparedTraining of(ComparedRun run, ComparedSides sides, Path folder, long seed) {
        return new ComparedTraining(run, sides, folder, seed);
    }

    /** Measures after this step, from 1, or at the end of the run if that comes first. */
    public ComparedTraining until(long step) {
        Rule.that(step >= 1, "a run is measured after its first step at the earliest", "step", step);
        this.last = step;
        return this;
    }

    /** Tells this listener what happens. */
    public ComparedTraining listener(RunListener value) {
        this.listener = value;
        return this;
    }

    /** Takes the time in nanoseconds from here, as {@link System#nanoTime} by default. */
    public ComparedTraining clock(LongSupplier value) {
        this.nanos = value;
        return this;
    }

    /** Sets what the saved models say of their origin; see {@link TrainingRun#provenance}. */
    public ComparedTraining provenance(String commandLine, String when) {
        this.command = commandLine;
        this.created = when;
        return this;
    }

    /** Ends {@link #execute}, as {@link TrainingRun#requestStop} ends a run; from any thread. */
    public void requestStop() {
        stop.request();
    }

    /**
     * Trains what is missing, and measures.
     *
     * @return the figures, of a run that diverged its reason; null if {@link #requestStop} ended it before there were any
     * @throws IllegalArgumentException if configuration, data and folder do not go together
     * @throws IOException if data cannot be read or a file not be written
     */
    public ComparedFigures execute() throws IOException {
        try {
            if (!reached() && !train() && !reached()) {
                return null;
            }
            return ComparedFigures.measure(run, folder, sides.valid(), seed, stop::requested);
        } catch (DivergedException e) {
            return ComparedFigures.diverged(folder, e);
        } finally {
            stop.tell(null);
        }
    }

    /** True once a checkpoint of the last step, or a later one, is there; a run's own end is not asked for here. */
    private boolean reached() throws IOException {
        return RunFolder.exists(folder) && RunFolder.open(folder).savedStep() >= last;
    }

    /** Returns whether the run came to its end. */
    private boolean train() throws IOException {
        TrainingRun training = TrainingRun.of(run.training(), sides.train(), folder)
                .valid(sides.valid())
                .resume(true)
                .clock(nanos)
                .provenance(command, created);
        training.listener(new Until(listener, last, training::requestStop));
        stop.tell(training::requestStop);
        return training.execute().outcome() != Outcome.STOPPED;
    }

    /** Asks for a stop after a step. */
    private static final class Until extends ForwardingListener {
        private final long last;
        private final Runnable requestStop;

        Until(RunListener next, long last, Runnable requestStop) {
            super(next);
            this.last = last;
            this.requestStop = requestStop;
        }

        @Override
        public void step(Progress progress) {
            super.step(progress);
            if (progress.step() >= last) {
                requestStop.run();
            }
        }
    }
}
