package io.github.performer4j.core.layer;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.performer4j.core.Samples;
import io.github.performer4j.core.TensorAssert;
import io.github.performer4j.core.attention.AttentionOptions;
import io.github.performer4j.core.attention.Orthogonality;
import io.github.performer4j.core.attention.QueryKeyNorm;
import io.github.performer4j.core.base.MicroBatch;
import io.github.performer4j.core.feature.FeatureFunction;
import io.github.performer4j.core.feature.GeneralizedFeatures;
import io.github.performer4j.core.feature.PositiveFeatures;
import io.github.performer4j.core.feature.Projection;
import io.github.performer4j.core.feature.TrigonometricFeatures;
import io.github.performer4j.core.model.PerformerConfig;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Map;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.Sgd;

/** JSON and zip keep every option; a restored net has the same outputs and trains on bit by bit. */
class PersistenceTest {
    private static final int T = 5;

    static Stream<PerformerConfig> models() {
        PerformerConfig c = Nets.config().with("layers", 1).with("dropout", 0.2);
        return Stream.of(
                c,
                c.with("head.transform", "silu"),
                c.with("head.tied", true)
                        .with("norm.placement", "post")
                        .with("norm.epsilon", 1e-12)
                        .with("feedForward.kind", "geglu")
                        .with("bias", false)
                        .with("embedding.positions", "sinusoidal")
                        .with("attention.featureMap", "trigonometric")
                        .with("attention.projection", "orthogonal_regularized"),
                c.withCausal(true)
                        .with("attention.kind", "exact")
                        .with("feedForward.kind", "relu")
                        .with("embedding.positions", "none"),
                c.with("attention.kind", "auto").with("attention.featureMap", "positive"),
                c.with(Map.of("reversible", true, "layers", 3, "exactEvery", 2)),
                c.withCausal(true)
                        .with("attention.chunk", 3)
                        .with("attention.redrawInterval", 3)
                        .with("attention.projection", "iid"));
    }

    @ParameterizedTest
    @MethodSource("models")
    void aRestoredGraphContinuesBitByBit(PerformerConfig config) throws IOException {
        ComputationGraph net = Nets.graph(config, DataType.FLOAT);
        for (int i = 0; i < 3; i++) {
            fit(net, i);
        }
        ByteArrayOutputStream zip = new ByteArrayOutputStream();
        ModelSerializer.writeModel(net, zip, true);
        ComputationGraph restored =
                ModelSerializer.restoreComputationGraph(new ByteArrayInputStream(zip.toByteArray()), true);
        assertThat(restored.getConfiguration().toJson())
                .isEqualTo(net.getConfiguration().toJson());
        TensorAssert.assertIdentical("output", output(restored), output(net));
        for (int i = 3; i < 7; i++) { // redraws of the projection among them
            fit(net, i);
            fit(restored, i);
        }
        TensorAssert.assertIdentical("parameters", restored.params(), net.params());
        TensorAssert.assertIdentical("output", output(restored), output(net));
    }

    @ParameterizedTest
    @MethodSource("models")
    void jsonKeepsAGraph(PerformerConfig config) {
        ComputationGraph net = Nets.graph(config, DataType.FLOAT);
        String json = net.getConfiguration().toJson();
        ComputationGraphConfiguration read = ComputationGraphConfiguration.fromJson(json);
        assertThat(read.toJson()).isEqualTo(json);
        ComputationGraph again = new ComputationGraph(read);
        again.init();
        again.setParams(net.params());
        TensorAssert.assertIdentical("output", output(again), output(net));
    }

    static Stream<AttentionOptions> options() {
        AttentionOptions o = AttentionOptions.defaults().withHeads(2).withFeatures(6);
        return Stream.of(
                o.withFeatureMap(new CubedFeatures(0.75)).withRedrawInterval(0),
                o.withFeatureMap(new PositiveFeatures(1e-4))
                        .withCausal(true)
                        .withChunk(3)
                        .withBias(false),
                o.withFeatureMap(new TrigonometricFeatures()).withProjection(Projection.IID),
                o.withFeatureMap(new GeneralizedFeatures(
                                FeatureFunction.SOFTPLUS, false, 0.5, GeneralizedFeatures.Scaling.FEATURES))
                        .withProjection(Projection.ORTHOGONAL_REGULARIZED),
                o.withKind(AttentionOptions.Kind.EXACT),
                o.withKeyHeads(1).withOrthogonal(Orthogonality.QK),
                o.withKeyHeads(1).withQueryKeyNorm(QueryKeyNorm.WIDTH_RMS).withScale(1.0),
                o.withKind(AttentionOptions.Kind.AUTO));
    }

    @ParameterizedTest
    @MethodSource("options")
    void everyLayerKeepsEveryOptionInAList(AttentionOptions options) throws IOException {
        MultiLayerNetwork net = new MultiLayerNetwork(new NeuralNetConfiguration.Builder()
                .seed(13)
                .dataType(DataType.FLOAT)
                .updater(new Adam(1e-2))
                .list()
                .layer(new TokenEmbeddingLayer.Builder().vocabulary(11).width(6).build())
                .layer(new PositionLayer.Builder()
                        .kind(PositionLayer.Kind.SINUSOIDAL)
                        .tokens(17)
                        .dropout(0.25)
                        .build())
                .layer(new PerformerAttentionLayer.Builder().attention(options).build())
                .layer(new PerformerBlockLayer.Builder()
                        .attention(options)
                        .hidden(13)
                        .feedForward(FeedForward.GEGLU)
                        .preNorm(false)
                        .dropout(0.125)
                        .epsilon(1e-6)
                        .build())
                .layer(new LayerNormLayer.Builder().epsilon(1e-7).build())
                .layer(new LanguageModelHeadLayer.Builder().vocabulary(11).build())
                .setInputType(InputType.recurrent(1, T, RNNFormat.NWC))
                .build());
        net.init();
        MultiLayerConfiguration read = MultiLayerConfiguration.fromJson(
                net.getLayerWiseConfigurations().toJson());
        PositionLayer positions = (PositionLayer) read.getConf(1).getLayer();
        assertThat(positions.getKind()).isEqualTo(PositionLayer.Kind.SINUSOIDAL);
        assertThat(positions.getTokens()).isEqualTo(17);
        assertThat(positions.getDropout()).isEqualTo(0.25);
        assertThat(((PerformerAttentionLayer) read.getConf(2).getLayer()).getAttention())
                .isEqualTo(options.pinned());
        PerformerBlockLayer block = (PerformerBlockLayer) read.getConf(3).getLayer();
        assertThat(block.getAttention()).isEqualTo(options.pinned());
        assertThat(block.getHidden()).isEqualTo(13);
        assertThat(block.getFeedForward()).isEqualTo(FeedForward.GEGLU);
        assertThat(block.isPreNorm()).isFalse();
        assertThat(block.getDropout()).isEqualTo(0.125);
        assertThat(block.getEpsilon()).isEqualTo(1e-6);
        assertThat(block.getWidth()).isEqualTo(6);
        assertThat(block.getFormat()).isEqualTo(RNNFormat.NWC);
        assertThat(((LayerNormLayer) read.getConf(4).getLayer()).getEpsilon()).isEqualTo(1e-7);

        INDArray x = Samples.ids(DataType.FLOAT, 3, 11, 2, T);
        INDArray y = Samples.ids(DataType.FLOAT, 5, 11, 2, T);
        net.fit(x, y);
        ByteArrayOutputStream zip = new ByteArrayOutputStream();
        ModelSerializer.writeModel(net, zip, true);
        MultiLayerNetwork restored =
                ModelSerializer.restoreMultiLayerNetwork(new ByteArrayInputStream(zip.toByteArray()), true);
        net.fit(x, y);
        restored.fit(x, y);
        TensorAssert.assertIdentical("parameters", restored.params(), net.params());
        TensorAssert.assertIdentical("output", restored.output(x), net.output(x));
    }

    /** Features are redrawn by the layer's steps alone (here every 2, with a learning rate of 0), and evaluation is deterministic. */
    @Test
    void projectionsFollowTheStepsAndEvaluationRepeats() {
        PerformerConfig config = Nets.config().with("layers", 1).with("dropout", 0.5);
        ComputationGraph net = Nets.graph(config, DataType.FLOAT, new Sgd(0));
        INDArray[] outputs = new INDArray[5];
        for (int i = 0; i < outputs.length; i++) {
            outputs[i] = output(net);
            TensorAssert.assertIdentical("evaluation", output(net), outputs[i]);
            fit(net, i);
        }
        TensorAssert.assertIdentical("the first draw", outputs[1], outputs[0]);
        TensorAssert.assertIdentical("that of the last update", outputs[2], outputs[0]);
        TensorAssert.assertIdentical("the second draw", outputs[4], outputs[3]);
        assertThat(outputs[3].sub(outputs[2]).amaxNumber().doubleValue()).isGreaterThan(1e-4);
    }

    /** Parts of an iteration drop different entries; the same part drops the same. */
    @Test
    void microBatchesDropDifferentEntries() {
        ComputationGraph net = Nets.graph(Nets.config().with("dropout", 0.5), DataType.FLOAT);
        Nets.Feed feed = Nets.feed(
                net, Samples.ids(DataType.FLOAT, 3, 11, 2, T), Samples.ids(DataType.FLOAT, 5, 11, 2, T), null, null);
        double first = feed.score();
        MicroBatch.set(net, 1);
        double second = feed.score();
        MicroBatch.set(net, 0);
        assertThat(feed.score()).isEqualTo(first);
        assertThat(second).isNotEqualTo(first);
    }

    private static void fit(ComputationGraph net, int step) {
        INDArray y = Samples.ids(DataType.FLOAT, 50 + step, 11, 2, T);
        net.fit(Nets.feed(net, Samples.ids(DataType.FLOAT, step, 11, 2, T), y, null, null)
                .data());
    }

    private static INDArray output(ComputationGraph net) {
        return net.output(Samples.ids(DataType.FLOAT, 99, 11, 2, T))[0].dup('c');
    }
}
