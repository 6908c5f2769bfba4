package io.github.performer4j.core.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.performer4j.core.Samples;
import io.github.performer4j.core.TensorAssert;
import io.github.performer4j.core.attention.AttentionOptions;
import io.github.performer4j.core.base.GraphLayer;
import io.github.performer4j.core.base.GraphRuntime;
import io.github.performer4j.core.schedule.FusedAdam;
import io.github.performer4j.core.schedule.WarmupSchedule;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.dropout.Dropout;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.transferlearning.FineTuneConfiguration;
import org.deeplearning4j.nn.transferlearning.TransferLearning;
import org.deeplearning4j.nn.weights.WeightInit;
import org.deeplearning4j.nn.weights.WeightInitXavier;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.learning.regularization.L2Regularization;
import org.nd4j.linalg.learning.regularization.WeightDecay;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
import org.nd4j.linalg.schedule.ScheduleType;
import org.nd4j.linalg.schedule.StepSchedule;

/** Another training of a trained net, by Deeplearning4j's own ways: what is set reaches our layers, and only those of this net. */
class FineTuningTest {
    private static final int T = 5;
    private static final WarmupSchedule SCHEDULE = new WarmupSchedule(0.1, 4, WarmupSchedule.Shape.COSINE, 4, 12, 0.1);

    private static ComputationGraph net(IUpdater updater) {
        return Nets.graph(Nets.config().with("layers", 1), DataType.FLOAT, updater);
    }

    private static ComputationGraph fit(ComputationGraph net, int from, int to) {
        for (int i = from; i < to; i++) {
            net.fit(Nets.feed(
                            net,
                            Samples.ids(DataType.FLOAT, i, Nets.VOCABULARY, 2, T),
                            Samples.ids(DataType.FLOAT, 50 + i, Nets.VOCABULARY, 2, T),
                            null,
                            null)
                    .data());
        }
        return net;
    }

    private static List<GraphLayer> layers(ComputationGraph net) {
        List<GraphLayer> layers = new ArrayList<>();
        for (var layer : net.getLayers()) {
            GraphRuntime.of(layer).ifPresent(own -> layers.add(own.definition()));
        }
        assertThat(layers).hasSize(5);
        return layers;
    }

    @Test
    void fineTuneConfigurationsReachEveryLayer() {
        ComputationGraph net = net(new Adam(1e-2));
        ComputationGraph tuned = new TransferLearning.GraphBuilder(net)
                .fineTuneConfiguration(new FineTuneConfiguration.Builder()
                        .updater(new Sgd(1e-5))
                        .biasUpdater(new Sgd(1e-6))
                        .l2(0.25)
                        .weightInit(WeightInit.RELU)
                        .biasInit(0.5)
                        .miniBatch(false)
                        .build())
                .build();
        for (GraphLayer layer : layers(tuned)) {
            assertThat(layer.getIUpdater()).isEqualTo(new Sgd(1e-5));
            assertThat(layer.getBiasUpdater()).isEqualTo(new Sgd(1e-6));
            assertThat(layer.getRegularization()).containsExactly(new L2Regularization(0.25));
            assertThat(layer.getBiasInit()).isEqualTo(0.5);
        }
        for (GraphLayer layer : layers(net)) {
            assertThat(layer.getIUpdater()).isEqualTo(new Adam(1e-2));
            assertThat(layer.getBiasUpdater()).isNull();
        }
        INDArray before = net.params().dup();
        fit(tuned, 0, 1);
        double step = tuned.params().sub(before).amaxNumber().doubleValue();
        assertThat(step).isPositive().isLessThan(1e-3);
    }

    /** Frozen layers included, whose underlying ones keep what they had. */
    @Test
    void theTrialOfALowRateAboveFrozenLayers() {
        ComputationGraph tuned = new TransferLearning.GraphBuilder(net(new Adam(1e-2)))
                .fineTuneConfiguration(new FineTuneConfiguration.Builder()
                        .updater(new Sgd(1e-5))
                        .build())
                .setFeatureExtractor("positions")
                .build();
        GraphLayer block = (GraphLayer) tuned.getLayer("block-0").conf().getLayer();
        assertThat(block.getIUpdater()).isEqualTo(new Sgd(1e-5));
        tuned.setLearningRate(1e-7);
        assertThat(block.getIUpdater()).isEqualTo(new Sgd(1e-7));
        assertThat(tuned.getLearningRate("block-0")).isEqualTo(1e-7);
    }

    /** At another rate the next step of plain descent is that much longer; the updater's state stays. */
    @Test
    void setLearningRateReachesEveryLayerAndNoOtherNet() {
        ComputationGraph net = fit(Nets.graph(Nets.config().with("layers", 1), DataType.DOUBLE, new Sgd(1e-3)), 0, 2);
        ComputationGraph faster = net.clone();
        ComputationGraph transferred = new TransferLearning.GraphBuilder(net).build();
        faster.setLearningRate(1e-2);
        for (GraphLayer layer : layers(faster)) {
            assertThat(layer.getIUpdater()).isEqualTo(new Sgd(1e-2));
        }
        for (ComputationGraph other : List.of(net, transferred)) {
            for (GraphLayer layer : layers(other)) {
                assertThat(layer.getIUpdater()).isEqualTo(new Sgd(1e-3));
            }
        }
        INDArray before = net.params().dup();
        INDArray step = fit(net, 2, 3).params().sub(before);
        INDArray longer = fit(faster, 2, 3).params().sub(before);
        TensorAssert.assertClose(
                "step", longer.castTo(DataType.DOUBLE), step.mul(10).castTo(DataType.DOUBLE));

        ComputationGraph adam = fit(net(new FusedAdam(1e-3, 0.9, 0.999, 1e-8)), 0, 2);
        INDArray state = adam.getUpdater().getStateViewArray().dup();
        adam.setLearningRate(new StepSchedule(ScheduleType.ITERATION, 0.5, 0.5, 10));
        TensorAssert.assertIdentical("state", adam.getUpdater().getStateViewArray(), state);
        adam.setLearningRate("block-0", 0.25);
        assertThat(adam.getLearningRate("block-0")).isEqualTo(0.25);
        assertThat(adam.getLearningRate("head")).isEqualTo(0.5);
        fit(adam, 2, 3);
    }

    /** Kept statistics have no rate, and their steps are what they were. */
    @Test
    void statisticsBesideWeightsAreNoHindrance() {
        ComputationGraph net = Nets.graph(
                Nets.config()
                        .with("layers", 1)
                        .with("attention.statistics", "running")
                        .with("attention.featureMap", "oprf"),
                DataType.FLOAT,
                new Adam(1e-3));
        net.getLayer("block-0").getParam("statistics").assign(0);
        fit(net, 0, 1).setLearningRate(1e-5);
        fit(net, 1, 2);
        assertThat(net.getLayer("block-0").getParam("statistics").getDouble(0, 0))
                .isCloseTo(0.0199, within(1e-6));
        assertThat(rate(net, "block-0")).isEqualTo(1e-5);
    }

    @Test
    void oneUpdaterInAFineTuneConfigurationIsNotShared() {
        ComputationGraph tuned = new TransferLearning.GraphBuilder(net(new Adam(1e-2)))
                .fineTuneConfiguration(new FineTuneConfiguration.Builder()
                        .updater(new Sgd(1e-5))
                        .build())
                .build();
        tuned.setLearningRate("block-0", 1e-7);
        assertThat(tuned.getLearningRate("block-0")).isEqualTo(1e-7);
        assertThat(tuned.getLearningRate("head")).isEqualTo(1e-5);
    }

    private static double rate(ComputationGraph net, String layer) {
        return net.getLearningRate(layer);
    }

    /** A copy's iterations begin at 0; its warm-up does not. */
    @Test
    void schedulesGoOnInCopies() throws IOException {
        ComputationGraph net = fit(net(new Sgd(SCHEDULE)), 0, 6);
        ComputationGraph kept = net.clone();
        kept.getConfiguration().setIterationCount(6);
        fit(kept, 6, 7);
        List<ComputationGraph> copies = List.of(
                net.clone(),
                net.clone().clone(),
                zip(net.clone()),
                new TransferLearning.GraphBuilder(net)
                        .fineTuneConfiguration(new FineTuneConfiguration.Builder()
                                .miniBatch(false)
                                .build())
                        .build());
        INDArray before = net.params().dup();
        INDArray expected = fit(net, 6, 7).params();
        assertThat(expected).isNotEqualTo(before);
        for (ComputationGraph copy : copies) {
            assertThat(copy.getIterationCount()).isZero();
            for (int i = 0; i < 9; i++) {
                double at = ((GraphLayer) copy.getLayer("block-0").conf().getLayer())
                        .getIUpdater()
                        .getLearningRate(i, 0);
                assertThat(at).isEqualTo(SCHEDULE.valueAt(6 + i, 0));
            }
            TensorAssert.assertIdentical("parameters", fit(copy, 6, 7).params(), expected);
            ComputationGraph third = fit(copy.clone(), 7, 8);
            assertThat(rate(third, "head")).isEqualTo(SCHEDULE.valueAt(8, 0));
        }
        TensorAssert.assertIdentical("count given back", kept.params(), expected);
    }

    private static ComputationGraph zip(ComputationGraph net) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ModelSerializer.writeModel(net, bytes, true);
        return ModelSerializer.restoreComputationGraph(new ByteArrayInputStream(bytes.toByteArray()), true);
    }

    /** With an updater of the fine-tuning, the schedule is that one's, from its beginning; the old one is gone. */
    @Test
    void anotherScheduleBeginsAtItsBeginning() throws IOException {
        ComputationGraph net = fit(net(new Sgd(SCHEDULE)), 0, 6);
        WarmupSchedule other = new WarmupSchedule(0.01, 2, WarmupSchedule.Shape.CONSTANT, WarmupSchedule.NEVER, 0, 1);
        for (ComputationGraph tuned : List.of(tuned(net, new Sgd(other)), zip(tuned(net, new Sgd(other))))) {
            assertThat(rate(tuned, "block-0")).isEqualTo(0.005);
            assertThat(rate(fit(tuned, 6, 9), "block-0")).isEqualTo(0.01);
            assertThat(rate(tuned.clone(), "block-0")).isEqualTo(0.01);
        }
        assertThat(rate(tuned(net, new Adam(3e-4)), "block-0")).isEqualTo(3e-4);
        assertThat(rate(net, "block-0")).isCloseTo(SCHEDULE.valueAt(6, 0), within(0.0));
    }

    private static ComputationGraph tuned(ComputationGraph net, IUpdater updater) {
        return new TransferLearning.GraphBuilder(net)
                .fineTuneConfiguration(
                        new FineTuneConfiguration.Builder().updater(updater).build())
                .build();
    }

    @Test
    void anotherWidthIsRefused() {
        ComputationGraph net = net(new Sgd(0.1));
        for (String layer : new String[] {"embedding", "block-0", "head"}) {
            assertThatThrownBy(() -> new TransferLearning.GraphBuilder(net).nOutReplace(layer, 3, WeightInit.XAVIER))
                    .isInstanceOf(UnsupportedOperationException.class)
                    .hasMessage("nOutReplace knows plain layers only: remove the layer and add another one; layer="
                            + layer);
        }
        assertThatThrownBy(
                        () -> new TransferLearning.GraphBuilder(net).nInReplace("block-0", 3, new WeightInitXavier()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("layer name block-0");
    }

    /** A head for other labels on a trained body: removed and added, at a rate of its own. */
    @Test
    void anotherHeadIsRemovedAndAdded() {
        ComputationGraph net = fit(net(new Adam(1e-2)), 0, 2);
        ComputationGraph tuned = new TransferLearning.GraphBuilder(net)
                .fineTuneConfiguration(new FineTuneConfiguration.Builder()
                        .updater(new Sgd(1e-3))
                        .seed(5)
                        .build())
                .removeVertexAndConnections("head")
                .addLayer(
                        "head",
                        new LanguageModelHeadLayer.Builder()
                                .vocabulary(7)
                                .width(Nets.WIDTH)
                                .build(),
                        "final-norm")
                .setOutputs("head")
                .build();
        assertThat(rate(tuned, "head")).isEqualTo(1e-3);
        assertThat(tuned.getLayer("head").getParam("W").shape()).containsExactly(Nets.WIDTH, 7);
        TensorAssert.assertIdentical(
                "body",
                tuned.getLayer("block-0").params(),
                net.getLayer("block-0").params());
    }

    @Test
    void aNetOfLayersIsTunedToo() {
        MultiLayerNetwork net = new MultiLayerNetwork(new NeuralNetConfiguration.Builder()
                .seed(1)
                .updater(new Adam(1e-2))
                .list()
                .layer(new LayerNormLayer.Builder().build())
                .layer(new RnnOutputLayer.Builder(LossFunction.MSE)
                        .activation(Activation.IDENTITY)
                        .nOut(2)
                        .dataFormat(RNNFormat.NWC)
                        .build())
                .setInputType(InputType.recurrent(6, T, RNNFormat.NWC))
                .build());
        net.init();
        MultiLayerNetwork tuned = new TransferLearning.Builder(net)
                .fineTuneConfiguration(new FineTuneConfiguration.Builder()
                        .updater(new Sgd(1e-5))
                        .dropout(new Dropout(0.5))
                        .build())
                .build();
        GraphLayer layer = (GraphLayer) tuned.getLayer(0).conf().getLayer();
        assertThat(layer.getIUpdater()).isEqualTo(new Sgd(1e-5));
        assertThat(layer.getIDropout()).isEqualTo(new Dropout(0.5));
        tuned.setLearningRate(0, 1e-7);
        assertThat(tuned.getLearningRate(0)).isEqualTo(1e-7);
        assertThat(net.getLearningRate(0)).isEqualTo(1e-2);
        assertThatThrownBy(() -> new TransferLearning.Builder(net)
                        .nOutReplace(0, 3, WeightInit.XAVIER)
                        .build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("LayerNormLayer");
    }

    /** M2.1 lists a global decay twice in layers that come to it with one. */
    @Test
    void aGlobalDecayStandsOnceAndALayersOwnOneAlone() {
        NeuralNetConfiguration.Builder global = new NeuralNetConfiguration.Builder().weightDecay(0.25);
        ComputationGraphConfiguration conf = global.graphBuilder()
                .addInputs("x")
                .addLayer("inherits", attention().build(), "x")
                .addLayer("own", (GraphLayer) attention().weightDecay(0.5).build(), "inherits")
                .addLayer("l2", attention().l2(0.5).build(), "own")
                .setOutputs("l2")
                .build();
        assertThat(layer(conf, "inherits").getRegularization()).containsExactly(new WeightDecay(0.25, true));
        assertThat(layer(conf, "own").getRegularization()).containsExactly(new WeightDecay(0.5, true));
        assertThat(layer(conf, "l2").getRegularization()).containsExactly(new L2Regularization(0.5));
    }

    private static PerformerAttentionLayer.Builder attention() {
        return new PerformerAttentionLayer.Builder()
                .width(6)
                .attention(AttentionOptions.defaults().withHeads(2));
    }

    private static GraphLayer layer(ComputationGraphConfiguration conf, String name) {
        return (GraphLayer) ((org.deeplearning4j.nn.conf.graph.LayerVertex)
                        conf.getVertices().get(name))
                .getLayerConf()
                .getLayer();
    }
}
