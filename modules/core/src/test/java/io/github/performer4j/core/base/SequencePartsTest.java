package io.github.performer4j.core.base;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.performer4j.core.Samples;
import io.github.performer4j.core.attention.AttentionOptions;
import io.github.performer4j.core.attention.Decay;
import io.github.performer4j.core.attention.FourierPositions;
import io.github.performer4j.core.attention.Grid;
import io.github.performer4j.core.attention.HeadGroup;
import io.github.performer4j.core.attention.QueryKeyNorm;
import io.github.performer4j.core.attention.RelativePositions;
import io.github.performer4j.core.attention.Rotary;
import io.github.performer4j.core.attention.Visibility;
import io.github.performer4j.core.feature.FeatureMap;
import io.github.performer4j.core.layer.BlockSettings;
import io.github.performer4j.core.layer.Engine;
import io.github.performer4j.core.layer.FeedForward;
import io.github.performer4j.core.layer.Nets;
import io.github.performer4j.core.layer.NormKind;
import io.github.performer4j.core.layer.PerformerAttentionLayer;
import io.github.performer4j.core.layer.PerformerBlockLayer;
import io.github.performer4j.core.layer.PositionLayer;
import io.github.performer4j.core.layer.ReversibleBlocksLayer;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.deeplearning4j.nn.api.layers.RecurrentLayer;
import org.deeplearning4j.nn.conf.BackpropType;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
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

/** Sequences in parts give what they give whole: token by token, by truncated BPTT, with an LSTM below and a dense layer above, in both kinds of nets and on both engines. */
class SequencePartsTest {
    private static final int B = 2;
    private static final int T = 11;
    private static final int E = 8;
    private static final Visibility CAUSAL = Visibility.ALL.withCausal(true);

    private final String before = System.getProperty(Engine.PROPERTY);

    @AfterEach
    void restore() {
        if (before == null) {
            System.clearProperty(Engine.PROPERTY);
        } else {
            System.setProperty(Engine.PROPERTY, before);
        }
    }

    private static AttentionOptions attention(String map) {
        return AttentionOptions.defaults()
                .withHeads(2)
                .withFeatures(6)
                .withCausal(true)
                .withKind(AttentionOptions.Kind.LINEAR)
                .withFeatureMap(FeatureMap.named(map));
    }

    private static Layer layer(String name) {
        return switch (name) {
            case "learned" -> new PositionLayer.Builder().tokens(T).build();
            case "sinusoidal" ->
                new PositionLayer.Builder()
                        .kind(PositionLayer.Kind.SINUSOIDAL)
                        .tokens(T)
                        .build();
            case "axial" ->
                new PositionLayer.Builder()
                        .kind(PositionLayer.Kind.AXIAL)
                        .rowLength(3)
                        .tokens(T)
                        .build();
            case "rotary" ->
                new PerformerBlockLayer.Builder()
                        .attention(attention("positive").withRotary(new Rotary(100, 1, false)))
                        .build();
            case "grouped keys" ->
                new PerformerBlockLayer.Builder()
                        .attention(attention("positive")
                                .withKeyHeads(1)
                                .withQueryKeyNorm(QueryKeyNorm.RMS)
                                .withScale(0.7)
                                .withRotary(new Rotary(100, 1, false)))
                        .build();
            case "reversible" ->
                new ReversibleBlocksLayer.Builder()
                        .blocks(
                                2,
                                new BlockSettings(
                                        attention("positive").withConvolution(3),
                                        0,
                                        9,
                                        FeedForward.GELU,
                                        NormKind.RMS,
                                        false,
                                        true,
                                        0,
                                        1e-3,
                                        true,
                                        1))
                        .build();
            case "attention" ->
                new PerformerAttentionLayer.Builder()
                        .attention(attention("positive"))
                        .build();
            case "convolution" ->
                new PerformerBlockLayer.Builder()
                        .attention(attention("relu").withConvolution(4))
                        .build();
            case "selective" ->
                new PerformerBlockLayer.Builder()
                        .attention(attention("positive").withDecay(new Decay(true, 2, 2, 0.5)))
                        .build();
            case "gate" ->
                new PerformerBlockLayer.Builder()
                        .attention(attention("positive").withGate(true).withConvolution(2))
                        .build();
            case "window" ->
                new PerformerBlockLayer.Builder()
                        .attention(attention("positive")
                                .withKind(AttentionOptions.Kind.EXACT)
                                .withWindow(4)
                                .withConvolution(2)
                                .withRotary(new Rotary(100, 1, false)))
                        .build();
            case "fourier" ->
                new PerformerBlockLayer.Builder()
                        .attention(attention("positive").withFourier(new FourierPositions(2, 3, T / 2)))
                        .build();
            case "fourier on a grid" ->
                new PerformerBlockLayer.Builder()
                        .attention(attention("positive")
                                .withFourier(new FourierPositions(2, 3, T).on(new Grid(List.of(4, 3), true))))
                        .build();
            case "token shift" ->
                new PerformerBlockLayer.Builder()
                        .attention(attention("positive").withRotary(new Rotary(100, 1, false)))
                        .tokenShift(true)
                        .rezero(true)
                        .build();
            case "relative window" ->
                new PerformerBlockLayer.Builder()
                        .attention(attention("positive")
                                .withKind(AttentionOptions.Kind.EXACT)
                                .withWindow(4)
                                .withRelative(new RelativePositions(4, 3)))
                        .build();
            case "window of one" ->
                new PerformerBlockLayer.Builder()
                        .attention(attention("positive")
                                .withKind(AttentionOptions.Kind.EXACT)
                                .withWindow(1))
                        .build();
            case "local heads" ->
                new PerformerBlockLayer.Builder()
                        .attention(attention("positive")
                                .withLocalHeads(1, 4)
                                .withConvolution(2)
                                .withDecay(new Decay(true, 2, 2, 0)))
                        .build();
            case "groups" ->
                new PerformerBlockLayer.Builder()
                        .attention(attention("positive")
                                .withHeads(4)
                                .withConvolution(2)
                                .withGroups(List.of(
                                        HeadGroup.exact(1).seeing(CAUSAL.withWindow(4)),
                                        HeadGroup.linear(1, FeatureMap.named("relu"), 5)
                                                .seeing(CAUSAL),
                                        HeadGroup.linear(2, FeatureMap.named("positive"), 6)
                                                .seeing(CAUSAL.withDecay(new Decay(true, 2, 5, 0))))))
                        .build();
            case "wide window" ->
                new PerformerAttentionLayer.Builder()
                        .attention(attention("positive")
                                .withKind(AttentionOptions.Kind.EXACT)
                                .withKeyHeads(1)
                                .withWindow(T + 1))
                        .build();
            case "fixed" ->
                new PerformerBlockLayer.Builder()
                        .attention(attention("relu").withDecay(new Decay(false, 2, 5, 0)))
                        .build();
            default ->
                new PerformerBlockLayer.Builder().attention(attention(name)).build();
        };
    }

    static Stream<Arguments> layers() {
        return Stream.of(
                        "convolution",
                        "selective",
                        "fixed",
                        "gate",
                        "window",
                        "window of one",
                        "fourier",
                        "fourier on a grid",
                        "token shift",
                        "relative window",
                        "wide window",
                        "local heads",
                        "groups",
                        "learned",
                        "sinusoidal",
                        "axial",
                        "rotary",
                        "grouped keys",
                        "attention",
                        "reversible",
                        "positive",
                        "relu",
                        "trigonometric",
                        "elu-plus-one")
                .flatMap(name -> Stream.of(
                        Arguments.of(name, DataType.DOUBLE, Engine.GRAPH),
                        Arguments.of(name, DataType.FLOAT, Engine.CPU)));
    }

    private static void use(Engine engine) {
        System.setProperty(Engine.PROPERTY, engine == Engine.CPU ? "cpu" : "graph");
    }

    private static INDArray x(DataType type, int tokens) {
        return Samples.gaussian(type, 3, 1, B, E, tokens);
    }

    private static INDArray y(DataType type, int tokens) {
        return Nets.oneHot(Samples.ids(type, 5, 3, B, tokens), 3);
    }

    private static RnnOutputLayer output() {
        return new RnnOutputLayer.Builder(LossFunction.MCXENT)
                .activation(Activation.SOFTMAX)
                .nOut(3)
                .build();
    }

    /** An LSTM below, the layer, a dense layer and the output above. */
    private static MultiLayerNetwork list(Layer layer, DataType type, int part) {
        MultiLayerNetwork net = new MultiLayerNetwork(new NeuralNetConfiguration.Builder()
                .seed(13)
                .dataType(type)
                .updater(new Sgd(0.02))
                .list()
                .layer(new LSTM.Builder().nOut(E).build())
                .layer(layer)
                .layer(new DenseLayer.Builder()
                        .nOut(E)
                        .activation(Activation.TANH)
                        .build())
                .layer(output())
                .setInputType(InputType.recurrent(E))
                .backpropType(part == 0 ? BackpropType.Standard : BackpropType.TruncatedBPTT)
                .tBPTTLength(Math.max(1, part))
                .build());
        net.init();
        return net;
    }

    private static ComputationGraph graph(Layer layer, DataType type, int part) {
        ComputationGraph net = new ComputationGraph(new NeuralNetConfiguration.Builder()
                .seed(13)
                .dataType(type)
                .updater(new Sgd(0.02))
                .graphBuilder()
                .addInputs("x")
                .addLayer("lstm", new LSTM.Builder().nOut(E).build(), "x")
                .addLayer("tested", layer, "lstm")
                .addLayer("out", output(), "tested")
                .setOutputs("out")
                .setInputTypes(InputType.recurrent(E))
                .backpropType(part == 0 ? BackpropType.Standard : BackpropType.TruncatedBPTT)
                .tBPTTLength(Math.max(1, part))
                .build());
        net.init();
        return net;
    }

    private static INDArray part(INDArray x, int from, int to) {
        return x.get(NDArrayIndex.all(), NDArrayIndex.all(), NDArrayIndex.interval(from, to))
                .dup('c');
    }

    private static void close(String name, INDArray actual, INDArray expected, double bound) {
        assertThat(actual.shape()).as(name).isEqualTo(expected.shape());
        double distance = actual.sub(expected).amaxNumber().doubleValue();
        assertThat(distance).as(name).isLessThanOrEqualTo(bound); // false for NaN
    }

    private static double bound(DataType type) {
        return type == DataType.DOUBLE ? 1e-10 : 2e-5;
    }

    @ParameterizedTest(name = "{0}, {1}, {2}")
    @MethodSource("layers")
    void tokenByTokenIsTheWhole(String name, DataType type, Engine engine) {
        use(engine);
        INDArray x = x(type, T);
        MultiLayerNetwork net = list(layer(name), type, 0);
        INDArray whole = net.output(x).dup('c');
        for (int round = 0; round < 2; round++) {
            for (int t = 0; t < T; t++) {
                INDArray step = net.rnnTimeStep(part(x, t, t + 1));
                close("token " + t, step.reshape(B, 3, 1), part(whole, t, t + 1), bound(type));
            }
            net.rnnClearPreviousState();
        }
        ComputationGraph graph = graph(layer(name), type, 0);
        whole = graph.output(x)[0].dup('c');
        int[] ends = {0, 5, 6, T};
        for (int i = 1; i < ends.length; i++) {
            INDArray step = graph.rnnTimeStep(part(x, ends[i - 1], ends[i]))[0];
            close(
                    "part " + i,
                    step.reshape(B, 3, ends[i] - ends[i - 1]),
                    part(whole, ends[i - 1], ends[i]),
                    bound(type));
        }
    }

    /** Where the window covers the sequence, the step is that of the whole. */
    @ParameterizedTest(name = "{0}, {1}, {2}")
    @MethodSource("layers")
    void truncationThatCutsNothingIsTheWhole(String name, DataType type, Engine engine) {
        use(engine);
        MultiLayerNetwork whole = list(layer(name), type, 0);
        MultiLayerNetwork parts = list(layer(name), type, T);
        for (int i = 0; i < 2; i++) {
            whole.fit(new DataSet(x(type, T), y(type, T)));
            parts.fit(new DataSet(x(type, T), y(type, T)));
        }
        close("parameters", parts.params(), whole.params(), bound(type));
    }

    /** Training in parts lowers the loss of the whole, and parts of the trained net are its whole. */
    @ParameterizedTest(name = "{0}, {1}, {2}")
    @MethodSource("layers")
    void partsTrainWithTheStateOfTheFirst(String name, DataType type, Engine engine) {
        use(engine);
        INDArray x = x(type, T);
        INDArray y = y(type, T);
        MultiLayerNetwork net = list(layer(name), type, 7);
        double first = net.score(new DataSet(x, y));
        for (int i = 0; i < 6; i++) {
            net.fit(new DataSet(x, y));
        }
        if (!name.equals("trigonometric")) { // its denominators have either sign
            assertThat(net.score(new DataSet(x, y))).isLessThan(first);
        }
        INDArray whole = net.output(x).dup('c');
        INDArray head = net.rnnTimeStep(part(x, 0, 7));
        close("first part", head, part(whole, 0, 7), 10 * bound(type));
        close("second part", net.rnnTimeStep(part(x, 7, T)), part(whole, 7, T), 10 * bound(type));
    }

    /** A frozen layer keeps its state, too. */
    @ParameterizedTest
    @EnumSource(Engine.class)
    void frozenLayersCarryOn(Engine engine) {
        use(engine);
        MultiLayerNetwork net = list(new FrozenLayer(layer("positive")), DataType.FLOAT, 0);
        INDArray x = x(DataType.FLOAT, T);
        INDArray whole = net.output(x).dup('c');
        for (int t = 0; t < T; t++) {
            INDArray step = net.rnnTimeStep(part(x, t, t + 1)).reshape(B, 3, 1);
            close("token " + t, step, part(whole, t, t + 1), 2e-5);
        }
    }

    /** A redraw waits for the sequence's end; in inference a state of other random features is refused. */
    @ParameterizedTest
    @EnumSource(Engine.class)
    void aStateBelongsToItsDraw(Engine engine) {
        use(engine);
        Layer layer = new PerformerBlockLayer.Builder()
                .attention(attention("positive").withRedrawInterval(1))
                .build();
        DataType type = DataType.FLOAT;
        MultiLayerNetwork net = list(layer, type, 4);
        INDArray x = x(type, T);
        net.fit(new DataSet(x, y(type, T))); // three parts, three iterations
        assertThat(net.getIterationCount()).isEqualTo(3);
        INDArray whole = net.output(x).dup('c');
        close("first", net.rnnTimeStep(part(x, 0, 5)), part(whole, 0, 5), 2e-5);
        Map<String, INDArray> state = ((RecurrentLayer) net.getLayer(1)).rnnGetPreviousState();
        assertThat(state.keySet()).containsExactly("attention", "tokens", "draw");
        assertThat(state.get("tokens").getLong(0)).isEqualTo(5);
        net.fit(new DataSet(x, y(type, T)));
        ((RecurrentLayer) net.getLayer(1)).rnnSetPreviousState(state);
        assertThatThrownBy(() -> net.rnnTimeStep(part(x, 5, 6)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith(
                        "a state belongs to the random features that it was made with, and these were drawn anew since; clear it by rnnClearPreviousState(); layer=");
        net.rnnClearPreviousState();
        INDArray again = net.output(x).dup('c');
        close("again", net.rnnTimeStep(part(x, 0, 5)), part(again, 0, 5), 2e-5);
    }

    /** In training, all parts of a sequence use the draw of the first: two steps of rate 0 leave the state that one pass leaves. */
    @ParameterizedTest
    @EnumSource(Engine.class)
    void trainingPartsShareTheirDraw(Engine engine) {
        use(engine);
        Layer layer = new PerformerAttentionLayer.Builder()
                .attention(attention("positive").withRedrawInterval(1))
                .build();
        MultiLayerNetwork net = list(layer, DataType.FLOAT, 6);
        INDArray x = x(DataType.FLOAT, 11);
        net.setIterationCount(8);
        INDArray whole = activate(net, x);
        INDArray first = activate(net, part(x, 0, 6));
        RecurrentLayer lstm = (RecurrentLayer) net.getLayer(0);
        RecurrentLayer tested = (RecurrentLayer) net.getLayer(1);
        Map<String, INDArray> state = tested.rnnGetTBPTTState();
        Map<String, INDArray> lstmState = lstm.rnnGetTBPTTState();
        net.setIterationCount(9); // as Deeplearning4j counts between parts
        lstm.rnnSetTBPTTState(lstmState);
        tested.rnnSetTBPTTState(state);
        List<INDArray> second = net.rnnActivateUsingStoredState(part(x, 6, 11), true, true);
        close("first", first, part(whole, 0, 6), 2e-5);
        close("second", second.get(2), part(whole, 6, 11), 2e-5);
    }

    private static INDArray activate(MultiLayerNetwork net, INDArray x) {
        net.rnnClearPreviousState();
        return net.rnnActivateUsingStoredState(x, true, true).get(2).dup('c');
    }

    @Test
    void wrongStatesAreNamed() {
        MultiLayerNetwork net = list(layer("positive"), DataType.FLOAT, 0);
        INDArray x = x(DataType.FLOAT, T);
        net.rnnTimeStep(part(x, 0, 3));
        INDArray other = Samples.gaussian(DataType.FLOAT, 3, 1, B + 1, E, 1);
        RecurrentLayer tested = (RecurrentLayer) net.getLayer(1);
        Map<String, INDArray> state = tested.rnnGetPreviousState();
        net.rnnClearPreviousState();
        tested.rnnSetPreviousState(state);
        assertThatThrownBy(() -> net.rnnTimeStep(other))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("a state must have the batch of its input; clear it by rnnClearPreviousState()")
                .hasMessageContaining("state=2, input=3");
        net.rnnClearPreviousState();
        tested.rnnSetPreviousState(Map.of("h", Nd4j.ones(1)));
        assertThatThrownBy(() -> net.rnnTimeStep(part(x, 0, 1)))
                .hasMessageContaining("a state must be of its own layer")
                .hasMessageContaining("missing=draw, state=[h]");
    }

    /** The nets of M2.1 never ask for shorter ones: they differentiate parts whole, their own recurrent layers' too. */
    @Test
    void shorterGradientsAreRefused() {
        RecurrentLayer tested =
                (RecurrentLayer) list(layer("positive"), DataType.FLOAT, 6).getLayer(1);
        INDArray error = Nd4j.ones(DataType.FLOAT, B, E, 6);
        assertThatThrownBy(() -> tested.tbpttBackpropGradient(error, 3, LayerWorkspaceMgr.noWorkspaces()))
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessageStartingWith("tBPTTBackwardLength must not be less than tBPTTForwardLength; layer=")
                .hasMessageEndingWith("tokens=6, backward=3");
    }
}
