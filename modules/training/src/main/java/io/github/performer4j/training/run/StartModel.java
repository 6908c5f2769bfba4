package io.github.performer4j.training.run;

import io.github.performer4j.checkpoint.ModelFile;
import io.github.performer4j.checkpoint.ModelInfo;
import io.github.performer4j.checkpoint.PerformerModel;
import io.github.performer4j.core.layer.GraphLayer;
import io.github.performer4j.core.layer.GraphRuntime;
import io.github.performer4j.core.layer.LowRankAdapters;
import io.github.performer4j.core.layer.Progress;
import io.github.performer4j.core.model.PerformerConfig;
import io.github.performer4j.core.model.SharedWeights;
import io.github.performer4j.core.program.LowRank;
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
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.transferlearning.TransferLearning;

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
        Path file = file(Path.of(config.model()));
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
        return new StartModel(config.withSha256(sha256), trained);
    }

    /** Returns the file that a path stands for: a run folder for its best model. */
    private static Path file(Path model) throws IOException {
        Path file = Files.isDirectory(model) && RunFolder.exists(model)
                ? RunFolder.open(model).model()
                : model;
        if (file == null || !Files.isRegularFile(file)) {
            throw new NoSuchFileException(model.toString(), null, "there is no such model file or run folder");
        }
        return file;
    }

    /**
     * Returns the settings of a run that begins with a trained model: its task unless another is named, its configuration, the way it reads data, and small steps.
     *
     * @param task name of the task; null for the model's own
     */
    static RunConfig config(Path model, String task) throws IOException {
        ModelInfo info = ModelFile.load(file(model)).info();
        RunConfig own = new RunConfig(
                info.task(),
                reading(info.reading()),
                info.model(),
                TRAINING,
                StartConfig.of(model.toAbsolutePath().toString()).withSha256(Sha256.of(file(model))));
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

    /** The way the model reads text and its tokens; of which files and columns they come, the new data says. */
    private static DataConfig reading(DataConfig old) {
        boolean documents = old.kind().equals("protein") || old.kind().equals("text");
        return old.withColumns(ExampleColumns.defaults()).withSplitFile(null).withKind(documents ? "auto" : old.kind());
    }

    /** Returns the start with its model's file known. */
    StartConfig config() {
        return config;
    }

    /** Returns the trained model's tokenizer; null where the data decides. */
    Tokenizer tokenizer() {
        return trained == null ? null : trained.info().tokenizer();
    }

    /**
     * Builds the net.
     *
     * @param notes receives a line on what came from the trained model
     * @throws IllegalArgumentException if the trained weights do not fit
     */
    ComputationGraph net(PerformerConfig model, Task task, TrainingConfig training, List<String> notes) {
        if (trained == null) {
            return drawn(model, task, training);
        }
        requireMeaning(model, task);
        // The seed names the features that the weights are for.
        long seed =
                trained.net().getLayer(PerformerConfig.blockVertex(0)).conf().getSeed();
        ComputationGraphConfiguration configuration =
                model.graph(task, training.updater(), training.weightDecay(), seed);
        Set<String> body = ancestors(configuration, model.hiddenVertex());
        continueDraws(configuration, body);
        ComputationGraph net = new ComputationGraph(configuration);
        net.init();
        SharedWeights shared = SharedWeights.copy(trained.net(), net, head(net, body));
        ComputationGraph drawn = drawn(model, task, training);
        for (String path : shared.fresh()) {
            int dot = path.indexOf('.');
            String layer = path.substring(0, dot);
            String parameter = path.substring(dot + 1);
            net.getLayer(layer).getParam(parameter).assign(drawn.getLayer(layer).getParam(parameter));
        }
        notes.add(config.model() + ": " + shared.taken().size() + " of its parameters are where the run begins"
                + (shared.fresh().isEmpty() ? "" : "; as drawn: " + String.join(", ", shared.fresh())));
        ComputationGraph tuned = config.rank() == 0
                ? net
                : LowRankAdapters.attach(
                        net,
                        new LowRank(
                                config.rank(),
                                config.scale(),
                                0,
                                Set.of(config.weights().split(","))));
        LayerRates rates = rates(model);
        ComputationGraph apart = rates.equals(LayerRates.NONE) ? tuned : apart(tuned, rates, training);
        int frozen = config.frozen(model.layers());
        if (frozen == 0) {
            return apart;
        }
        String last = frozen == 1
                ? apart.getConfiguration()
                        .getVertexInputs()
                        .get(PerformerConfig.blockVertex(0))
                        .get(0)
                : frozen <= model.layers() + 1 ? PerformerConfig.blockVertex(frozen - 2) : model.hiddenVertex();
        return new TransferLearning.GraphBuilder(apart)
                .setFeatureExtractor(last)
                .build();
    }

    private static ComputationGraph drawn(PerformerConfig model, Task task, TrainingConfig training) {
        ComputationGraph net =
                new ComputationGraph(model.graph(task, training.updater(), training.weightDecay(), training.seed()));
        net.init();
        return net;
    }

    /** Refuses what has the same shapes and would make the weights mean something else. */
    private void requireMeaning(PerformerConfig model, Task task) {
        PerformerConfig was = trained.info().model();
        same("attention.heads", model.attention().heads(), was.attention().heads());
        same("attention.keyHeads", model.attention().keyHeads(), was.attention().keyHeads());
        same("attention.causal", model.attention().causal(), was.attention().causal());
        same("feedForward.kind", model.feedForward().kind(), was.feedForward().kind());
        same("norm.kind", model.norm().kind(), was.norm().kind());
        same("norm.placement", model.norm().placement(), was.norm().placement());
        same("layers", model.layers(), was.layers());
        Rule.that(
                !model.head().tied() || config.headSteps() == 0 && config.frozen(model.layers()) <= model.layers() + 1,
                "a head that is the embedding's table cannot learn without it",
                "task",
                task.name(),
                "freeze",
                config.freeze(),
                "headSteps",
                config.headSteps());
    }

    private static void same(String key, Object value, Object trainedValue) {
        Rule.that(
                value.equals(trainedValue),
                "a run that begins with trained weights must keep what they are for",
                "model." + key,
                value,
                "trained",
                trainedValue);
    }

    /** Lets the layers of the body go on with the draws of features that the trained ones have come to. */
    private void continueDraws(ComputationGraphConfiguration configuration, Set<String> body) {
        configuration.getVertices().forEach((name, vertex) -> {
            if (body.contains(name)
                    && vertex instanceof LayerVertex layer
                    && layer.getLayerConf().getLayer() instanceof GraphLayer own
                    && trained.net().getConfiguration().getVertices().containsKey(name)) {
                GraphRuntime.of(trained.net().getLayer(name))
                        .map(runtime -> ((GraphLayer) runtime.conf().getLayer()).getProgress())
                        .ifPresent(progress -> own.setProgress(new Progress(progress.steps(), 0)));
            }
        });
    }

    /**
     * Returns the length of rows that the trained model's positions are good for; 0 where the run decides.
     *
     * @param model the run's
     */
    int trainedTokens(PerformerConfig model) {
        return trained == null ? 0 : Math.min(model.maxTokens(), trained.info().window());
    }

    /** Returns which layers learn slower or later. */
    LayerRates rates(PerformerConfig model) {
        if (config.layerDecay() == 1 && config.headSteps() == 0) {
            return LayerRates.NONE;
        }
        Map<String, Double> factors = new HashMap<>();
        int layers = model.layers();
        for (String front : List.of("table", "embedding", "positions", "embedding-norm")) {
            factors.put(front, Math.pow(config.layerDecay(), layers + 1.0));
        }
        for (int i = 0; i < layers; i++) {
            factors.put(PerformerConfig.blockVertex(i), Math.pow(config.layerDecay(), layers - i));
        }
        Set<String> late = new HashSet<>(factors.keySet());
        late.add(model.hiddenVertex());
        return new LayerRates(factors, late, config.headSteps());
    }

    /** Returns the net with an updater of its own for each layer: Deeplearning4j updates layers of equal updaters by the first one's. */
    private static ComputationGraph apart(ComputationGraph net, LayerRates rates, TrainingConfig training) {
        ComputationGraphConfiguration copy =
                ComputationGraphConfiguration.fromJson(net.getConfiguration().toJson());
        copy.getVertices().forEach((name, vertex) -> {
            if (vertex instanceof LayerVertex layer) {
                var conf = layer.getLayerConf().getLayer();
                for (String parameter : net.getLayer(name).paramTable().keySet()) {
                    var updater = conf.getUpdaterByParam(parameter);
                    if (updater != null && updater.hasLearningRate()) {
                        updater.setLrAndSchedule(Double.NaN, rates.of(name, training.rates()));
                    }
                }
            }
        });
        ComputationGraph apart = new ComputationGraph(copy);
        apart.init(net.params(), true);
        return apart;
    }

    private static List<String> head(ComputationGraph net, Set<String> body) {
        List<String> head = new ArrayList<>(net.getConfiguration().getVertices().keySet());
        head.removeAll(body);
        return head;
    }

    private static Set<String> ancestors(ComputationGraphConfiguration configuration, String vertex) {
        Set<String> found = new HashSet<>();
        List<String> open = new ArrayList<>(List.of(vertex));
        while (!open.isEmpty()) {
            String next = open.remove(open.size() - 1);
            if (found.add(next)) {
                open.addAll(configuration.getVertexInputs().getOrDefault(next, List.of()));
            }
        }
        return found;
    }
}
