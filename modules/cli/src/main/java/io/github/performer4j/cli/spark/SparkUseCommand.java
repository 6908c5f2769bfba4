package io.github.performer4j.cli.spark;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.performer4j.cli.action.Action;
import io.github.performer4j.cli.action.ResultFile;
import io.github.performer4j.cli.show.Figures;
import io.github.performer4j.cli.show.Tables;
import io.github.performer4j.training.run.Cluster;
import io.github.performer4j.training.task.Evaluation;
import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code performer spark-embed}, {@code spark-predict} and {@code spark-eval}: a trained model at work on a cluster. */
public abstract class SparkUseCommand extends Action {
    @Option(
            names = "--model",
            required = true,
            paramLabel = "M",
            description = "A model zip, or the folder of a run or a model.")
    private Path model;

    @Option(names = "--data", required = true, paramLabel = "D", description = "FASTA, text, a table, JSON lines.")
    private Path data;

    @Option(names = "--parts", paramLabel = "N", description = "Number of tasks (default: ${DEFAULT-VALUE}).")
    private int parts = 16;

    @Mixin
    private SparkOptions spark;

    final Path model() {
        return model;
    }

    final Path data() {
        return data;
    }

    final int parts() {
        if (parts < 1 || parts > 100_000) {
            throw new IllegalArgumentException("parts must be in [1, 100000]; --parts=" + parts);
        }
        return parts;
    }

    final SparkOptions spark() {
        return spark;
    }

    /** Writes a file for each part. */
    abstract static class Writing extends SparkUseCommand {
        @Option(names = "--out", required = true, paramLabel = "DIR", description = "A new or empty folder.")
        private Path out;

        abstract long write(Cluster.Session context, Path to) throws IOException;

        @Override
        protected final ObjectNode run() throws IOException {
            parts();
            ResultFile.checkFolder(out);
            long items = spark().with("performer " + out, err(), context -> write(context, out));
            err().println(Figures.count(items) + " inputs, " + parts() + " files -> " + out);
            return object().put("out", out.toString()).put("inputs", items).put("parts", parts());
        }
    }

    /** {@code performer spark-embed}. */
    @Command(
            name = "spark-embed",
            description =
                    "Write a vector for every sequence on Apache Spark: DIR/part-00000.tsv, … in the data's order.")
    public static final class Embed extends Writing {
        @Override
        long write(Cluster.Session context, Path to) throws IOException {
            return context.embed(model(), data(), to, parts());
        }
    }

    /** {@code performer spark-predict}. */
    @Command(
            name = "spark-predict",
            description =
                    "Write what a model says of every input on Apache Spark: DIR/part-00000.jsonl, … in the data's order.")
    public static final class Predict extends Writing {
        @Override
        long write(Cluster.Session context, Path to) throws IOException {
            return context.predict(model(), data(), to, parts());
        }
    }

    /** {@code performer spark-eval}. */
    @Command(
            name = "spark-eval",
            description =
                    "Evaluate a model on Apache Spark: the figures of 'performer eval', whatever the number of parts.")
    public static final class Eval extends SparkUseCommand {
        @Override
        protected ObjectNode run() throws IOException {
            parts();
            Evaluation evaluation =
                    spark().with("spark-eval", err(), context -> context.eval(model(), data(), parts(), seed(1)));
            Tables.evaluation(evaluation, out());
            return Tables.json(evaluation);
        }
    }
}
