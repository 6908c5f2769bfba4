package io.github.performer4j.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.performer4j.training.ForwardingListener;
import io.github.performer4j.training.Outcome;
import io.github.performer4j.training.RunListener;
import io.github.performer4j.training.TrainingRun;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;

/** One training run in front of a user: progress, Ctrl-C, and the figures at the end. */
final class Session {
    private final Action action;

    Session(Action action) {
        this.action = action;
    }

    /**
     * Trains.
     *
     * @return JSON of the outcome, with the evaluation of the best model; null if the process is ending after a signal
     */
    ObjectNode execute(TrainingRun run, Path folder) throws IOException {
        StepCounter steps = new StepCounter(Terminal.progress(action.err()));
        run.listener(steps).provenance(action.commandLine(), now());
        TrainingRun.Result result;
        try (StopSignal signal = StopSignal.install(run::requestStop)) {
            result = run.execute();
            if (result.outcome() == Outcome.STOPPED) {
                String again = action.commandLine();
                String how = again.contains("--resume") || again.contains("quickstart") ? again : again + " --resume";
                action.err().println("stopped at step " + steps.last() + "; continue with: " + how);
                action.err().flush();
            }
            if (signal.fired()) {
                return null;
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
