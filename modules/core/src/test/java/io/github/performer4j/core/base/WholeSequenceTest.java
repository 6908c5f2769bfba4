package io.github.performer4j.core.base;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.performer4j.core.Samples;
import io.github.performer4j.core.TensorAssert;
import io.github.performer4j.core.attention.AttentionOptions;
import io.github.performer4j.core.feature.FeatureMap;
import io.github.performer4j.core.feature.Statistics;
import io.github.performer4j.core.layer.Engine;
import io.github.performer4j.core.layer.LanguageModelHeadLayer;
import io.github.performer4j.core.layer.LayerNormLayer;
import io.github.performer4j.core.layer.Nets;
import io.github.performer4j.core.layer.PerformerAttentionLayer;
import io.github.performer4j.core.layer.PerformerBlockLayer;
import io.github.performer4j.core.layer.PositionLayer;
import io.github.performer4j.core.layer.SequencePoolingLayer;
import io.github.performer4j.core.layer.TokenEmbeddingLayer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.deeplearning4j.nn.conf.BackpropType;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayerWithBackprop;
import org.deeplearning4j.nn.conf.layers.recurrent.TimeDistributed;
import org.deeplearning4j.nn.conf.layers.util.MaskZeroLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.transferlearning.TransferLearning;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Layers without state refuse sequences in parts, in both kinds of nets, frozen or not; layers that see each token alone give what they give on the whole. */
class WholeSequenceTest {
    private static final DataType TYPE = DataType.FLOAT;
    private static final int B = 2;
    private static final int T = 6;
    private static final int E = 8;
    private static final INDArray X = Samples.gaussian(TYPE, 3, 1, B, E, T);
    private static final INDArray Y = Nets.oneHot(Samples.ids(TYPE, 5, 3, B, T), 3);

    private final String before = System.getProperty(Engine.PROPERTY);

    @AfterEach
    void restore() {
        if (before == null) {
            System.clearProperty(Engine.PROPERTY);
        } else {
            System.setProperty(Engine.PROPERTY, before);
        }
    }

    private static void use(Engine engine) {
        System.setProperty(Engine.PROPERTY, engine == Engine.CPU ? "cpu" : "graph");
    }

    static Stream<Arguments> layers() {
        return Stream.of(Engine.values())
                .flatMap(engine -> Stream.of("attention", "exact attention", "block", "running statistics")
                        .map(name -> Arguments.of(name, engine)));
    }

    private static Layer layer(String name) {
        AttentionOptions attention = AttentionOptions.defaults().withHeads(2).withFeatures(5);
        return switch (name) {
            case "attention" ->
                new PerformerAttentionLayer.Builder().attention(attention).build();
            case "exact attention" ->
                new PerformerAttentionLayer.Builder()
                        .attention(attention.withCausal(true).withKind(AttentionOptions.Kind.EXACT))
                        .build();
            case "block" ->
                new PerformerBlockLayer.Builder()
                        .attention(attention.withCausal(true).withKind(AttentionOptions.Kind.AUTO))
                        .build();
            case "running statistics" ->
                new PerformerBlockLayer.Builder()
                        .attention(attention
                                .withStatistics(Statistics.RUNNING)
                                .withFeatureMap(FeatureMap.named("oprf"))
                                .withCausal(true))
                        .build();
            default -> throw new IllegalArgumentException(name);
        };
    }

    private static RnnOutputLayer output() {
        return new RnnOutputLayer.Builder(LossFunction.MCXENT)
                .activation(Activation.SOFTMAX)
                .nOut(3)
                .build();
    }

    /** A recurrent layer, the layer under test, an output layer. */
    private static MultiLayerNetwork list(Layer layer, BackpropType backprop) {
        MultiLayerNetwork net = new MultiLayerNetwork(new NeuralNetConfiguration.Builder()
                .seed(13)
                .updater(new Sgd(0.1))
                .list()
                .layer(new LSTM.Builder().nOut(E).build())
                .layer(layer)
                .layer(output())
                .setInputType(InputType.recurrent(E))
                .backpropType(backprop)
                .tBPTTLength(2)
                .build());
        net.init();
        return net;
    }

    private static ComputationGraph graph(Layer layer, BackpropType backprop) {
        ComputationGraph net = new ComputationGraph(new NeuralNetConfiguration.Builder()
                .seed(13)
                .updater(new Sgd(0.1))
                .graphBuilder()
                .addInputs("x")
                .addLayer("lstm", new LSTM.Builder().nOut(E).build(), "x")
                .addLayer("tested", layer, "lstm")
                .addLayer("out", output(), "tested")
                .setOutputs("out")
                .setInputTypes(InputType.recurrent(E))
                .backpropType(backprop)
                .tBPTTLength(2)
                .build());
        net.init();
        return net;
    }

    private static INDArray step(INDArray x, int t) {
        return x.get(NDArrayIndex.all(), NDArrayIndex.all(), NDArrayIndex.interval(t, t + 1))
                .dup('c');
    }

    private static void refused(ThrowingCallable use, String what) {
        assertThatThrownBy(use)
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessageStartingWith(what + " needs the state of earlier tokens, which this layer does not keep")
                .hasMessageContaining("; layer=")
                .hasMessageContaining("type=");
    }

    @ParameterizedTest(name = "{0}, {1}")
    @MethodSource("layers")
    void aListRefusesPartsAndStaysWhole(String name, Engine engine) {
        use(engine);
        MultiLayerNetwork net = list(layer(name), BackpropType.Standard);
        INDArray whole = net.output(X).dup('c');
        refused(() -> net.rnnTimeStep(step(X, 0)), "rnnTimeStep");
        refused(() -> net.rnnActivateUsingStoredState(X, false, false), "truncated BPTT");
        net.rnnClearPreviousState();
        assertThat(net.rnnGetPreviousState(1)).isEmpty();
        net.rnnSetPreviousState(1, Map.of());
        refused(() -> net.rnnSetPreviousState(1, Map.of("s", X)), "rnnSetPreviousState");
        TensorAssert.assertIdentical("output", net.output(X).dup('c'), whole);
        MultiLayerNetwork truncated = list(layer(name), BackpropType.TruncatedBPTT);
        INDArray start = truncated.params().dup();
        refused(() -> truncated.fit(new DataSet(X, Y)), "truncated BPTT");
        TensorAssert.assertIdentical("parameters", truncated.params(), start);
        refused(() -> truncated.evaluate(new ListDataSetIterator<>(List.of(new DataSet(X, Y)), B)), "rnnTimeStep");
        TensorAssert.assertIdentical("output", truncated.output(X).dup('c'), whole);
    }

    @ParameterizedTest(name = "{0}, {1}")
    @MethodSource("layers")
    void aGraphRefusesPartsAndStaysWhole(String name, Engine engine) {
        use(engine);
        ComputationGraph net = graph(layer(name), BackpropType.Standard);
        INDArray whole = net.output(X)[0].dup('c');
        refused(() -> net.rnnTimeStep(step(X, 0)), "rnnTimeStep");
        refused(() -> net.rnnActivateUsingStoredState(new INDArray[] {X}, false, false), "truncated BPTT");
        net.rnnClearPreviousState();
        Map<String, Map<String, INDArray>> states = net.rnnGetPreviousStates();
        assertThat(states.get("tested")).isEmpty();
        net.rnnSetPreviousStates(states);
        refused(() -> net.rnnSetPreviousState("tested", Map.of("s", X)), "rnnSetPreviousState");
        TensorAssert.assertIdentical("output", net.output(X)[0].dup('c'), whole);
        ComputationGraph truncated = graph(layer(name), BackpropType.TruncatedBPTT);
        INDArray start = truncated.params().dup();
        refused(() -> truncated.fit(new DataSet(X, Y)), "truncated BPTT");
        TensorAssert.assertIdentical("parameters", truncated.params(), start);
        refused(() -> truncated.evaluate(new ListDataSetIterator<>(List.of(new DataSet(X, Y)), B)), "rnnTimeStep");
        TensorAssert.assertIdentical("output", truncated.output(X)[0].dup('c'), whole);
    }

    @ParameterizedTest(name = "{0}, {1}")
    @MethodSource("layers")
    void wrappedLayersRefuseToo(String name, Engine engine) {
        use(engine);
        for (Layer wrapped : List.of(
                new FrozenLayer(layer(name)),
                new FrozenLayerWithBackprop(layer(name)),
                new MaskZeroLayer(layer(name), 0))) {
            MultiLayerNetwork net = list(wrapped, BackpropType.Standard);
            refused(() -> net.rnnTimeStep(step(X, 0)), "rnnTimeStep");
            MultiLayerNetwork truncated = list(wrapped, BackpropType.TruncatedBPTT);
            refused(() -> truncated.fit(new DataSet(X, Y)), "truncated BPTT");
            ComputationGraph graph = graph(wrapped, BackpropType.Standard);
            refused(() -> graph.rnnTimeStep(step(X, 0)), "rnnTimeStep");
            ComputationGraph truncatedGraph = graph(wrapped, BackpropType.TruncatedBPTT);
            refused(() -> truncatedGraph.fit(new DataSet(X, Y)), "truncated BPTT");
        }
        // this wrapper runs a layer on each token alone
        assertThatThrownBy(() -> list(new TimeDistributed(layer(name)), BackpropType.Standard))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("input must be a sequence");
    }

    /** Deeplearning4j freezes the layers of a trained net by wrapping them. */
    @ParameterizedTest
    @EnumSource(Engine.class)
    void layersFrozenByTransferLearningRefuse(Engine engine) throws IOException {
        use(engine);
        MultiLayerNetwork net = list(layer("block"), BackpropType.Standard);
        MultiLayerNetwork frozen =
                new TransferLearning.Builder(net).setFeatureExtractor(1).build();
        refused(() -> frozen.rnnTimeStep(step(X, 0)), "rnnTimeStep");
        ByteArrayOutputStream zip = new ByteArrayOutputStream();
        ModelSerializer.writeModel(frozen, zip, true);
        MultiLayerNetwork restored =
                ModelSerializer.restoreMultiLayerNetwork(new ByteArrayInputStream(zip.toByteArray()), true);
        refused(() -> restored.rnnTimeStep(step(X, 0)), "rnnTimeStep");
        refused(() -> net.clone().rnnTimeStep(step(X, 0)), "rnnTimeStep");
        ComputationGraph graph = new TransferLearning.GraphBuilder(graph(layer("block"), BackpropType.Standard))
                .setFeatureExtractor("tested")
                .build();
        refused(() -> graph.rnnTimeStep(step(X, 0)), "rnnTimeStep");
        assertThatCode(() -> graph.fit(new DataSet(X, Y))).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void poolingRefuses(Engine engine) {
        use(engine);
        MultiLayerNetwork net = new MultiLayerNetwork(new NeuralNetConfiguration.Builder()
                .list()
                .layer(new SequencePoolingLayer())
                .layer(new OutputLayer.Builder(LossFunction.MCXENT)
                        .nIn(E)
                        .nOut(3)
                        .activation(Activation.SOFTMAX)
                        .build())
                .setInputType(InputType.recurrent(E, T, RNNFormat.NWC))
                .build());
        net.init();
        refused(() -> net.rnnTimeStep(Nd4j.ones(TYPE, B, 1, E)), "rnnTimeStep");
    }

    /** A recurrent layer keeps its state; what follows sees each token alone. */
    @ParameterizedTest
    @EnumSource(Engine.class)
    void layersThatSeeEachTokenAloneTakeParts(Engine engine) {
        use(engine);
        for (Layer layer : List.of(
                new LayerNormLayer.Builder().build(),
                new FrozenLayer(new LayerNormLayer.Builder().build()),
                new PositionLayer.Builder()
                        .kind(PositionLayer.Kind.NONE)
                        .tokens(T)
                        .build())) {
            MultiLayerNetwork net = list(layer, BackpropType.Standard);
            ComputationGraph graph = graph(layer, BackpropType.Standard);
            INDArray whole = net.output(X).dup('c');
            INDArray wholeOfGraph = graph.output(X)[0].dup('c');
            for (int t = 0; t < T; t++) {
                TensorAssert.assertClose("step " + t, net.rnnTimeStep(step(X, t)), step(whole, t));
                TensorAssert.assertClose("step " + t, graph.rnnTimeStep(step(X, t))[0], step(wholeOfGraph, t));
            }
            for (BackpropType type : BackpropType.values()) {
                MultiLayerNetwork trained = list(layer, type);
                INDArray start = trained.params().dup();
                trained.fit(new DataSet(X, Y));
                assertThat(trained.params()).isNotEqualTo(start);
            }
        }
    }

    @Test
    void embeddingAndHeadTakeParts() {
        MultiLayerNetwork net = new MultiLayerNetwork(new NeuralNetConfiguration.Builder()
                .list()
                .layer(new TokenEmbeddingLayer.Builder().vocabulary(11).width(E).build())
                .layer(new LanguageModelHeadLayer.Builder().vocabulary(11).build())
                .setInputType(InputType.recurrent(1, T, RNNFormat.NWC))
                .build());
        net.init();
        INDArray ids = Samples.ids(TYPE, 7, 11, B, T);
        INDArray whole = net.output(ids).dup('c');
        for (int t = 0; t < T; t++) {
            INDArray one = net.rnnTimeStep(ids.get(NDArrayIndex.all(), NDArrayIndex.interval(t, t + 1)));
            INDArray expected = whole.get(NDArrayIndex.all(), NDArrayIndex.interval(t, t + 1), NDArrayIndex.all());
            TensorAssert.assertClose("step " + t, one, expected);
        }
    }
}
