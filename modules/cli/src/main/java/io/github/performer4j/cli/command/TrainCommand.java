package io.github.performer4j.cli.command;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.performer4j.cli.action.Action;
import io.github.performer4j.cli.action.Session;
import io.github.performer4j.cli.options.ColumnOptions;
import io.github.performer4j.cli.options.ConfigurationOptions;
import io.github.performer4j.cli.options.ConfigurationSource;
import io.github.performer4j.cli.options.EngineOption;
import io.github.performer4j.cli.options.MetricsOptions;
import io.github.performer4j.cli.options.MetricsServer;
import io.github.performer4j.cli.options.SplitFileOption;
import io.github.performer4j.cli.ui.Ui;
import io.github.performer4j.cli.ui.UiOptions;
import io.github.performer4j.data.read.DataConfig;
import io.github.performer4j.training.run.RunConfig;
import io.github.performer4j.training.run.RunFolder;
import io.github.performer4j.training.run.TrainingRun;
import io.github.performer4j.training.step.RunListener;
import io.github.performer4j.training.step.TrainingConfig;
import io.github.performer4j.training.watch.EventFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.UnaryOperator;
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
public final class TrainCommand extends Action {
    @ArgGroup(exclusive = true, multiplicity = "0..1")
    private ConfigurationSource source;

    @Option(
            names = "--data",
            paramLabel = "D",
            description =
                    "A file or folder: FASTA, text, a table, JSON lines, images; plain or gzip. With --resume only if it has moved.")
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

    @Option(names = "--minutes", paramLabel = "N", description = "Train for so long; with --steps: at most so long.")
    private Double minutes;

    @Option(
            names = "--steps",
            paramLabel = "N",
            description = "Train for so many steps; with --minutes: at most so many.")
    private Long steps;

    @Option(
            names = "--resume",
            description =
                    "Continue the run of DIR; what is not named (configuration, data, held-out side) is the run's own, and nothing else may be named.")
    private boolean resume;

    @Option(
            names = "--task",
            paramLabel = "T",
            description =
                    "What to learn, if not the preset's: masked-lm, causal-lm, classify, tag, regress, pairs, pixels, seq2seq, or a class of yours.")
    private String task;

    @Mixin
    private ColumnOptions columns;

    @Mixin
    private SplitFileOption splitFile;

    @Option(
            names = "--tensorboard",
            description = "Write event files into DIR, too, which 'tensorboard --logdir DIR' shows.")
    private boolean tensorboard;

    @Mixin
    private MetricsOptions metrics;

    @Mixin
    private UiOptions ui;

    @Mixin
    private EngineOption engine;

    @Mixin
    private ConfigurationOptions options;

    @Override
    protected ObjectNode run() throws IOException {
        engine.apply();
        boolean going = resume && RunFolder.exists(out);
        if (data == null && !going) {
            throw new IllegalArgumentException("a run needs --data (only --resume can do without)");
        }
        RunConfig config = configuration(going);
        engine.check(config.data());
        TrainingRun run = TrainingRun.of(config, data, out).resume(resume);
        if (heldOut != null && heldOut.valid != null) {
            run.valid(heldOut.valid);
        } else if (heldOut != null) {
            run.validFraction(heldOut.fraction);
        }
        try (MetricsServer served = metrics.open(err());
                Ui pages = ui.open(RunFolder.name(out), err())) {
            run.prepared(pages::watch);
            return new Session(this, "--resume")
                    .watched(shown -> {
                        RunListener heard = pages.listener(served.listener(RunFolder.name(out), shown));
                        return tensorboard ? new EventFiles(heard, out, InstantSource.system()) : heard;
                    })
                    .execute(run, out);
        }
    }

    private RunConfig configuration(boolean going) throws IOException {
        Map<String, String> own = new LinkedHashMap<>();
        if (steps != null) {
            own.put("training.steps", "--steps");
        }
        if (minutes != null) {
            own.put("training.minutes", "--minutes");
        }
        if (seeded()) {
            own.put("training.seed", "--seed");
        }
        if (task != null) {
            own.put("task.name", "--task");
        }
        own.putAll(splitFile.own());
        own.putAll(columns.own());
        UnaryOperator<TrainingConfig> options = training -> {
            TrainingConfig lengthened = length(training, minutes, steps);
            return seeded() ? lengthened.withSeed(seed(lengthened.seed())) : lengthened;
        };
        RunConfig base = base(going);
        DataConfig data = splitFile.apply(columns.apply(base.data()), columns.own());
        return this.options.apply(base.withData(data), options, own);
    }

    private RunConfig base(boolean going) throws IOException {
        if (source != null) {
            return source.read(task);
        }
        if (going) {
            RunConfig own = RunFolder.open(out).config();
            return task == null ? own : own.withOverride("task.name", task);
        }
        throw new IllegalArgumentException("a run needs --preset, --config or --from (only --resume can do without)");
    }

    /** Returns the configuration with the length that the command line gives: with minutes alone there is no limit of steps. */
    static TrainingConfig length(TrainingConfig training, Double minutes, Long steps) {
        if (minutes == null) {
            return steps == null ? training : training.bySteps(steps);
        }
        if (!(minutes > 0)) {
            throw new IllegalArgumentException("minutes must be positive; minutes=" + minutes);
        }
        TrainingConfig timed = training.withMinutes(minutes);
        return steps == null ? timed : timed.withSteps(steps);
    }
}
