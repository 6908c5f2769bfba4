package io.github.performer4j.cli.compare;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.performer4j.cli.action.Action;
import io.github.performer4j.cli.action.ResultFile;
import io.github.performer4j.cli.action.StopSignal;
import io.github.performer4j.cli.options.ConfigurationOptions;
import io.github.performer4j.cli.options.ConfigurationSource;
import io.github.performer4j.cli.options.LengthOptions;
import io.github.performer4j.cli.options.MetricsOptions;
import io.github.performer4j.cli.options.MetricsServer;
import io.github.performer4j.training.compare.ComparedFigures;
import io.github.performer4j.training.compare.ComparedRun;
import io.github.performer4j.training.compare.Comparison;
import io.github.performer4j.training.compare.Variants;
import io.github.performer4j.training.run.RunConfig;
import io.github.performer4j.training.run.Whole;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code performer compare}: variants of one configuration, trained alike, in one table. */
@Command(
        name = "compare",
        description = {
            "Train variants of one configuration, such as its parts switched off, or several feature maps, for equal"
                    + " steps or equal time; tabulate held-out loss.",
            "Each run is a run folder DIR/NAME-SEED, with _ for a space and for the : of gerf:A; all variants of the"
                    + " first seed come first. Each model is evaluated once, after its last step, on the same held-out"
                    + " tokens: at most training.evalTokens of them.",
            "Typed again: reads finished runs, continues a stopped one and trains the rest. Writes DIR/compare.md after"
                    + " each run.",
            "--seed is that of the split and of the held-out masks."
        })
public final class CompareCommand extends Action {
    private static final List<String> WITHOUT_EFFECT =
            List.of("training.patience", "training.evalEvery", "training.keepCheckpoints");

    @ArgGroup(exclusive = true, multiplicity = "1")
    private ConfigurationSource source;

    @Option(
            names = "--data",
            required = true,
            paramLabel = "D",
            description = "A file or folder: FASTA or text, plain or gzip.")
    private Path data;

    @Option(
            names = "--valid",
            paramLabel = "D2",
            description = "Held-out data (default: a tenth of the data, without near-copies on the training side).")
    private Path valid;

    @ArgGroup(exclusive = false, multiplicity = "1")
    private VariantOptions compared;

    @Option(
            names = "--seeds",
            split = ",",
            paramLabel = "N",
            description = "Seeds of weights, data order and draws (default: 1,2,3).")
    private List<Long> seeds = List.of(1L, 2L, 3L);

    @ArgGroup(exclusive = true, multiplicity = "1")
    private LengthOptions length;

    @Option(names = "--out", required = true, paramLabel = "DIR", description = "The folder of the comparison.")
    private Path out;

    @Option(
            names = "--minutes",
            paramLabel = "B",
            description =
                    "Of the whole: start no run after so long, and save and stop the one under way (default: no limit).")
    private Double minutes;

    @Mixin
    private MetricsOptions metrics;

    @Mixin
    private ConfigurationOptions options;

    @Override
    protected ObjectNode run() throws IOException {
        try (MetricsServer served = metrics.open(err())) {
            return compare(served);
        }
    }

    private ObjectNode compare(MetricsServer served) throws IOException {
        ResultFile.checkFolder(out);
        RunConfig base = options.apply(source.read(), length::apply, own());
        for (String key : WITHOUT_EFFECT) {
            if (options.sets(key)) {
                err().println(key + " has no effect: a comparison evaluates each model once, after its last step");
            }
        }
        if (new HashSet<>(seeds).size() < seeds.size()) {
            throw new IllegalArgumentException("values must differ; --seeds=" + seeds);
        }
        Variants variants = new Variants(base, compared.variants());
        List<ComparedRun> runs = variants.runs(seeds);
        Comparison comparison = Comparison.of(runs, data, out)
                .valid(valid)
                .seed(seed(base.training().seed()))
                .provenance(
                        command().toString(),
                        Instant.now().truncatedTo(ChronoUnit.SECONDS).toString())
                .watcher(new CompareProgress(runs.size(), err(), served, figures -> write(variants, figures)));
        if (minutes != null) {
            comparison.minutes(minutes);
        }
        try (StopSignal signal = StopSignal.install(err(), comparison::requestStop)) {
            Map<ComparedRun, ComparedFigures> figures = comparison.execute();
            if (figures.size() < runs.size()) {
                err().println("stopped with " + figures.size() + " of " + runs.size() + " runs done, missing "
                        + missing(runs, figures) + "; continue with: "
                        + command().toType());
                err().flush();
            }
            boolean begun = Files.exists(out); // a stop while data was read leaves nothing
            CompareTable table = begun ? write(variants, figures) : table(variants, figures);
            if (figures.size() < runs.size()) {
                signal.endIfFired();
            }
            table.lines().forEach(out()::println);
            return table.json().put("planned", runs.size()).put("done", figures.size());
        }
    }

    /** Returns what {@code --set} may not set, with what does. */
    private Map<String, String> own() {
        Map<String, String> own = new LinkedHashMap<>();
        own.put("training.steps", length.option());
        own.put("training.minutes", length.option());
        own.putAll(compared.own());
        if (seeded()) {
            own.put("training.seed", "--seed");
        }
        return own;
    }

    private CompareTable table(Variants variants, Map<ComparedRun, ComparedFigures> figures) {
        return new CompareTable(variants.all(), compared.reference(), seeds, figures);
    }

    private CompareTable write(Variants variants, Map<ComparedRun, ComparedFigures> figures) throws IOException {
        CompareTable table = table(variants, figures);
        String text = "# Variants compared\n\n`" + command() + "`\n\n" + String.join("\n", table.lines()) + "\n";
        Whole.write(out.resolve("compare.md"), text.getBytes(StandardCharsets.UTF_8));
        return table;
    }

    private static String missing(List<ComparedRun> runs, Map<ComparedRun, ComparedFigures> figures) {
        return String.join(
                ", ",
                runs.stream()
                        .filter(run -> !figures.containsKey(run))
                        .map(ComparedRun::folder)
                        .toList());
    }
}
