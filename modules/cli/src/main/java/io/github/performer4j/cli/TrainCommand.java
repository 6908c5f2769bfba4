package io.github.performer4j.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.performer4j.training.RunConfig;
import io.github.performer4j.training.RunFolder;
import io.github.performer4j.training.TrainingConfig;
import io.github.performer4j.training.TrainingRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code performer train}: a configuration and data in, a run folder out. */
@Command(
        name = "train",
        description = {
            "Train a model. Ctrl-C finishes the step, saves, says how to go on, and ends with exit code 130.",
            "A run of --steps is the same bit for bit whenever it is repeated, stopped and resumed, with any number of threads."
        })
final class TrainCommand extends Action {
    @ArgGroup(exclusive = true, multiplicity = "0..1")
    private Source source;

    /** Where the configuration comes from. */
    static final class Source {
        @Option(
                names = "--preset",
                paramLabel = "P",
                description = "A named configuration; an unknown name lists them.")
        private String preset;

        @Option(names = "--config", paramLabel = "F", description = "A JSON file, such as a run folder's config.json.")
        private Path config;
    }

    @Option(
            names = "--data",
            required = true,
            paramLabel = "D",
            description = "A file or folder: FASTA or text, plain or gzip.")
    private Path data;

    @Option(names = "--out", required = true, paramLabel = "DIR", description = "The run folder to make.")
    private Path out;

    @ArgGroup(exclusive = true, multiplicity = "0..1")
    private HeldOut heldOut;

    /** What the model is validated on. */
    static final class HeldOut {
        @Option(names = "--valid", paramLabel = "D2", description = "Held-out data.")
        private Path valid;

        @Option(
                names = "--valid-fraction",
                paramLabel = "X",
                description = "Share of the data to hold out, without near-copies on the training side (default: 0.1).")
        private Double fraction;
    }

    @Option(names = "--minutes", paramLabel = "N", description = "Train for so long.")
    private Double minutes;

    @Option(
            names = "--steps",
            paramLabel = "N",
            description = "Train for so many steps; with --minutes: at most so many.")
    private Long steps;

    @Option(
            names = "--threads",
            paramLabel = "N",
            description = "Worker threads (default: the configuration's, or all processors where that is 1).")
    private Integer threads;

    @Option(
            names = "--resume",
            description = "Continue the run of DIR; without --preset or --config by its own configuration.")
    private boolean resume;

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description =
                    "Change one value of the configuration: --set model.width=256 --set training.learningRate=3e-4.")
    private Map<String, String> changes = new LinkedHashMap<>();

    @Mixin
    private UnknownOption unknown;

    @Override
    protected ObjectNode run() throws IOException {
        TrainingRun run = TrainingRun.of(configuration(), data, out).resume(resume);
        if (heldOut != null && heldOut.valid != null) {
            run.valid(heldOut.valid);
        } else if (heldOut != null) {
            run.validFraction(heldOut.fraction);
        }
        return new Session(this).execute(run, out);
    }

    private RunConfig configuration() throws IOException {
        RunConfig config = base();
        for (Map.Entry<String, String> change : changes.entrySet()) {
            config = config.withOverride(change.getKey(), change.getValue());
        }
        TrainingConfig training = length(config.training(), minutes, steps);
        if (seeded()) {
            training = training.withSeed(seed(training.seed()));
        }
        if (threads != null) {
            training = training.withThreads(Threads.checked(threads));
        } else if (training.threads() == 1 && !changes.containsKey("training.threads")) {
            training = training.withThreads(Runtime.getRuntime().availableProcessors());
        }
        return config.withTraining(training).withData(unknown.apply(config.data()));
    }

    private RunConfig base() throws IOException {
        if (source != null && source.preset != null) {
            return RunConfig.preset(source.preset);
        }
        if (source != null) {
            if (!Files.isRegularFile(source.config)) {
                throw new NoSuchFileException(source.config.toString(), null, "there is no such configuration file");
            }
            try {
                return RunConfig.fromJson(Files.readString(source.config));
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(source.config + ": " + e.getMessage(), e);
            }
        }
        if (resume && RunFolder.exists(out)) {
            return RunFolder.open(out).config();
        }
        throw new IllegalArgumentException("a run needs --preset or --config (only --resume can do without)");
    }

    /** Returns the configuration with the length that the command line gives; a timed run has no limit of steps unless told. */
    static TrainingConfig length(TrainingConfig training, Double minutes, Long steps) {
        TrainingConfig timed =
                minutes == null ? training : training.withMinutes(minutes).withSteps(0);
        if (steps == null) {
            return timed;
        }
        return minutes == null ? timed.withSteps(steps).withMinutes(0) : timed.withSteps(steps);
    }
}
