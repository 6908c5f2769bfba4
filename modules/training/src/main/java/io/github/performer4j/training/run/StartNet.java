package io.github.performer4j.training.run;

import io.github.performer4j.checkpoint.PerformerModel;
import io.github.performer4j.core.attention.AttentionOptions;
import io.github.performer4j.core.base.GraphLayer;
import io.github.performer4j.core.base.GraphRuntime;
import io.github.performer4j.core.base.Progress;
import io.github.performer4j.core.feature.Statistics;
import io.github.performer4j.core.model.BodyVertices;
import io.github.performer4j.core.model.PerformerConfig;
import io.github.performer4j.core.model.SharedWeights;
import io.github.performer4j.core.net.LowRankAdapters;
import io.github.performer4j.core.net.SnnkAdapters;
import io.github.performer4j.core.program.LowRank;
import io.github.performer4j.core.program.Snnk;
import io.github.performer4j.core.task.Task;
import io.github.performer4j.training.Rule;
import io.github.performer4j.training.step.LayerRates;
import io.github.performer4j.training.step.TrainingConfig;
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

/**
 * Builds the net of a run that begins with a trained model: body and fitting head with its weights, features as it draws them, a new head as the run's seed draws it; then updates of low rank or adapters, rates by
 * layer and freezing, as {@link StartConfig} says.
 */
final class StartNet {
    /** Layers in front of the blocks, where a model has them; of an encoder and a decoder those of both. */
    private static final List<String> FRONT =
            List.of("table", "embedding", "positions", "embedding-norm", "source-positions", "source-embedding-norm");

    private final StartConfig config;
    private final PerformerModel trained;

    StartNet(StartConfig config, PerformerModel trained) {
        this.config = config;
        this.trained = trained;
    }

    /**
     * Builds the net.
     *
     * @param notes receives a line on what came from the trained model
     * @throws IllegalArgumentException if the trained weights do not fit
     */
    ComputationGraph net(PerformerConfig model, Task task, TrainingConfig training, List<String> notes) {
        requireMeaning(model, task);
        // The seed names the features that the weights are for.
        long seed = trained.net().getLayer(model.blockVertices().get(0)).conf().getSeed();
        ComputationGraphConfiguration configuration =
                model.graph(task, training.updater(), training.weightDecay(), seed);
        Set<String> body = BodyVertices.of(configuration, model);
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
        ComputationGraph tuned = beside(net, training);
        LayerRates rates = rates(config, model);
        ComputationGraph apart = rates.equals(LayerRates.NONE) ? tuned : apart(tuned, rates, training);
        int frozen = config.frozen(model.layers());
        if (frozen == 0) {
            return apart;
        }
        List<String> last = frozen == 1
                ? BodyVertices.fronts(apart.getConfiguration(), model)
                : List.of(frozen <= model.layers() + 1 ? block(model, frozen - 2) : model.hiddenVertex());
        return new TransferLearning.GraphBuilder(apart)
                .setFeatureExtractor(last.toArray(String[]::new))
                .build();
    }

    /** Returns the net with what learns beside its blocks' weights, if these are to stay. */
    private ComputationGraph beside(ComputationGraph net, TrainingConfig training) {
        if (config.features() > 0) {
            return SnnkAdapters.attach(net, new Snnk(config.features(), training.seed()));
        }
        Set<String> weights = Set.of(config.weights().split(","));
        return config.rank() == 0
                ? net
                : LowRankAdapters.attach(net, new LowRank(config.rank(), config.scale(), 0, weights));
    }

    /** Returns the net with all weights as the run's seed draws them. */
    static ComputationGraph drawn(PerformerConfig model, Task task, TrainingConfig training) {
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
        same("feedForward.snnk", model.feedForward().snnk(), was.feedForward().snnk());
        same("norm.kind", model.norm().kind(), was.norm().kind());
        same("norm.placement", model.norm().placement(), was.norm().placement());
        same("reversible", model.reversible(), was.reversible());
        same("tokenShift", model.tokenShift(), was.tokenShift());
        same("branchScale", model.branchScale(), was.branchScale());
        same(
                "embedding.hiddenToken",
                model.embedding().hiddenToken(),
                was.embedding().hiddenToken());
        same(
                "embedding.textSeparator",
                model.embedding().textSeparator(),
                was.embedding().textSeparator());
        same(
                "attention.scale",
                String.valueOf(model.attention().scale()),
                String.valueOf(was.attention().scale()));
        AttentionOptions now = model.attentionOptions();
        AttentionOptions then = was.attentionOptions();
        Rule.that(
                !config.apart()
                        || now.statistics() != Statistics.RUNNING
                        || !now.keepsStatistics()
                        || then.keepsStatistics(),
                "running statistics stay beside updates of low rank or adapters, so that the trained model must have them",
                "model.attention.statistics",
                model.attention().statistics(),
                "trained",
                was.attention().statistics());
        if (now.relative() != null && then.relative() != null && now.relative().buckets() > 0) {
            same("attention.positions", now.relative(), then.relative());
        }
        if (now.fourier() != null && then.fourier() != null) { // shapes do not tell the range
            same("attention.positions", now.fourier(), then.fourier());
        }
        if (model.attention().decay().equals("alibi") || was.attention().decay().equals("alibi")) {
            same("attention.decay", model.attention().decay(), was.attention().decay());
        }
        same("layers", model.layers(), was.layers());
        same("encoder.layers", model.encoder().layers(), was.encoder().layers());
        requireBlocks(model);
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

    /** Refuses what goes block by block where all blocks are one layer, or stand in two rows. */
    private void requireBlocks(PerformerConfig model) {
        int frozen = config.frozen(model.layers());
        Rule.that(
                model.encoder().layers() == 0 || frozen <= 1 || frozen > model.layers() + 1,
                "a number of frozen blocks is of one row of blocks: those of an encoder and a decoder stay all (body) or none",
                "freeze",
                config.freeze(),
                "model.encoder.layers",
                model.encoder().layers());
        Rule.that(
                !model.reversible()
                        || !config.apart() && config.layerDecay() == 1 && (frozen <= 1 || frozen > model.layers()),
                "reversible blocks are one layer: they have no updates of low rank or adapters, no rates by layer, and are frozen together or not at all",
                "rank",
                config.rank(),
                "adapter",
                config.adapter(),
                "layerDecay",
                config.layerDecay(),
                "freeze",
                config.freeze());
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

    /** Returns the vertex in which a block is. */
    private static String block(PerformerConfig model, int i) {
        return model.reversible() ? PerformerConfig.BLOCKS : PerformerConfig.blockVertex(i);
    }

    /** Returns which layers learn slower or later. */
    static LayerRates rates(StartConfig config, PerformerConfig model) {
        if (config.layerDecay() == 1 && config.headSteps() == 0) {
            return LayerRates.NONE;
        }
        Map<String, Double> factors = new HashMap<>();
        int layers = model.layers();
        int encoder = model.encoder().layers();
        for (String front : FRONT) {
            factors.put(front, Math.pow(config.layerDecay(), Math.max(layers, encoder) + 1.0));
        }
        for (int i = 0; i < layers; i++) {
            factors.put(block(model, i), Math.pow(config.layerDecay(), layers - i));
        }
        for (int i = 0; i < encoder; i++) {
            factors.put(PerformerConfig.encoderVertex(i), Math.pow(config.layerDecay(), encoder - i));
        }
        Set<String> late = new HashSet<>(factors.keySet());
        late.add(model.hiddenVertex());
        if (encoder > 0) {
            late.add(model.memoryVertex());
        }
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
}
