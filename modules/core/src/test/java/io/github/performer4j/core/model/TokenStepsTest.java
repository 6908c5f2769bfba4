package io.github.performer4j.core.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.performer4j.core.net.TokenSteps;
import io.github.performer4j.core.state.SequenceState;
import io.github.performer4j.core.task.CausalLanguageModel;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;

/** Token by token a net gives what it gives for the whole sequence, with every kind of position and attention that keeps a state, on both engines. */
class TokenStepsTest {
    private static final int V = 11;
    private static final int T = 53; // longer than a chunk of causal attention

    private static PerformerConfig config(String kind) {
        PerformerConfig base = PerformerConfig.defaults()
                .withCausal(true)
                .withVocabulary(V)
                .with("maxTokens", T)
                .with("width", 12)
                .with("layers", 2)
                .with("attention.heads", 3)
                .with("attention.features", 10)
                .with("feedForward.hidden", 20);
        return switch (kind) {
            case "rotary" -> base.with("attention.positions", "rotary").with("embedding.positions", "none");
            case "decay" -> base.with("attention.decay", "selective").with("embedding.positions", "none");
            case "convolution" -> base.with("attention.convolution", 3);
            case "gate" -> base.with("attention.gate", true).with("attention.convolution", 2);
            case "window" ->
                base.with("attention.kind", "exact")
                        .with("attention.window", 7)
                        .with("attention.positions", "rotary")
                        .with("embedding.positions", "none");
            case "window of one" -> base.with("attention.kind", "exact").with("attention.window", 1);
            case "wide window" -> base.with("attention.kind", "exact").with("attention.window", 60);
            case "local blocks" ->
                base.with(Map.of("layers", 3, "local.globalEvery", 2, "local.window", 7))
                        .with(Map.of("attention.positions", "rotary", "local.rotaryBase", 300))
                        .with(Map.of("norm.kind", "layer-gain", "norm.first", false, "branchScale", 0.6))
                        .with("embedding.positions", "none");
            case "slopes" ->
                base.with(Map.of("attention.kind", "exact", "attention.window", 7, "attention.decay", "alibi"))
                        .with("embedding.positions", "none");
            case "every second exact" ->
                base.with(Map.of("layers", 3, "exactEvery", 2, "attention.window", 7))
                        .with("attention.decay", "selective")
                        .with("attention.convolution", 3)
                        .with("attention.gate", true)
                        .with("attention.positions", "rotary")
                        .with("embedding.positions", "none");
            case "reversible" ->
                base.with(Map.of("layers", 3, "exactEvery", 2, "attention.window", 7, "reversible", true))
                        .with(Map.of("attention.convolution", 3, "tokenShift", true, "embedding.positions", "none"));
            case "local heads" ->
                base.with(Map.of("attention.localHeads", 1, "attention.window", 7, "attention.decay", "selective"));
            case "groups" ->
                base.with(
                        "attention.groups",
                        List.of(
                                Map.of("heads", 1, "kind", "exact", "window", 5),
                                Map.of("heads", 1, "decay", "fixed", "featureMap", "positive"),
                                Map.of("heads", 1, "featureMap", "relu", "features", 7)));
            case "fourier" ->
                base.with(Map.of("attention.positions", "fourier", "attention.featureMap", "positive"))
                        .with("embedding.positions", "none");
            case "tied" -> base.with("head.tied", true);
            case "relu" -> base.with("attention.featureMap", "relu").with("embedding.positions", "sinusoidal");
            default -> base.with("embedding.positions", kind);
        };
    }

    private static ComputationGraph net(String kind, DataType type) {
        ComputationGraph net =
                new ComputationGraph(config(kind).graph(new CausalLanguageModel(), new Sgd(0.1), 0, 7, type));
        net.init();
        return net;
    }

    private static int[] ids() {
        int[] ids = new int[T];
        for (int t = 0; t < T; t++) {
            ids[t] = (t * t + 3 * t + t / 7) % V;
        }
        return ids;
    }

    private static double[][] whole(ComputationGraph net, int... ids) {
        INDArray out = net.output(Nd4j.createFromArray(ids)
                .reshape(1, ids.length)
                .castTo(net.params().dataType()))[0];
        return out.reshape(ids.length, V).castTo(DataType.DOUBLE).toDoubleMatrix();
    }

    static Stream<Arguments> nets() {
        return Stream.of(
                        "learned",
                        "sinusoidal",
                        "none",
                        "rotary",
                        "decay",
                        "convolution",
                        "gate",
                        "window",
                        "window of one",
                        "wide window",
                        "reversible",
                        "local blocks",
                        "slopes",
                        "every second exact",
                        "local heads",
                        "groups",
                        "fourier",
                        "tied",
                        "relu")
                .flatMap(kind -> Stream.of(Arguments.of(kind, DataType.FLOAT), Arguments.of(kind, DataType.DOUBLE)));
    }

    private static void close(double[] actual, double[] expected, DataType type) {
        for (int i = 0; i < V; i++) {
            assertThat(actual[i]).isCloseTo(expected[i], within(type == DataType.DOUBLE ? 1e-9 : 2e-5));
        }
    }

    @ParameterizedTest(name = "{0}, {1}")
    @MethodSource("nets")
    void tokenByTokenIsTheWhole(String kind, DataType type) {
        ComputationGraph net = net(kind, type);
        int[] ids = ids();
        double[][] whole = whole(net, ids);
        TokenSteps steps = new TokenSteps(Replica.of(net), V);
        SequenceState state = SequenceState.empty();
        double[] next = new double[V];
        for (int t = 0; t < T; t++) {
            steps.read(state, ids, t, t + 1, next);
            close(next, whole[t], type);
        }
        assertThat(state.tokens()).isEqualTo(T);
    }

    @ParameterizedTest(name = "{0}, {1}")
    @MethodSource("nets")
    void partsAndCopiesAndFilesGoOnAlike(String kind, DataType type) throws IOException {
        ComputationGraph net = net(kind, type);
        int[] ids = ids();
        double[][] whole = whole(net, ids);
        TokenSteps steps = new TokenSteps(Replica.of(net), V);
        SequenceState state = SequenceState.empty();
        double[] next = new double[V];
        steps.read(state, ids, 0, 29, next);
        close(next, whole[28], type);
        SequenceState copy = state.copy();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        state.write(new DataOutputStream(bytes));
        steps.read(state, ids, 29, 30, next);
        double[] ofCopy = new double[V];
        steps.read(copy, ids, 29, 30, ofCopy);
        assertThat(ofCopy).isEqualTo(next);
        SequenceState read = SequenceState.read(new DataInputStream(new ByteArrayInputStream(bytes.toByteArray())));
        assertThat(read.tokens()).isEqualTo(29);
        double[] ofFile = new double[V];
        new TokenSteps(Replica.of(net), V).read(read, ids, 29, 30, ofFile);
        assertThat(ofFile).isEqualTo(next);
        close(next, whole[29], type);
    }

    /** A part that cannot be read leaves the state as it was. */
    @Test
    void positionsEnd() {
        TokenSteps steps = new TokenSteps(net("learned", DataType.FLOAT), V);
        SequenceState state = SequenceState.empty();
        double[] next = new double[V];
        int[] longer = Arrays.copyOf(ids(), T + 1);
        steps.read(state, longer, 0, T, next);
        assertThatThrownBy(() -> steps.read(state, longer, T, T + 1, next))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("sequence must not be longer than the model's tokens");
        assertThat(state.tokens()).isEqualTo(T);
        TokenSteps endless = new TokenSteps(net("rotary", DataType.FLOAT), V);
        SequenceState beyond = SequenceState.empty();
        for (int i = 0; i < 20; i++) {
            endless.read(beyond, ids(), 0, T, next);
        }
        assertThat(beyond.tokens()).isEqualTo(20 * T);
        assertThat(Arrays.stream(next).sum()).isCloseTo(1, within(1e-5));
    }

    @Test
    void whatNeedsTheWholeIsNamed() {
        PerformerConfig exact = config("learned").with("attention.kind", "exact");
        ComputationGraph net = new ComputationGraph(exact.graph(new CausalLanguageModel(), new Sgd(0.1), 0, 7));
        net.init();
        String obstacle = "a net must keep a state to go on token by token; layer=block-0, because "
                + "its attention is exact, and only linear attention, or exact attention within a window, has a state of one size";
        assertThat(TokenSteps.obstacle(net)).isEqualTo(obstacle);
        assertThatThrownBy(() -> new TokenSteps(net, V)).hasMessage(obstacle);
        ComputationGraph some = new ComputationGraph(
                config("learned").with("exactEvery", 2).graph(new CausalLanguageModel(), new Sgd(0.1), 0, 7));
        some.init();
        assertThat(TokenSteps.obstacle(some)).isEqualTo(obstacle.replace("block-0", "block-1"));
        assertThat(TokenSteps.obstacle(net("tied", DataType.FLOAT))).isNull();
    }

    @Test
    void statesOfOtherNetsAndVersionsAreRefused() throws IOException {
        SequenceState state = SequenceState.empty();
        double[] next = new double[V];
        new TokenSteps(net("learned", DataType.FLOAT), V).read(state, ids(), 0, 3, next);
        PerformerConfig other = config("learned").with("attention.features", 8);
        ComputationGraph wider = new ComputationGraph(other.graph(new CausalLanguageModel(), new Sgd(0.1), 0, 7));
        wider.init();
        assertThatThrownBy(() -> new TokenSteps(wider, V).read(state, ids(), 3, 4, next))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("a state must have the shape of its layer; layer=block-0");
        byte[] wrong = {0, 0, 0, 9};
        assertThatThrownBy(() -> SequenceState.read(new DataInputStream(new ByteArrayInputStream(wrong))))
                .isInstanceOf(IOException.class)
                .hasMessage("a state must be of a known version; version=9, known=1");
    }
}
