package io.github.performer4j.training.run;

import io.github.performer4j.checkpoint.ModelFile;
import io.github.performer4j.checkpoint.ModelInfo;
import io.github.performer4j.checkpoint.Origin;
import io.github.performer4j.checkpoint.PerformerModel;
import io.github.performer4j.core.model.PerformerConfig;
import io.github.performer4j.core.net.LowRankAdapters;
import io.github.performer4j.core.net.SnnkAdapters;
import io.github.performer4j.core.task.CausalLanguageModel;
import io.github.performer4j.core.task.Task;
import io.github.performer4j.core.task.Tasks;
import io.github.performer4j.data.example.ExampleColumns;
import io.github.performer4j.data.read.DataConfig;
import io.github.performer4j.data.read.Framing;
import io.github.performer4j.data.token.Tokenizer;
import io.github.performer4j.training.Rule;
import io.github.performer4j.training.step.LayerRates;
import io.github.performer4j.training.step.TrainingConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.deeplearning4j.nn.graph.ComputationGraph;

/** The net a run begins with, see {@link StartConfig}: drawn by the seed, or with a trained model's weights, which keeps its tokenizer. */
final class StartModel {
    /** Settings of a run that begins with a trained model, where they differ from the defaults: small steps, as the weights are good already. */
    private static final TrainingConfig TRAINING = TrainingConfig.defaults()
            .withLearningRate(3e-4)
            .withWarmupSteps(50)
            .withWeightDecay(0.01)
            .withEvalEvery(100);

    private final StartConfig config;
    private final PerformerModel trained;

    private StartModel(StartConfig config, PerformerModel trained) {
        this.config = config;
        this.trained = trained;
    }

    /**
     * Reads what a run begins with.
     *
     * @throws IOException if it cannot be read
     * @throws IllegalArgumentException if it is not the file that the run began with
     */
    static StartModel of(StartConfig config) throws IOException {
        if (config.model() == null) {
            return new StartModel(config, null);
        }
        Path file = RunFolder.modelFile(Path.of(config.model()));
        String sha256 = Sha256.of(file);
        Rule.that(
                config.sha256() == null || config.sha256().equals(sha256),
                "the model must be the file that the run began with",
                "model",
                file,
                "sha256",
                sha256,
                "start.sha256",
                config.sha256());
        PerformerModel trained = ModelFile.load(file);
        Rule.that(
                !LowRankAdapters.attached(trained.net()),
                "add the model's updates of low rank to its weights first (performer merge)",
                "model",
                file);
        Rule.that(
                SnnkAdapters.of(trained.net()).isEmpty(),
                "a model with adapters is the end of a run: begin with the model that they were trained on",
                "model",
                file);
        return new StartModel(config.withSha256(sha256), trained);
    }

    /**
     * Returns the settings of a run that begins with a trained model: its task unless another is named, its configuration, the way it reads data, and small steps.
     *
     * @param task name of the task; null for the model's own
     */
    static RunConfig config(Path model, String task) throws IOException {
        Path file = RunFolder.modelFile(model);
        ModelInfo info = ModelFile.info(file);
        requireSides(info.task(), task == null ? info.task() : Tasks.named(task));
        RunConfig own = new RunConfig(
                info.task(),
                reading(info.reading()),
                info.model(),
                TRAINING,
                StartConfig.of(model.toAbsolutePath().toString()).withSha256(Sha256.of(file)));
        if (task == null) {
            return own;
        }
        RunConfig other = own.withTask(Tasks.named(task)); // without the labels of the model's own
        if (!(other.task() instanceof CausalLanguageModel) && other.data().framing() == Framing.PACKED) {
            other = other.withData(other.data().withFraming(Framing.START)); // a row is an example
        }
        boolean untied = info.model().head().tied() && !other.task().predictsTokens();
        return untied ? other.withModel(info.model().with("head.tied", false)) : other;
    }

    /** Refuses an encoder and a decoder where the one or the other model has none: blocks that attend to a source have weights for that, and states made for it. */
    private static void requireSides(Task trained, Task task) {
        Rule.that(
                !task.readsSource() || trained.readsSource(),
                "an encoder and a decoder begin with weights as drawn (--preset or --config), or with those of a trained encoder and decoder: a model of one sequence has no weights that attend to a source",
                "task",
                task.name(),
                "trained",
                trained.name());
        Rule.that(
                task.readsSource() || !trained.readsSource(),
                "a trained encoder and decoder begin a run of their own task alone: their blocks attend to a source, which no other task has",
                "task",
                task.name(),
                "trained",
                trained.name());
    }

    /** The way the model reads text and its tokens; of which files and columns they come, the new data says. */
    private static DataConfig reading(DataConfig old) {
        boolean documents = old.kind().equals("protein") || old.kind().equals("text");
        return old.withColumns(ExampleColumns.defaults()).withSplitFile(null).withKind(documents ? "auto" : old.kind());
    }

    /** Returns the start with its model's file known. */
    StartConfig config() {
        return config;
    }

    /** Returns the trained model; null for none. */
    PerformerModel trained() {
        return trained;
    }

    /** Returns the trained model's tokenizer; null where the data decides. */
    Tokenizer tokenizer() {
        return trained == null ? null : trained.info().tokenizer();
    }

    /** Returns what the trained model was in the program that it came from; null for none. */
    Origin origin() {
        return trained == null ? null : trained.info().origin();
    }

    /**
     * Returns the length of rows that the trained model's positions are good for; 0 where the run decides.
     *
     * @param model the run's
     */
    int trainedTokens(PerformerConfig model) {
        return trained == null ? 0 : Math.min(model.maxTokens(), trained.info().window());
    }

    /**
     * Builds the net.
     *
     * @param notes receives a line on what came from the trained model
     * @throws IllegalArgumentException if the trained weights do not fit
     */
    ComputationGraph net(PerformerConfig model, Task task, TrainingConfig training, List<String> notes) {
        if (trained == null) {
            return StartNet.drawn(model, task, training);
        }
        requireSides(trained.info().task(), task);
        return new StartNet(config, trained).net(model, task, training, notes);
    }

    /** Returns which layers learn slower or later. */
    LayerRates rates(PerformerConfig model) {
        return StartNet.rates(config, model);
    }
}
