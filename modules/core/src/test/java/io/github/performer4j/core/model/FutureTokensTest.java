package io.github.performer4j.core.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.performer4j.core.task.CausalLanguageModel;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;

/** What a causal net gives for a token does not depend on later ones, not in a bit, over several chunks and blocks of rows, with every scheme that can be causal. */
class FutureTokensTest {
    private static final int V = 13;
    private static final int T = 300;

    private static PerformerConfig config(String kind) {
        PerformerConfig base = PerformerConfig.defaults()
                .withCausal(true)
                .withVocabulary(V)
                .with("maxTokens", T)
                .with("width", 12)
                .with("layers", 2)
                .with("embedding.positions", "none")
                .with("attention.heads", 3)
                .with("attention.features", 10)
                .with("feedForward.hidden", 20);
        return switch (kind) {
            case "relu" -> base.with("attention.featureMap", "relu");
            case "recipe" ->
                base.with("attention.featureMap", "relu")
                        .with("attention.decay", "selective")
                        .with("attention.convolution", 4)
                        .with("attention.gate", true)
                        .with("attention.positions", "rotary");
            case "fixed decay" -> base.with("attention.decay", "fixed");
            case "fourier" -> base.with("attention.positions", "fourier");
            case "fourier on a grid" ->
                base.with(Map.of("attention.positions", "fourier", "attention.grid", "cls+17x18"));
            case "buckets" -> base.with("attention.positions", "buckets");
            case "toeplitz" -> base.with("attention.positions", "toeplitz").with("attention.queryKeyNorm", "rms");
            case "prefix" -> base.with("attention.prefix", 5);
            case "exact" -> base.with("attention.kind", "exact");
            case "slopes" ->
                base.with(Map.of("attention.kind", "exact", "attention.window", 70, "attention.decay", "alibi"));
            case "local heads" -> base.with(Map.of("attention.localHeads", 1, "attention.window", 70));
            case "global tokens" ->
                base.with(Map.of("attention.kind", "exact", "attention.window", 9, "attention.globalTokens", 2));
            case "groups" ->
                base.with(
                        "attention.groups",
                        List.of(
                                Map.of("heads", 1, "decay", "selective"),
                                Map.of("heads", 1, "kind", "exact", "window", 9),
                                Map.of("heads", 1, "featureMap", "relu")));
            case "token shift, reversible" -> base.with("tokenShift", true).with("reversible", true);
            default -> base.with("attention.featureMap", kind);
        };
    }

    static Stream<Arguments> nets() {
        return Stream.of(
                        "positive",
                        "hyperbolic",
                        "relu",
                        "recipe",
                        "fixed decay",
                        "fourier",
                        "fourier on a grid",
                        "buckets",
                        "toeplitz",
                        "prefix",
                        "exact",
                        "slopes",
                        "local heads",
                        "global tokens",
                        "groups",
                        "token shift, reversible")
                .flatMap(kind -> Stream.of(Arguments.of(kind, DataType.FLOAT), Arguments.of(kind, DataType.DOUBLE)));
    }

    @ParameterizedTest(name = "{0}, {1}")
    @MethodSource("nets")
    void noBitOfAnEarlierOutputChanges(String kind, DataType type) {
        ComputationGraph net =
                new ComputationGraph(config(kind).graph(new CausalLanguageModel(), new Sgd(0.1), 0, 7, type));
        net.init();
        double[][] before = output(net, type, T);
        for (int changed : new int[] {T - 1, 201, 127, 64, 2}) {
            double[][] after = output(net, type, changed);
            for (int t = 0; t < changed; t++) {
                assertThat(after[t]).as("token %d, changed %d", t, changed).isEqualTo(before[t]);
            }
            assertThat(after[changed]).isNotEqualTo(before[changed]);
        }
    }

    /** Returns rows [T,V] for a text in which one token is another, if it is below T. */
    private static double[][] output(ComputationGraph net, DataType type, int changed) {
        int[] ids = new int[T];
        for (int t = 0; t < T; t++) {
            ids[t] = (t * t + 3 * t + t / 7 + (t == changed ? 5 : 0)) % V;
        }
        return net.output(Nd4j.createFromArray(ids).reshape(1, T).castTo(type))[0]
                .reshape(T, V)
                .castTo(DataType.DOUBLE)
                .toDoubleMatrix();
    }
}
