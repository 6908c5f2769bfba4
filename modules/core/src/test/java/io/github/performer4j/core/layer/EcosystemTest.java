package io.github.performer4j.core.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.performer4j.core.Samples;
import io.github.performer4j.core.TensorAssert;
import io.github.performer4j.core.attention.AttentionOptions;
import io.github.performer4j.core.feature.FeatureMap;
import io.github.performer4j.core.model.PerformerConfig;
import io.github.performer4j.core.schedule.FusedAdam;
import io.github.performer4j.core.schedule.WarmupSchedule;
import io.github.performer4j.core.task.Head;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.deeplearning4j.datasets.iterator.ExistingDataSetIterator;
import org.deeplearning4j.earlystopping.EarlyStoppingConfiguration;
import org.deeplearning4j.earlystopping.EarlyStoppingResult;
import org.deeplearning4j.earlystopping.saver.InMemoryModelSaver;
import org.deeplearning4j.earlystopping.scorecalc.DataSetLossCalculator;
import org.deeplearning4j.earlystopping.termination.MaxEpochsTerminationCondition;
import org.deeplearning4j.earlystopping.trainer.EarlyStoppingGraphTrainer;
import org.deeplearning4j.nn.conf.CacheMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.memory.MemoryType;
import org.deeplearning4j.nn.conf.memory.MemoryUseMode;
import org.deeplearning4j.nn.conf.memory.NetworkMemoryReport;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.transferlearning.FineTuneConfiguration;
import org.deeplearning4j.nn.transferlearning.TransferLearning;
import org.deeplearning4j.nn.weights.WeightInit;
import org.deeplearning4j.parallelism.ParallelInference;
import org.deeplearning4j.parallelism.ParallelWrapper;
import org.deeplearning4j.parallelism.inference.InferenceMode;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.AMSGrad;
import org.nd4j.linalg.learning.config.AdaDelta;
import org.nd4j.linalg.learning.config.AdaGrad;
import org.nd4j.linalg.learning.config.AdaMax;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nadam;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.learning.config.RmsProp;
import org.nd4j.linalg.learning.config.Sgd;

/** What Deeplearning4j offers around a net works with these layers in it: updaters, early stopping, transfer learning, parallel training and inference. */
class EcosystemTest {
    private static final int B = 3;
    private static final int T = 7;

    private static PerformerConfig config() {
        return Nets.config().with("layers", 1).with("attention.redrawInterval", 0);
    }

    private static PerformerConfig config(boolean reversible) {
        return reversible ? config().with(Map.of("layers", 2, "reversible", true)) : config();
    }

    private static DataSet data(long seed) {
        return new DataSet(
                Samples.ids(DataType.FLOAT, seed, Nets.VOCABULARY, B, T),
                Samples.ids(DataType.FLOAT, 100 + seed, Nets.VOCABULARY, B, T));
    }

    static Stream<IUpdater> updaters() {
        WarmupSchedule schedule = new WarmupSchedule(1e-2, 2, WarmupSchedule.Shape.COSINE, 5, 40, 0.1);
        return Stream.of(
                new Sgd(0.1),
                new Nesterovs(0.05, 0.9),
                new Adam(1e-2),
                new FusedAdam(schedule, 0.9, 0.98, 1e-9),
                new AdaMax(1e-2),
                new AMSGrad(1e-2),
                new Nadam(1e-2),
                new AdaGrad(0.05),
                new RmsProp(1e-2),
                new AdaDelta());
    }

    /** The loss falls, and a net that went through a zip trains on bit by bit. */
    @ParameterizedTest
    @MethodSource("updaters")
    void updaters(IUpdater updater) throws IOException {
        ComputationGraph net = Nets.graph(config(), DataType.FLOAT, updater);
        double before = net.score(data(1));
        for (int i = 0; i < 12; i++) {
            net.fit(data(1));
        }
        assertThat(net.score(data(1))).isLessThan(before);
        ByteArrayOutputStream zip = new ByteArrayOutputStream();
        ModelSerializer.writeModel(net, zip, true);
        ComputationGraph restored =
                ModelSerializer.restoreComputationGraph(new ByteArrayInputStream(zip.toByteArray()), true);
        net.fit(data(2));
        restored.fit(data(2));
        TensorAssert.assertIdentical("parameters", restored.params(), net.params());
    }

    /** Trained on one batch and watched on another: the best model is that of the least loss, with the parameters of its epoch. */
    @Test
    void earlyStopping() {
        InMemoryModelSaver<ComputationGraph> saver = new InMemoryModelSaver<>();
        EarlyStoppingConfiguration<ComputationGraph> stopping = new EarlyStoppingConfiguration.Builder<
                        ComputationGraph>()
                .epochTerminationConditions(new MaxEpochsTerminationCondition(8))
                .scoreCalculator(new DataSetLossCalculator(new ExistingDataSetIterator(List.of(data(2))), true))
                .modelSaver(saver)
                .build();
        ComputationGraph net = Nets.graph(config(), DataType.FLOAT, new Adam(3e-2));
        EarlyStoppingResult<ComputationGraph> result =
                new EarlyStoppingGraphTrainer(stopping, net, new ExistingDataSetIterator(List.of(data(1)))).fit();
        Map<Integer, Double> scores = result.getScoreVsEpoch();
        assertThat(scores).hasSize(8);
        double least = Collections.min(scores.values());
        assertThat(scores.get(result.getBestModelEpoch())).isEqualTo(least);
        assertThat(result.getBestModel().score(data(2))).isCloseTo(least, within(1e-6));
        assertThat(scores.get(7)).isGreaterThan(least); // it went on to learn one batch by heart
    }

    /** The body stays bit by bit, the new head learns. */
    @ParameterizedTest
    @CsvSource({"MASKED_LM,false", "CLASSES,false", "MASKED_LM,true"})
    void aReplacedHeadOnAFrozenGraph(Head kind, boolean reversible) {
        ComputationGraph net = Nets.graph(config(reversible), kind.task(3), DataType.FLOAT, new Adam(1e-2));
        boolean tokens = kind.perToken();
        String below = tokens ? "final-norm" : "pool";
        int classes = 5;
        TransferLearning.GraphBuilder builder = new TransferLearning.GraphBuilder(net)
                .fineTuneConfiguration(new FineTuneConfiguration.Builder()
                        .updater(new Sgd(0.5))
                        .build())
                .setFeatureExtractor(below);
        ComputationGraph tuned = tokens
                ? builder.removeVertexAndConnections("head")
                        .addLayer(
                                "head",
                                new LanguageModelHeadLayer.Builder()
                                        .vocabulary(classes)
                                        .width(Nets.WIDTH)
                                        .updater(new Sgd(0.5))
                                        .build(),
                                below)
                        .setOutputs("head")
                        .build()
                : builder.nOutReplace("head", classes, WeightInit.XAVIER).build();
        INDArray x = data(1).getFeatures();
        INDArray y = Samples.ids(DataType.FLOAT, 9, classes, B, tokens ? T : 1);
        assertThat(tuned.output(x)[0].size(-1)).isEqualTo(classes);
        INDArray head = tuned.getLayer("head").params().dup();
        double before = tuned.score(new DataSet(x, y));
        for (int i = 0; i < 5; i++) {
            tuned.fit(new DataSet(x, y));
        }
        assertThat(tuned.score(new DataSet(x, y))).isLessThan(before);
        assertThat(tuned.getLayer("head").params()).isNotEqualTo(head);
        for (String layer : List.of("embedding", "positions", reversible ? "blocks" : "block-0", "final-norm")) {
            TensorAssert.assertIdentical(
                    layer, tuned.getLayer(layer).params(), net.getLayer(layer).params());
        }
        TensorAssert.assertIdentical(
                below,
                tuned.feedForward(x, false).get(below),
                net.feedForward(x, false).get(below));
    }

    @Test
    void aReplacedHeadOnAFrozenList() {
        MultiLayerNetwork net = new MultiLayerNetwork(new NeuralNetConfiguration.Builder()
                .seed(13)
                .updater(new Sgd(0.5))
                .list()
                .layer(new TokenEmbeddingLayer.Builder()
                        .vocabulary(Nets.VOCABULARY)
                        .width(6)
                        .build())
                .layer(new PositionLayer.Builder().tokens(T).build())
                .layer(new PerformerBlockLayer.Builder()
                        .attention(AttentionOptions.defaults()
                                .withHeads(2)
                                .withFeatures(6)
                                .withFeatureMap(FeatureMap.named("relu")))
                        .build())
                .layer(new LanguageModelHeadLayer.Builder()
                        .vocabulary(Nets.VOCABULARY)
                        .build())
                .setInputType(InputType.recurrent(1, T, RNNFormat.NWC))
                .build());
        net.init();
        MultiLayerNetwork tuned = new TransferLearning.Builder(net)
                .fineTuneConfiguration(new FineTuneConfiguration.Builder()
                        .updater(new Sgd(0.5))
                        .build())
                .setFeatureExtractor(2)
                .removeOutputLayer()
                .addLayer(new LanguageModelHeadLayer.Builder()
                        .vocabulary(5)
                        .width(6)
                        .updater(new Sgd(0.5))
                        .build())
                .build();
        INDArray x = data(1).getFeatures();
        DataSet data = new DataSet(x, Samples.ids(DataType.FLOAT, 9, 5, B, T));
        double before = tuned.score(data);
        for (int i = 0; i < 5; i++) {
            tuned.fit(data);
        }
        assertThat(tuned.score(data)).isLessThan(before);
        for (int layer = 0; layer < 3; layer++) {
            TensorAssert.assertIdentical(
                    "layer " + layer,
                    tuned.getLayer(layer).params(),
                    net.getLayer(layer).params());
        }
        TensorAssert.assertIdentical(
                "hidden",
                tuned.feedForward(x, false).get(3),
                net.feedForward(x, false).get(3));
    }

    /**
     * Two workers that average after each batch: the mean of two nets that saw one batch each. In the first round there is nothing to predict, because the second worker of M2.1
     * copies the net while the first may be training it.
     */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void parallelWrapperAveragesWhatWorkersLearn(boolean reversible) throws Exception {
        ComputationGraph net = Nets.graph(config(reversible), DataType.FLOAT, new Sgd(0.1));
        INDArray start = net.params().dup();
        INDArray mean = start.mul(0);
        for (long seed : new long[] {1, 2}) {
            ComputationGraph alone = Nets.graph(config(reversible), DataType.FLOAT, new Sgd(0.1));
            alone.fit(data(seed));
            mean.addi(alone.params().mul(0.5));
        }
        DataSet nothing =
                new DataSet(data(3).getFeatures(), data(3).getFeatures().mul(0).subi(1));
        try (ParallelWrapper wrapper = new ParallelWrapper.Builder<>(net)
                .workers(2)
                .prefetchBuffer(0)
                .averagingFrequency(1)
                .reportScoreAfterAveraging(false)
                .trainingMode(ParallelWrapper.TrainingMode.AVERAGING)
                .build()) {
            wrapper.fit(new ExistingDataSetIterator(List.of(nothing, nothing, data(1), data(2))));
        }
        TensorAssert.assertClose("parameters", net.params(), mean);
        assertThat(mean.sub(start).amaxNumber().doubleValue()).isGreaterThan(1e-2);
    }

    @ParameterizedTest
    @EnumSource(
            value = InferenceMode.class,
            names = {"SEQUENTIAL", "BATCHED"})
    void parallelInferenceGivesWhatTheNetGives(InferenceMode mode) throws Exception {
        ComputationGraph net = Nets.graph(config(), DataType.FLOAT);
        ParallelInference inference = new ParallelInference.Builder(net)
                .inferenceMode(mode)
                .batchLimit(4)
                .workers(2)
                .build();
        ExecutorService callers = Executors.newFixedThreadPool(3);
        try {
            List<Future<INDArray>> answers = new ArrayList<>();
            for (int i = 0; i < 12; i++) {
                INDArray x = data(i).getFeatures();
                answers.add(callers.submit(() -> inference.output(x)));
            }
            for (int i = 0; i < 12; i++) {
                TensorAssert.assertClose("answer " + i, answers.get(i).get(), net.output(data(i).getFeatures())[0]);
            }
        } finally {
            callers.shutdown();
            inference.shutdown();
        }
    }

    /** A net's report of its memory: parameters and two moments of Adam for each. */
    @Test
    void memoryIsReported() {
        MultiLayerNetwork net = new MultiLayerNetwork(new NeuralNetConfiguration.Builder()
                .updater(new Adam(0.1))
                .list()
                .layer(new PerformerBlockLayer.Builder()
                        .attention(AttentionOptions.defaults().withHeads(2).withFeatures(4))
                        .build())
                .layer(new LayerNormLayer.Builder().build())
                .layer(new RnnOutputLayer.Builder().nOut(2).build())
                .setInputType(InputType.recurrent(8, T))
                .build());
        net.init();
        NetworkMemoryReport report = net.getLayerWiseConfigurations().getMemoryReport(InputType.recurrent(8, T));
        assertThat(report.toString()).contains("PerformerBlockLayer");
        long parameters =
                report.getMemoryBytes(MemoryType.PARAMETERS, 1, MemoryUseMode.TRAINING, CacheMode.NONE, DataType.FLOAT);
        assertThat(parameters).isEqualTo(4 * net.numParams());
        assertThat(report.getMemoryBytes(
                        MemoryType.UPDATER_STATE, 1, MemoryUseMode.TRAINING, CacheMode.NONE, DataType.FLOAT))
                .isEqualTo(2 * parameters);
    }
}
