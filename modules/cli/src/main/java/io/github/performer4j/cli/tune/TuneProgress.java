package io.github.performer4j.cli.tune;

import io.github.performer4j.cli.options.MetricsServer;
import io.github.performer4j.cli.show.OneOfSeveral;
import io.github.performer4j.cli.show.Printable;
import io.github.performer4j.cli.show.Terminal;
import io.github.performer4j.training.step.RunListener;
import io.github.performer4j.tuning.search.Search;
import io.github.performer4j.tuning.search.SearchSettings;
import io.github.performer4j.tuning.search.Trial;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;

/** A search in front of a user: which trial it is and its values, its steps, what it came to, and the best so far. */
final class TuneProgress implements Search.Watcher {
    /** Writes the files of the search so far. */
    @FunctionalInterface
    interface Writer {
        void write(SearchSettings settings, Search.Result result) throws IOException;
    }

    private final SearchSettings settings;
    private final boolean parallel;
    private final PrintWriter err;
    private final MetricsServer metrics;
    private final Writer files;
    private final AtomicBoolean dataShown = new AtomicBoolean();

    /**
     * Makes the watcher.
     *
     * @param parallel whether several trials run at a time, whose steps are not shown
     * @param files written after every trial
     */
    TuneProgress(SearchSettings settings, boolean parallel, PrintWriter err, MetricsServer metrics, Writer files) {
        this.settings = settings;
        this.parallel = parallel;
        this.err = err;
        this.metrics = metrics;
        this.files = files;
    }

    @Override
    public void data(String line) {
        err.println(Printable.line(line));
        err.flush();
    }

    @Override
    public RunListener start(Trial trial, long steps) {
        String values = trial.values().entrySet().stream()
                .map(entry -> entry.getKey() + "=" + entry.getValue())
                .collect(Collectors.joining(", "));
        err.println("trial " + trial.number()
                + (settings.trials() > 0 ? " of " + settings.trials() : "")
                + (settings.halving() > 0 ? ", to step " + steps : "")
                + ": "
                + values);
        err.flush();
        boolean first = dataShown.compareAndSet(false, true);
        return metrics.listener(
                "trial " + trial.number(),
                new OneOfSeveral(parallel ? RunListener.NONE : Terminal.progress(err), first));
    }

    @Override
    public void end(Trial trial, List<Trial> all) throws IOException {
        Search.Result result = new Search.Result(all, false);
        err.println(
                trial.failure() != null
                        ? "trial " + trial.number() + " failed: " + Printable.line(trial.failure())
                        : String.format(
                                Locale.ROOT,
                                "trial %d: %s %.4f after %,d steps; best so far trial %d, %.4f",
                                trial.number(),
                                TuneTable.figure(trial.last().evaluation()),
                                trial.last().evaluation().value(),
                                trial.last().steps(),
                                result.best().number(),
                                result.best().last().evaluation().value()));
        err.flush();
        files.write(settings, result);
    }
}
