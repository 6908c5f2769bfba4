package io.github.performer4j.cli.compare;

import io.github.performer4j.cli.options.MetricsServer;
import io.github.performer4j.cli.show.OneOfSeveral;
import io.github.performer4j.cli.show.Printable;
import io.github.performer4j.cli.show.Terminal;
import io.github.performer4j.training.compare.ComparedFigures;
import io.github.performer4j.training.compare.ComparedRun;
import io.github.performer4j.training.compare.Comparison;
import io.github.performer4j.training.score.FigureNames;
import io.github.performer4j.training.step.RunListener;
import java.io.IOException;
import java.io.PrintWriter;
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
    private final MetricsServer metrics;
    private boolean dataShown;

    CompareProgress(int runs, PrintWriter err, MetricsServer metrics, Writer table) {
        this.runs = runs;
        this.err = err;
        this.table = table;
        this.metrics = metrics;
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
        return metrics.listener(run.folder(), new OneOfSeveral(Terminal.progress(err), first));
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
}
