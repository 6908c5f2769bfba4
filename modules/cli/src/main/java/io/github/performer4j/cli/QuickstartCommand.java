package io.github.performer4j.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.performer4j.checkpoint.ModelFile;
import io.github.performer4j.data.Corpus;
import io.github.performer4j.training.Evaluation;
import io.github.performer4j.training.RunConfig;
import io.github.performer4j.training.RunFolder;
import io.github.performer4j.training.TrainingRun;
import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code performer quickstart}: a language model of real proteins in five minutes, and what to try next. */
@Command(
        name = "quickstart",
        description = {
            "Train a small masked language model on real proteins, and show what it learnt.",
            "Typed again: continues an unfinished run, or shows the evaluation of the finished one.",
            "Ctrl-C saves and ends with exit code 130."
        })
final class QuickstartCommand extends Action {
    private static final String PRESET = "protein-quickstart";

    @Option(
            names = "--minutes",
            paramLabel = "N",
            description =
                    "Minutes of training (default: the preset's, which leave room for the rest within five minutes).")
    private Double minutes;

    @Option(names = "--out", paramLabel = "DIR", description = "The run folder (default: ${DEFAULT-VALUE}).")
    private Path out = Path.of("runs", "quickstart");

    @Override
    protected ObjectNode run() throws IOException {
        Path data = Home.file("datasets", "proteins", "uniprot-20k.fasta.gz");
        boolean there = RunFolder.exists(out);
        RunConfig config = there ? RunFolder.open(out).config() : configuration();
        ObjectNode json;
        if (there && RunFolder.open(out).state().equals("finished")) {
            json = finished();
        } else {
            err().println(
                            there
                                    ? "continuing the run in " + out
                                    : "training a Performer language model on 20,000 proteins for "
                                            + Figures.duration(
                                                    60 * config.training().minutes()) + " minutes (" + data + ")");
            err().flush();
            json = new Session(this).execute(TrainingRun.of(config, data, out).resume(there), out);
            if (json == null || json.path("outcome").asText().equals("stopped")) {
                return json;
            }
        }
        Corpus valid = Corpus.open(data, config.data(), null)
                .split(TrainingRun.VALID_FRACTION, config.training().seed())
                .valid();
        json.set("filled", new HeldOutProtein(valid, seed(config.training().seed())).fill(Models.load(out), out()));
        next();
        return json;
    }

    private RunConfig configuration() {
        RunConfig config = RunConfig.preset(PRESET);
        double length = minutes == null ? config.training().minutes() : minutes;
        return config.withTraining(TrainCommand.length(config.training(), length, null)
                .withThreads(Runtime.getRuntime().availableProcessors())
                .withSeed(seed(config.training().seed())));
    }

    private ObjectNode finished() throws IOException {
        Evaluation evaluation = Tables.read(ModelFile.entry(Models.file(out), RunFolder.EVALUATION_ENTRY));
        err().println("the run in " + out + " is finished; another: performer quickstart --out runs/another");
        Tables.evaluation(evaluation, out());
        return Tables.json(evaluation).put("outcome", "finished").put("run", out.toString());
    }

    private void next() {
        out().println();
        out().println("What to try next:");
        out().println("  the report                     " + out.resolve("report.html"));
        out().println("  fill a sequence of your own    ./performer fill --model " + out
                + " --sequence MKTAYIAK_RQISFVK");
        out().println("  a vector for every protein     ./performer embed --model " + out
                + " --data my.fasta --out vectors.tsv");
        out().println("  a longer, larger run           ./performer train --preset " + PRESET
                + " --set model.layers=4 --minutes 60 --data my.fasta --out runs/mine");
        out().println("  what is in a data file         ./performer data describe my.fasta");
    }
}
