package io.github.performer4j.core.layer;

import io.github.performer4j.core.Samples;
import io.github.performer4j.core.TensorAssert;
import io.github.performer4j.core.attention.AttentionOptions;
import io.github.performer4j.core.feature.FeatureFunction;
import io.github.performer4j.core.feature.FeatureMap;
import io.github.performer4j.core.feature.GeneralizedFeatures;
import io.github.performer4j.core.feature.PositiveFeatures;
import io.github.performer4j.core.feature.Projection;
import io.github.performer4j.core.feature.TrigonometricFeatures;
import io.github.performer4j.core.model.PerformerConfig;
import io.github.performer4j.core.task.Head;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * Gradients equal central differences. Deeplearning4j M2.1 doubles the gradient of every SameDiff layer, so three stacked ones would
 * be wrong by 8, 4 and 2.
 */
class GradientTest {
    private static final DataType TYPE = DataType.DOUBLE;
    private static final int B = 2;
    private static final int T = 5;
    private static final INDArray IDS = Samples.ids(TYPE, 3, Nets.VOCABULARY, B, T);
    private static final INDArray LABELS = Samples.array(TYPE, new double[] {3, -1, 0, 10, 4, -1, 7, 7, 1, 2}, B, T);
    private static final INDArray MASK = Samples.mask(TYPE, "11110", "01011");
    private static final INDArray LABEL_MASK = Samples.mask(TYPE, "10110", "01010");

    @Test
    void threeStackedBlocksAndTheirHead() {
        ComputationGraph net = Nets.graph(Nets.config(), TYPE);
        new GradientCheck(net, Nets.feed(net, IDS, LABELS, null, null), 1).entries(220, 5);
    }

    static Stream<Arguments> configurations() {
        PerformerConfig c = Nets.config().with("layers", 1);
        PerformerConfig causal = c.withCausal(true);
        return Stream.of(
                Arguments.of("bidirectional, masked", c, true),
                Arguments.of("causal", causal, false),
                Arguments.of("causal, masked, two blocks", causal.with("layers", 2), true),
                Arguments.of("causal in chunks, masked", causal.with("attention.chunk", 2), true),
                Arguments.of(
                        "post-norm, ReLU", c.with("norm.placement", "post").with("feedForward.kind", "relu"), true),
                Arguments.of(
                        "GEGLU, without biases",
                        c.with("feedForward.kind", "geglu").with("bias", false),
                        false),
                Arguments.of("ReGLU", c.with("feedForward.kind", "reglu"), true),
                Arguments.of("GEGLU, causal", causal.with("feedForward.kind", "geglu"), true),
                Arguments.of("exact", c.with("attention.kind", "exact"), true),
                Arguments.of("exact, causal", causal.with("attention.kind", "exact"), true),
                Arguments.of(
                        "trigonometric",
                        c.with("attention.featureMap", "trigonometric").with("attention.features", 40),
                        true),
                Arguments.of("elu + 1", c.with("attention.featureMap", "elu_plus_one"), true),
                Arguments.of(
                        "temperatures",
                        c.with("attention.temperature", true).with("attention.featureMap", "softplus"),
                        true),
                Arguments.of("gate, causal", causal.with("attention.gate", true), true),
                Arguments.of("window", c.with("attention.kind", "exact").with("attention.window", 2), true),
                Arguments.of(
                        "window, causal", causal.with("attention.kind", "exact").with("attention.window", 3), true),
                Arguments.of("learned projections", c.with("attention.learnedProjection", true), true),
                Arguments.of(
                        "learned projections, trigonometric, causal",
                        causal.with("attention.learnedProjection", true)
                                .with("attention.featureMap", "trigonometric")
                                .with("attention.features", 40),
                        false),
                Arguments.of(
                        "temperatures, exact, causal",
                        causal.with("attention.temperature", true).with("attention.kind", "exact"),
                        true),
                Arguments.of("tied", c.with("head.tied", true), true),
                Arguments.of("transform", c.with("head.transform", "gelu"), true),
                Arguments.of(
                        "tied, causal, post-norm",
                        causal.with("head.tied", true).with("norm.placement", "post"),
                        false),
                Arguments.of("dropout", c.with("dropout", 0.3), true),
                Arguments.of(
                        "dropout, tied, causal", causal.with("dropout", 0.3).with("head.tied", true), false),
                Arguments.of("hidden token", c.with("embedding.hiddenToken", IDS.getInt(0, 1)), true),
                Arguments.of("types of texts", c.with("embedding.textSeparator", IDS.getInt(0, 1)), true),
                Arguments.of("sinusoidal positions", c.with("embedding.positions", "sinusoidal"), true),
                Arguments.of("no positions", c.with("embedding.positions", "none"), false));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("configurations")
    void wholeModels(String name, PerformerConfig config, boolean masked) {
        INDArray mask = masked ? MASK : null;
        ComputationGraph net = Nets.graph(config, TYPE);
        new GradientCheck(net, Nets.feed(net, IDS, LABELS, mask, masked ? LABEL_MASK : null), 1).directions(7);
    }

    /** With ε = 0, because no gradient flows through the stabilisers, which ε couples to the result. */
    static Stream<Arguments> maps() {
        FeatureMap positive = new PositiveFeatures(0);
        FeatureMap trigonometric = new TrigonometricFeatures();
        FeatureMap unprojected = GeneralizedFeatures.of(FeatureFunction.SIGMOID).withProjected(false);
        FeatureMap scaled =
                GeneralizedFeatures.of(FeatureFunction.SOFTPLUS).withScaling(GeneralizedFeatures.Scaling.NONE);
        return Stream.of(positive, trigonometric, unprojected, scaled, new CubedFeatures(1.5))
                .flatMap(map -> Stream.of(
                        Arguments.of(map, false, false),
                        Arguments.of(map, false, true),
                        Arguments.of(map, true, false),
                        Arguments.of(map, true, true)));
    }

    /** Dense below and above: a wrong error to the layer below would show in the dense layer's gradient. */
    @ParameterizedTest(name = "{0}, causal={1}, masked={2}")
    @MethodSource("maps")
    void attentionAboveADenseLayerInAMultiLayerNetwork(FeatureMap map, boolean causal, boolean masked) {
        INDArray mask = masked ? MASK : null;
        AttentionOptions options = AttentionOptions.defaults()
                .withHeads(2)
                .withFeatures(38)
                .withFeatureMap(map)
                .withProjection(Projection.IID)
                .withChunk(causal ? 2 : 0)
                .withCausal(causal);
        MultiLayerNetwork net = new MultiLayerNetwork(new NeuralNetConfiguration.Builder()
                .seed(13)
                .dataType(TYPE)
                .updater(new Sgd(0.1))
                .list()
                .layer(new DenseLayer.Builder()
                        .nOut(6)
                        .activation(Activation.TANH)
                        .build())
                .layer(new PerformerAttentionLayer.Builder().attention(options).build())
                .layer(new RnnOutputLayer.Builder(LossFunction.MCXENT)
                        .activation(Activation.SOFTMAX)
                        .nOut(3)
                        .dataFormat(RNNFormat.NWC)
                        .build())
                .setInputType(InputType.recurrent(5, T, RNNFormat.NWC))
                .build());
        net.init();
        INDArray x = Samples.gaussian(TYPE, 17, 0.7, B, T, 5);
        INDArray y =
                Nets.oneHot(Samples.ids(TYPE, 19, 3, B, T), 3).permute(0, 2, 1).dup('c');
        GradientCheck check = new GradientCheck(Nets.roughen(net), Nets.feed(net, x, y, mask, mask), B);
        check.directions(23);
        if (!causal && !masked) {
            check.entries(30, 29);
        }
    }

    /** Recurrent layers of Deeplearning4j speak [B,E,T]. */
    @ParameterizedTest
    @CsvSource({"false", "true"})
    void blockBetweenRecurrentLayers(boolean masked) {
        MultiLayerNetwork net = new MultiLayerNetwork(new NeuralNetConfiguration.Builder()
                .seed(13)
                .dataType(TYPE)
                .updater(new Sgd(0.1))
                .list()
                .layer(new LSTM.Builder().nOut(6).activation(Activation.TANH).build())
                .layer(new PositionLayer.Builder().tokens(7).build())
                .layer(new PerformerBlockLayer.Builder()
                        .attention(AttentionOptions.defaults()
                                .withHeads(3)
                                .withFeatures(8)
                                .withFeatureMap(FeatureMap.named("relu"))
                                .withCausal(true))
                        .hidden(11)
                        .build())
                .layer(new LayerNormLayer.Builder().build())
                .layer(new RnnOutputLayer.Builder(LossFunction.MCXENT)
                        .activation(Activation.SOFTMAX)
                        .nOut(3)
                        .build())
                .setInputType(InputType.recurrent(5, T, RNNFormat.NCW))
                .build());
        net.init();
        INDArray x = Samples.gaussian(TYPE, 17, 0.7, B, 5, T);
        INDArray y = Nets.oneHot(Samples.ids(TYPE, 19, 3, B, T), 3);
        INDArray mask = masked ? Samples.mask(TYPE, "11100", "11111") : null;
        new GradientCheck(Nets.roughen(net), Nets.feed(net, x, y, mask, mask), B).directions(23);
    }

    /** Deeplearning4j divides by the batch where miniBatch is on, so the raw gradient is that of the score times the batch. */
    @ParameterizedTest
    @CsvSource({"true", "false"})
    void languageModelAsAListOfLayers(boolean miniBatch) {
        MultiLayerNetwork net = new MultiLayerNetwork(new NeuralNetConfiguration.Builder()
                .seed(13)
                .dataType(TYPE)
                .miniBatch(miniBatch)
                .updater(new Sgd(0.1))
                .list()
                .layer(new TokenEmbeddingLayer.Builder()
                        .vocabulary(Nets.VOCABULARY)
                        .width(6)
                        .build())
                .layer(new PerformerBlockLayer.Builder()
                        .attention(AttentionOptions.defaults()
                                .withHeads(3)
                                .withFeatures(8)
                                .withFeatureMap(new PositiveFeatures(0)))
                        .build())
                .layer(new LanguageModelHeadLayer.Builder()
                        .vocabulary(Nets.VOCABULARY)
                        .build())
                .setInputType(InputType.recurrent(1, T, RNNFormat.NWC))
                .build());
        net.init();
        new GradientCheck(Nets.roughen(net), Nets.feed(net, IDS, LABELS, MASK, null), miniBatch ? B : 1).directions(23);
    }

    /** An SGD step is rate · gradient of the score, whatever miniBatch says. */
    @ParameterizedTest
    @CsvSource({"true", "false"})
    void aStepFollowsTheGradientOfTheScore(boolean miniBatch) {
        MultiLayerNetwork net = new MultiLayerNetwork(new NeuralNetConfiguration.Builder()
                .seed(13)
                .dataType(TYPE)
                .miniBatch(miniBatch)
                .updater(new Sgd(0.25))
                .list()
                .layer(new TokenEmbeddingLayer.Builder()
                        .vocabulary(Nets.VOCABULARY)
                        .width(6)
                        .build())
                .layer(new LanguageModelHeadLayer.Builder()
                        .vocabulary(Nets.VOCABULARY)
                        .build())
                .setInputType(InputType.recurrent(1, T, RNNFormat.NWC))
                .build());
        net.init();
        Nets.roughen(net);
        INDArray before = net.params().dup();
        Nets.feed(net, IDS, LABELS, MASK, null).set();
        net.computeGradientAndScore(LayerWorkspaceMgr.noWorkspaces());
        INDArray step = net.getGradientsViewArray().reshape(before.shape()).mul(0.25 / (miniBatch ? B : 1));
        net.fit(IDS, LABELS, MASK, null);
        TensorAssert.assertClose("parameters", net.params(), before.sub(step));
    }

    @ParameterizedTest
    @CsvSource({
        "CLASSES, mean, false",
        "CLASSES, first, false",
        "CLASSES, last, true",
        "CLASSES, last, false",
        "WEIGHTED_CLASSES, mean, true",
        "LABEL_SETS, mean, false",
        "TAGS, mean, true",
        "MEAN_SQUARES, mean, false",
        "HUBER, mean, false"
    })
    void headsOfTasks(Head head, String pooling, boolean causal) {
        PerformerConfig config =
                Nets.config().withCausal(causal).with("layers", 1).with("head.pooling", pooling);
        ComputationGraph net = Nets.graph(config, head.task(3), TYPE, new Adam(1e-2));
        INDArray y = head.labels(TYPE, 37, Nets.VOCABULARY, 3, B, T);
        new GradientCheck(net, Nets.feed(net, IDS, y, MASK, null), 1).directions(41);
    }
}
