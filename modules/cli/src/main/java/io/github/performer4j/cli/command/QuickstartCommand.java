package io.github.performer4j.cli.command;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.performer4j.checkpoint.ModelFile;
import io.github.performer4j.cli.action.Action;
import io.github.performer4j.cli.action.Session;
import io.github.performer4j.cli.action.ShellCommand;
import io.github.performer4j.cli.options.Home;
import io.github.performer4j.cli.options.MetricsOptions;
import io.github.performer4j.cli.options.MetricsServer;
import io.github.performer4j.cli.options.Models;
import io.github.performer4j.cli.show.Figures;
import io.github.performer4j.cli.show.Tables;
import io.github.performer4j.data.Corpus;
import io.github.performer4j.training.run.RunConfig;
import io.github.performer4j.training.run.RunFolder;
import io.github.performer4j.training.run.TrainingRun;
import io.github.performer4j.training.step.TrainingConfig;
import io.github.performer4j.training.task.Evaluation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code performer quickstart}: a language model of real proteins in five minutes, and what to try next. */
@Command(
        name = "quickstart",
        description = {
            "Train a small masked language model on real proteins, and show what it learnt.",
            "Typed again: continues an unfinished run, or shows the evaluation of the finished one.",
            "Ctrl-C saves and ends with exit code 130."
        })
public final class QuickstartCommand extends Action {
    private static final String PRESET = "protein-quickstart";

    @Option(
            names = "--minutes",
            paramLabel = "N",
            description =
                    "Minutes of training (default: the preset's, which leave room for the rest within five minutes).")
    private Double minutes;

    @Option(names = "--out", paramLabel = "DIR", description = "The run folder (default: ${DEFAULT-VALUE}).")
    private Path out = Path.of("runs", "quickstart");

    @Mixin
    private MetricsOptions metrics;

    @Override
    protected ObjectNode run() throws IOException {
        try (MetricsServer served = metrics.open(err())) {
            return start(served);
        }
    }

    private ObjectNode start(MetricsServer served) throws IOException {
        Path data = Home.file("datasets", "proteins", "uniprot-20k.fasta.gz");
        RunFolder run = RunFolder.exists(out) ? RunFolder.open(out) : null;
        boolean there = run != null;
        RunConfig config = changed(there ? run.config() : preset());
        Corpus valid;
        ObjectNode json;
        if (there && run.state().equals("finished") && run.config().equals(config)) {
            valid = run.heldOut(data);
            json = finished();
        } else {
            err().println(
                            there
                                    ? "continuing the run in " + out
                                    : "training a Performer language model on 20,000 proteins for "
                                            + Figures.duration(
                                                    60 * config.training().minutes()) + " minutes (" + data + ")");
            err().flush();
            json = new Session(this)
                    .watched(shown -> served.listener(RunFolder.name(out), shown))
                    .execute(TrainingRun.of(config, data, out).resume(there), out);
            valid = RunFolder.open(out).heldOut(data);
        }
        json.set("filled", new HeldOutProtein(valid, seed(config.training().seed())).fill(Models.load(out), out()));
        next();
        return json;
    }

    private static RunConfig preset() {
        RunConfig config = RunConfig.preset(PRESET);
        return config.withTraining(
                config.training().withThreads(Runtime.getRuntime().availableProcessors()));
    }

    /** Returns the configuration with what the command line names; a run that is there must have it already. */
    private RunConfig changed(RunConfig config) {
        TrainingConfig training = TrainCommand.length(config.training(), minutes, null);
        return config.withTraining(training.withSeed(seed(training.seed())));
    }

    private ObjectNode finished() throws IOException {
        Evaluation evaluation = Tables.read(ModelFile.entry(Models.file(out), RunFolder.EVALUATION_ENTRY));
        err().println("the run in " + out + " is finished; another: " + toType("quickstart", "--out", "runs/another"));
        Tables.evaluation(evaluation, out());
        return Tables.json(evaluation).put("outcome", "finished").put("run", out.toString());
    }

    private void next() {
        out().println();
        out().println("What to try next:");
        out().println("  the report                     " + out.resolve("report.html"));
        out().println("  fill a sequence of your own    "
                + toType("fill", "--model", out.toString(), "--sequence", "MKTAYIAK_RQISFVK"));
        out().println("  a vector for every protein     "
                + toType("embed", "--model", out.toString(), "--data", "my.fasta", "--out", "vectors.tsv"));
        out().println("  the same by the model that ships (an hour's training): --model "
                + Home.file("models", "protein-small"));
        out().println("  a longer, larger run           "
                + toType("train", "--preset", PRESET, "--set", "model.layers=4")
                + " --minutes 60 --data my.fasta --out runs/mine");
        out().println("  what is in a data file         " + toType("data", "describe", "my.fasta"));
    }

    private static String toType(String... words) {
        return new ShellCommand(List.of(words)).toType();
    }
}
