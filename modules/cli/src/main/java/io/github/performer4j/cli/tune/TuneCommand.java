package io.github.performer4j.cli.tune;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.performer4j.cli.action.Action;
import io.github.performer4j.cli.action.ResultFile;
import io.github.performer4j.cli.action.ShellCommand;
import io.github.performer4j.cli.action.StopSignal;
import io.github.performer4j.cli.options.ConfigurationOptions;
import io.github.performer4j.cli.options.ConfigurationSource;
import io.github.performer4j.cli.options.LengthOptions;
import io.github.performer4j.cli.options.MetricsOptions;
import io.github.performer4j.cli.options.MetricsServer;
import io.github.performer4j.training.run.RunConfig;
import io.github.performer4j.training.step.TrainingConfig;
import io.github.performer4j.tuning.report.SearchReport;
import io.github.performer4j.tuning.search.Search;
import io.github.performer4j.tuning.search.SearchSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code performer tune}: many trials of one configuration with other values, and the best of them. */
@Command(
        name = "tune",
        description = {
            "Search a space of values for the keys of a configuration: train a trial with each candidate, measure it on the"
                    + " same held-out data, and keep the best one.",
            "Each trial is a run folder DIR/trial-0001. DIR/best.json is the best trial's configuration, for 'performer"
                    + " train --config'; DIR/leaderboard.csv and DIR/report.html have all trials.",
            "Typed again: goes on, after Ctrl-C or a kill too, with the candidates that it would have had.",
            "--seed is that of the candidates, the split and the held-out masks."
        })
public final class TuneCommand extends Action {
    private static final List<String> WITHOUT_EFFECT =
            List.of("training.patience", "training.evalEvery", "training.keepCheckpoints");

    @ArgGroup(exclusive = true, multiplicity = "1")
    private ConfigurationSource source;

    @Option(
            names = "--data",
            required = true,
            paramLabel = "D",
            description = "A file or folder, as for 'performer train'.")
    private Path data;

    @Option(
            names = "--valid",
            paramLabel = "D2",
            description = "Held-out data (default: a tenth of the data, without near-copies on the training side).")
    private Path valid;

    @Mixin
    private GeneratorOptions search;

    @ArgGroup(exclusive = true)
    private LengthOptions length;

    @Option(names = "--out", required = true, paramLabel = "DIR", description = "The folder of the search.")
    private Path out;

    @Option(
            names = "--minutes",
            paramLabel = "M",
            description = "Of the whole: start no trial after so long, and save and stop those under way.")
    private Double minutes;

    @Option(
            names = "--parallel",
            paramLabel = "K",
            description = "Trials at a time (default: ${DEFAULT-VALUE}); they share processors and memory.")
    private int parallel = 1;

    @Option(
            names = "--memory",
            paramLabel = "G",
            description =
                    "GiB that trials at a time share, as estimated beside Java's heap: begin one beside others only if there is room"
                            + " (default: no limit). One that needs more by itself fails.")
    private Double memory;

    @Mixin
    private MetricsOptions metrics;

    @Mixin
    private ConfigurationOptions options;

    @Override
    protected ObjectNode run() throws IOException {
        try (MetricsServer served = metrics.open(err())) {
            return searched(served);
        }
    }

    private ObjectNode searched(MetricsServer served) throws IOException {
        ResultFile.checkFolder(out);
        RunConfig base = base();
        SearchSettings settings = search.settings(base, seed(base.training().seed()), minutes != null);
        Search running = Search.of(settings, data, out)
                .valid(valid)
                .parallel(parallel)
                .provenance(
                        command().toString(),
                        Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
        running.watcher(new TuneProgress(settings, parallel > 1, err(), served, this::write));
        if (minutes != null) {
            running.minutes(minutes);
        }
        if (memory != null) {
            running.memory(bytes(memory));
        }
        try (StopSignal signal = StopSignal.install(err(), running::requestStop)) {
            Search.Result result = running.execute();
            if (!result.complete()) {
                err().println("stopped after " + done(result) + " trials; continue with: "
                        + command().toType());
                err().flush();
            }
            if (!result.trials().isEmpty()) { // a stop while data was read leaves what there was
                write(settings, result);
            }
            if (!result.complete()) {
                signal.endIfFired();
            }
            TuneTable table = new TuneTable(settings, result);
            table.lines().forEach(out()::println);
            if (result.best() != null) {
                out().println();
                out().println("the best as a configuration: "
                        + new ShellCommand(List.of(
                                        "train",
                                        "--config",
                                        out.resolve(SearchReport.BEST).toString()))
                                .toType()
                        + " --data … --out …");
            }
            if (result.complete() && result.best() == null) {
                throw new IOException(out + ": no trial of the search was measured");
            }
            return table.json();
        }
    }

    private RunConfig base() throws IOException {
        Map<String, String> own = new LinkedHashMap<>();
        UnaryOperator<TrainingConfig> apply = UnaryOperator.identity();
        if (length != null) {
            own.put("training.steps", length.option());
            own.put("training.minutes", length.option());
            apply = length::apply;
        }
        RunConfig base = options.apply(source.read(), apply, own);
        for (String key : WITHOUT_EFFECT) {
            if (options.sets(key)) {
                err().println(key + " has no effect: a search evaluates each trial once, after its last step");
            }
        }
        if (parallel > 1 && !options.setsThreads()) {
            int threads = Math.max(1, base.training().threads() / parallel);
            base = base.withTraining(base.training().withThreads(threads));
        }
        return base;
    }

    private static long bytes(double gibi) {
        if (!(gibi > 0 && gibi <= 1 << 20)) {
            throw new IllegalArgumentException("memory must be above 0 and at most 1048576 GiB; --memory=" + gibi);
        }
        return Math.max(1, (long) (gibi * (1L << 30)));
    }

    private void write(SearchSettings settings, Search.Result result) throws IOException {
        SearchReport.write(out, settings, result, command().toString());
    }

    private static long done(Search.Result result) {
        return result.trials().stream().filter(trial -> trial.last() != null).count();
    }
}
