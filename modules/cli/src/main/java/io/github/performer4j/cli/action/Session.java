package io.github.performer4j.cli.action;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.performer4j.cli.show.Tables;
import io.github.performer4j.cli.show.Terminal;
import io.github.performer4j.training.run.RunFolder;
import io.github.performer4j.training.run.TrainingRun;
import io.github.performer4j.training.step.ForwardingListener;
import io.github.performer4j.training.step.Outcome;
import io.github.performer4j.training.step.RunListener;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.function.UnaryOperator;

/** One training run in front of a user: progress, Ctrl-C, and the figures at the end. */
public final class Session {
    private final Action action;
    private final String[] toContinue;
    private UnaryOperator<RunListener> watchers = UnaryOperator.identity();

    /**
     * Makes a session.
     *
     * @param toContinue options that the command needs to continue the run instead of beginning it
     */
    public Session(Action action, String... toContinue) {
        this.action = action;
        this.toContinue = toContinue;
    }

    /** Lets others hear of the run, too: a function of the listener that shows it. */
    public Session watched(UnaryOperator<RunListener> value) {
        this.watchers = value;
        return this;
    }

    /**
     * Trains.
     *
     * @return JSON of the outcome, with the evaluation of the best model
     * @throws StopSignal.Stopped after a signal
     */
    public ObjectNode execute(TrainingRun run, Path folder) throws IOException {
        StepCounter steps = new StepCounter(Terminal.progress(action.err()));
        run.listener(watchers.apply(steps)).provenance(action.command().toString(), now());
        TrainingRun.Result result;
        try (StopSignal signal = StopSignal.install(action.err(), run::requestStop)) {
            result = run.execute();
            if (result.outcome() == Outcome.STOPPED) {
                action.err().println(stopped(result.folder()));
                action.err().flush();
                signal.endIfFired();
            }
        }
        ObjectNode json = result.evaluation() == null ? Action.object() : Tables.json(result.evaluation());
        json.put("outcome", result.outcome().name().toLowerCase(Locale.ROOT));
        json.put("step", steps.last());
        json.put("run", folder.toString());
        json.put("model", String.valueOf(result.model()));
        if (result.outcome() != Outcome.STOPPED && result.evaluation() != null) {
            Tables.evaluation(result.evaluation(), action.out());
            action.err().println("model " + result.model() + ", report " + folder.resolve("report.html"));
        }
        return json;
    }

    /** Says what stands, and how to go on: in the command's own words, so that the shell finds the same files. */
    private String stopped(RunFolder folder) throws IOException {
        long saved = folder == null ? -1 : folder.savedStep();
        return saved < 0
                ? "stopped before the first step, and nothing was saved; begin again with: "
                        + action.command().toType()
                : "stopped at step " + saved + "; continue with: "
                        + action.command().with(toContinue).toType();
    }

    private static String now() {
        return Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
    }

    /** Passes everything on and remembers the last step. */
    private static final class StepCounter extends ForwardingListener {
        private long last;

        StepCounter(RunListener next) {
            super(next);
        }

        long last() {
            return last;
        }

        @Override
        public void start(Summary summary) {
            last = summary.firstStep();
            super.start(summary);
        }

        @Override
        public void step(Progress progress) {
            last = progress.step();
            super.step(progress);
        }

        @Override
        public void finish(Outcome outcome, long step, double elapsed) {
            last = step;
            super.finish(outcome, step, elapsed);
        }
    }
}
