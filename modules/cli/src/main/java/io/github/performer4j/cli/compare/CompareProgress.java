package io.github.performer4j.cli.compare;

import io.github.performer4j.cli.show.Printable;
import io.github.performer4j.cli.show.Terminal;
import io.github.performer4j.training.compare.ComparedFigures;
import io.github.performer4j.training.compare.ComparedRun;
import io.github.performer4j.training.compare.Comparison;
import io.github.performer4j.training.score.FigureNames;
import io.github.performer4j.training.step.ForwardingListener;
import io.github.performer4j.training.step.RunListener;
import io.github.performer4j.training.task.Evaluation;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;

/** A comparison in front of a user: which run it is, its steps, its figures, and the table so far. */
final class CompareProgress implements Comparison.Watcher {
    /** Writes the table of the runs that have ended, and returns it. */
    interface Writer {
        CompareTable write(Map<ComparedRun, ComparedFigures> figures) throws IOException;
    }

    private final int runs;
    private final PrintWriter err;
    private final Writer table;
    private boolean dataShown;

    CompareProgress(int runs, PrintWriter err, Writer table) {
        this.runs = runs;
        this.err = err;
        this.table = table;
    }

    @Override
    public void data(String line) {
        err.println(Printable.line(line));
        err.flush();
    }

    @Override
    public RunListener start(ComparedRun run, int number) {
        err.println("run " + number + " of " + runs + ": " + run.name() + ", seed " + run.seed());
        err.flush();
        boolean first = !dataShown;
        dataShown = true;
        return new Steps(Terminal.progress(err), first);
    }

    @Override
    public void end(ComparedRun run, ComparedFigures figures, Map<ComparedRun, ComparedFigures> all)
            throws IOException {
        err.println(
                figures.diverged() != null
                        ? run.folder() + " diverged: " + figures.diverged()
                        : String.format(
                                Locale.ROOT,
                                "%s: held-out %s %.4f on %,d %s, %,d steps, %.3f s a step",
                                run.folder(),
                                figures.evaluation().primary().equals("loss")
                                        ? "loss"
                                        : FigureNames.words(figures.evaluation().primary()),
                                figures.evaluation().value(),
                                figures.evaluation().count(),
                                figures.evaluation().primary().equals("loss") ? "tokens" : "predictions",
                                figures.steps(),
                                figures.secondsPerStep()));
        table.write(all).table().forEach(err::println);
        err.flush();
    }

    /** All of a run's progress but its own evaluation, which is of one batch; what there is to say of the data is said once. */
    private static final class Steps extends ForwardingListener {
        private final boolean first;

        Steps(RunListener next, boolean first) {
            super(next);
            this.first = first;
        }

        @Override
        public void unknown(Path data, Map<String, Long> symbols, String unit) {
            if (first) {
                super.unknown(data, symbols, unit);
            }
        }

        @Override
        public void data(String line) {
            if (first) {
                super.data(line);
            }
        }

        @Override
        public void evaluation(long step, Evaluation evaluation, boolean best) {
            // of one batch: the comparison's own figures follow
        }

        @Override
        public void checkpoint(long step, Path file) {
            // not for users: a run keeps one, of its end
        }
    }
}
