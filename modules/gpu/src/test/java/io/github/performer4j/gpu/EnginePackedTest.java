package io.github.performer4j.gpu;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.performer4j.core.engine.Engines;
import io.github.performer4j.core.model.PerformerConfig;
import io.github.performer4j.core.task.CausalLanguageModel;
import io.github.performer4j.core.task.MaskedLanguageModel;
import io.github.performer4j.core.task.Task;
import io.github.performer4j.kernels.math.CounterRandom;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;

/**
 * Nets of packed rows on the emulated device equal those of the processor, outputs and all gradients, where each sequence is what it is alone: sequences within a chunk, over several of them, from the
 * first token of one on and up to its last one, of one token, and with padding in front, between and behind them.
 */
class EnginePackedTest {
    private static final double BOUND = 1e-4;
    private static final int VOCABULARY = 11;
    private static final int TOKENS = 151; // chunks of 64, and a part of one
    /** Numbers of sequences and how many tokens have them, row by row. */
    private static final int[][][] ROWS = {
        {{1, 40}, {2, 24}, {3, 70}, {4, 17}},
        {{0, 3}, {1, 3}, {0, 2}, {2, 100}, {0, 30}, {3, 1}, {0, 12}},
        {{1, TOKENS}},
        {{1, 1}, {2, 1}, {3, 1}, {4, 61}, {5, 1}, {6, 86}},
        {{1, 64}, {2, 64}, {3, 23}}
    };

    @BeforeEach
    void compiler() {
        Assumptions.assumeTrue(Emulation.missing() == null, Emulation.missing());
    }

    @AfterEach
    void restore() {
        System.clearProperty(Engines.PROPERTY);
    }

    private static PerformerConfig config() {
        return PerformerConfig.defaults()
                .with("embedding.vocabulary", VOCABULARY)
                .with("maxTokens", TOKENS)
                .with("attention.kind", "linear")
                .with("attention.heads", 2)
                .with("attention.features", 6)
                .with("width", 14)
                .with("layers", 1)
                .with("feedForward.hidden", 17)
                .with("dropout", 0.1);
    }

    static Stream<Arguments> nets() {
        PerformerConfig both = config();
        PerformerConfig causal = config().withCausal(true);
        return Stream.of(
                Arguments.of("bidirectional", both, "sequence_sums"),
                Arguments.of("causal", causal, "head_places"),
                Arguments.of(
                        "trigonometric",
                        both.with(Map.of("attention.featureMap", "trigonometric", "attention.features", 96)),
                        "sequence_sums"),
                Arguments.of("causal, ReLU", causal.with("attention.featureMap", "relu"), "head_places"),
                Arguments.of("ReLU", both.with("attention.featureMap", "relu"), "sequence_sums"),
                Arguments.of("fixed decay", both.with("attention.decay", "fixed"), "sequence_sums"),
                Arguments.of("causal, fixed decay", causal.with("attention.decay", "fixed"), "head_places"),
                Arguments.of("selective decay", both.with("attention.decay", "selective"), "side_decay_gradient"),
                Arguments.of(
                        "causal, selective decay",
                        causal.with("attention.decay", "selective"),
                        "causal_decay_gradient"),
                Arguments.of(
                        "causal, ReLU, selective decay",
                        causal.with("attention.decay", "selective").with("attention.featureMap", "relu"),
                        "causal_decay_gradient"),
                Arguments.of(
                        "convolution, token shift, learned projection",
                        both.with("attention.convolution", 5)
                                .with("tokenShift", true)
                                .with("attention.learnedProjection", true),
                        "shift"),
                Arguments.of(
                        "causal, convolution, token shift, axial",
                        causal.with("attention.convolution", 4)
                                .with("tokenShift", true)
                                .with("embedding.positions", "axial"),
                        "axial_gradient"),
                Arguments.of(
                        "rotary, sinusoidal",
                        both.with("embedding.positions", "sinusoidal").with("attention.positions", "rotary"),
                        "rotate"),
                Arguments.of("exact", both.with("attention.kind", "exact"), "attend_softmax"),
                Arguments.of(
                        "causal, exact, window",
                        causal.with("attention.kind", "exact").with("attention.window", 9),
                        "attend_softmax"),
                Arguments.of(
                        "local heads",
                        both.with(Map.of("attention.localHeads", 1, "attention.window", 5)),
                        "attend_softmax"),
                Arguments.of(
                        "decay of exact attention, global tokens",
                        both.with(Map.of(
                                "attention.kind",
                                "exact",
                                "attention.decay",
                                "alibi",
                                "attention.window",
                                5,
                                "attention.globalTokens",
                                3)),
                        "attend_softmax_gradient"),
                Arguments.of(
                        "causal, global tokens",
                        causal.with(
                                Map.of("attention.kind", "exact", "attention.window", 4, "attention.globalTokens", 2)),
                        "attend_softmax_gradient"),
                Arguments.of("reversible", causal.with(Map.of("reversible", true, "layers", 2)), "head_places"));
    }

    private static ComputationGraph net(PerformerConfig config, String engine) {
        System.setProperty(Engines.PROPERTY, engine);
        Task task = config.attention().causal() ? new CausalLanguageModel() : new MaskedLanguageModel();
        ComputationGraph net = new ComputationGraph(config.graph(task, new Adam(1e-2), 0, 29));
        net.init();
        CounterRandom random = CounterRandom.of(5);
        float[] values = new float[Math.toIntExact(net.numParams())];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (net.params().getDouble(i) + 0.2 * random.nextGaussian());
        }
        net.setParams(Nd4j.create(values, new long[] {1, values.length}, 'c'));
        return net;
    }

    private static INDArray ids(long seed) {
        CounterRandom random = CounterRandom.of(seed);
        float[] ids = new float[ROWS.length * TOKENS];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = random.nextInt(VOCABULARY);
        }
        return Nd4j.create(ids, new long[] {ROWS.length, TOKENS}, 'c');
    }

    private static INDArray mask() {
        float[] mask = new float[ROWS.length * TOKENS];
        int at = 0;
        for (int[][] row : ROWS) {
            for (int[] sequence : row) {
                for (int t = 0; t < sequence[1]; t++) {
                    mask[at++] = sequence[0];
                }
            }
        }
        return Nd4j.create(mask, new long[] {ROWS.length, TOKENS}, 'c');
    }

    private static Map<String, INDArray> run(ComputationGraph net) {
        Map<String, INDArray> all = new LinkedHashMap<>();
        net.setLayerMaskArrays(new INDArray[] {mask()}, null);
        INDArray output = net.outputSingle(false, ids(3)).dup('c');
        INDArray real = mask().gt(0).castTo(DataType.FLOAT).reshape(ROWS.length, TOKENS, 1);
        all.put("output", output.mul(real.broadcast(output.shape())));
        net.setLayerMaskArrays(new INDArray[] {mask()}, null);
        net.setInputs(ids(3));
        net.setLabels(ids(7));
        net.computeGradientAndScore();
        all.put("loss", Nd4j.scalar((float) net.score()));
        net.gradient().gradientForVariable().forEach((name, g) -> all.put(name, g.dup('c')));
        net.clearLayerMaskArrays();
        return all;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("nets")
    void packedRowsAreThoseOfTheProcessor(String name, PerformerConfig config, String kernel) {
        Map<String, INDArray> expected = run(net(config, "cpu"));
        Map<String, INDArray> first = null;
        for (Emulation.Order order : new Emulation.Order[] {Emulation.Order.REVERSE, Emulation.Order.DRAWN}) {
            try (Emulation device = new Emulation(order, 3)) {
                Devices.use(() -> device);
                Map<String, INDArray> actual = run(net(config, "cuda"));
                assertThat(device.launched(kernel)).as(kernel).isTrue();
                assertThat(actual.keySet()).isEqualTo(expected.keySet());
                double most = expected.values().stream()
                        .mapToDouble(one -> one.amaxNumber().doubleValue())
                        .max()
                        .orElseThrow();
                expected.forEach((tensor, e) -> {
                    double largest = Math.max(e.amaxNumber().doubleValue(), 1e-3 * most);
                    assertThat(actual.get(tensor).sub(e).amaxNumber().doubleValue())
                            .as(tensor + "; largest=" + largest)
                            .isLessThanOrEqualTo(BOUND * largest);
                });
                if (first != null) {
                    first.forEach((tensor, f) ->
                            assertThat(actual.get(tensor)).as(tensor + " again").isEqualTo(f));
                }
                first = actual;
            }
        }
    }
}
