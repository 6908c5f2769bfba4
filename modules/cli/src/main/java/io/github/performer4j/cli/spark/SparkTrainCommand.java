package io.github.performer4j.cli.spark;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.performer4j.cli.action.Action;
import io.github.performer4j.cli.action.Session;
import io.github.performer4j.cli.options.ConfigurationOptions;
import io.github.performer4j.cli.options.ConfigurationSource;
import io.github.performer4j.training.run.RunConfig;
import io.github.performer4j.training.run.RunFolder;
import io.github.performer4j.training.run.TrainingRun;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code performer spark-train}: a run whose steps are made by the workers of a cluster. */
@Command(
        name = "spark-train",
        description = {
            "Train a model on Apache Spark: rounds of steps on every worker, whose parameters are then averaged.",
            "A run folder as of 'performer train'; a checkpoint after each round, from which --resume goes on with the same"
                    + " --workers and --local-steps.",
            "Needs SPARK_HOME (Spark 3.5 or 4), or spark-submit; data and folder on a path that all machines know."
        })
public final class SparkTrainCommand extends Action {
    @ArgGroup(exclusive = true, multiplicity = "0..1")
    private ConfigurationSource source;

    @Option(names = "--data", paramLabel = "D", description = "A file or folder, as for 'performer train'.")
    private Path data;

    @Option(names = "--valid", paramLabel = "D2", description = "Held-out data (default: a tenth of the data).")
    private Path valid;

    @Option(names = "--out", required = true, paramLabel = "DIR", description = "The run folder to make.")
    private Path out;

    @Option(names = "--steps", paramLabel = "N", description = "Steps of every worker.")
    private Long steps;

    @Option(
            names = "--workers",
            paramLabel = "W",
            description = "Workers at a time (default: ${DEFAULT-VALUE}), no more than Spark has slots.")
    private int workers = 2;

    @Option(
            names = "--local-steps",
            paramLabel = "K",
            description = "Steps between two averages (default: ${DEFAULT-VALUE}).")
    private long localSteps = 50;

    @Option(names = "--resume", description = "Continue the run of DIR.")
    private boolean resume;

    @Mixin
    private SparkOptions spark;

    @Mixin
    private ConfigurationOptions options;

    @Override
    protected ObjectNode run() throws IOException {
        boolean going = resume && RunFolder.exists(out);
        if (data == null && !going) {
            throw new IllegalArgumentException("a run needs --data (only --resume can do without)");
        }
        if (workers < 1 || localSteps < 1) {
            throw new IllegalArgumentException("workers and steps of a round must be at least 1; --workers=" + workers
                    + ", --local-steps=" + localSteps);
        }
        RunConfig config = configuration(going);
        if (config.training().timed()) {
            throw new IllegalArgumentException("a run on Spark goes by steps: give --steps N; training.minutes="
                    + config.training().minutes());
        }
        return spark.with("spark-train " + out, err(), context -> {
            TrainingRun run =
                    TrainingRun.of(config, data, out).resume(resume).rounds(context.training(workers, localSteps));
            if (valid != null) {
                run.valid(valid);
            }
            return new Session(this, "--resume").execute(run, out);
        });
    }

    private RunConfig configuration(boolean going) throws IOException {
        if (source == null && !going) {
            throw new IllegalArgumentException(
                    "a run needs --preset, --config or --from (only --resume can do without)");
        }
        Map<String, String> own = new LinkedHashMap<>();
        if (steps != null) {
            own.put("training.steps", "--steps");
            own.put("training.minutes", "--steps");
        }
        if (seeded()) {
            own.put("training.seed", "--seed");
        }
        RunConfig base = source != null ? source.read() : RunFolder.open(out).config();
        return options.apply(
                base,
                training -> (steps == null ? training : training.bySteps(steps)).withSeed(seed(training.seed())),
                own);
    }
}
