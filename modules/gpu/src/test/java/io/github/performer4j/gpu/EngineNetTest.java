package io.github.performer4j.gpu;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.performer4j.core.engine.Engines;
import io.github.performer4j.core.layer.TwoSidedCase;
import io.github.performer4j.core.layer.TwoSidedTest;
import io.github.performer4j.core.model.PerformerConfig;
import io.github.performer4j.core.task.CausalLanguageModel;
import io.github.performer4j.core.task.Classification;
import io.github.performer4j.core.task.MaskedLanguageModel;
import io.github.performer4j.core.task.Task;
import io.github.performer4j.kernels.math.CounterRandom;
import java.util.LinkedHashMap;
import java.util.List;
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
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.learning.config.Adam;

/** Whole nets, and layers of two inputs, on the emulated device equal those of the processor: lookups, places, decay, pooling, losses, and parts of sequences with their states. */
class EngineNetTest {
    private static final double BOUND = 1e-4;
    /**
     * Of {@code aderf}, whose coordinates are inverse roots of second moments: of fewer rows than columns these magnify rounding a hundred times. The processor's are then up to 6e-5 off
     * the float64 graph, the device's 1.2e-4.
     */
    private static final double OF_INVERSE_ROOTS = 3e-4;

    /**
     * Of the largest value of all: a gradient that is the small rest of large ones cannot be nearer than these are rounded. (That of Wk drawn with seed 14 is 1.2e-3 of its largest off on the
     * processor, and 3.3e-3 on the device, both against float64.)
     */
    private static final double ROUNDINGS = 0x1p-22;

    private static final int VOCABULARY = 11;
    private static final int BATCH = 2;
    private static final int TOKENS = 71;

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
                .with("attention.heads", 2)
                .with("attention.features", 6)
                .with("width", 14)
                .with("layers", 2)
                .with("feedForward.hidden", 17)
                .with("dropout", 0.1);
    }

    static Stream<Arguments> nets() {
        PerformerConfig causal = config().withCausal(true);
        Task language = new CausalLanguageModel();
        Task masked = new MaskedLanguageModel();
        Task classes = new Classification(List.of("a", "b", "c"), false, "none", null);
        return Stream.of(
                Arguments.of("causal, fixed decay", causal.with("attention.decay", "fixed"), language),
                Arguments.of(
                        "causal, selective decay, convolution, tied",
                        causal.with("attention.decay", "selective")
                                .with("attention.convolution", 4)
                                .with("head.tied", true),
                        language),
                Arguments.of(
                        "causal, ReLU features, selective decay",
                        causal.with("attention.featureMap", "relu").with("attention.decay", "selective"),
                        language),
                Arguments.of("bidirectional, fixed decay", config().with("attention.decay", "fixed"), masked),
                Arguments.of("bidirectional, selective decay", config().with("attention.decay", "selective"), masked),
                Arguments.of("reversible", config().with("reversible", true), masked),
                Arguments.of(
                        "causal, token shift, ReZero, axial",
                        causal.with("tokenShift", true)
                                .with("norm.placement", "rezero")
                                .with("embedding.positions", "axial")
                                .with("embedding.rowLength", 7),
                        language),
                Arguments.of(
                        "token shift, ScaleNorm, axial",
                        config().with("tokenShift", true)
                                .with("norm.kind", "scale")
                                .with("embedding.positions", "axial"),
                        masked),
                Arguments.of("window", causal.with("attention.kind", "exact").with("attention.window", 5), language),
                Arguments.of(
                        "window, slopes",
                        causal.with(
                                Map.of("attention.kind", "exact", "attention.window", 5, "attention.decay", "alibi")),
                        language),
                Arguments.of("classes of pooled sequences", config(), classes));
    }

    private static ComputationGraph net(PerformerConfig config, Task task, String engine) {
        System.setProperty(Engines.PROPERTY, engine);
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

    private static INDArray ids(long seed, int columns, int vocabulary) {
        CounterRandom random = CounterRandom.of(seed);
        INDArray ids = Nd4j.create(DataType.FLOAT, BATCH, columns);
        for (int i = 0; i < BATCH * columns; i++) {
            ids.putScalar(i / columns, i % columns, random.nextInt(vocabulary));
        }
        return ids;
    }

    /** Runs a net forward, backward, and, of a causal one, in parts. */
    private static Map<String, INDArray> run(ComputationGraph net, Task task, boolean parts) {
        Map<String, INDArray> all = new LinkedHashMap<>();
        INDArray x = ids(3, TOKENS, VOCABULARY);
        INDArray mask = Nd4j.ones(DataType.FLOAT, BATCH, TOKENS);
        mask.get(NDArrayIndex.point(1), NDArrayIndex.interval(TOKENS - 9, TOKENS))
                .assign(0);
        net.setLayerMaskArrays(new INDArray[] {mask}, null);
        all.put("output", net.outputSingle(false, x).dup('c'));
        net.setLayerMaskArrays(new INDArray[] {mask}, null);
        net.setInputs(x);
        net.setLabels(task instanceof Classification ? classes() : ids(7, TOKENS, VOCABULARY));
        net.computeGradientAndScore();
        all.put("loss", Nd4j.scalar((float) net.score()));
        net.gradient().gradientForVariable().forEach((name, g) -> all.put(name, g.dup('c')));
        net.clearLayerMaskArrays();
        for (int from = 0; parts && from < TOKENS; from += 29) {
            INDArray part = x.get(NDArrayIndex.all(), NDArrayIndex.interval(from, Math.min(TOKENS, from + 29)));
            all.put("part from " + from, net.rnnTimeStep(part.dup('c'))[0].dup('c'));
        }
        return all;
    }

    private static INDArray classes() {
        return Nd4j.createFromArray(2f, 0f).reshape(BATCH, 1);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("nets")
    void netsAreThoseOfTheProcessor(String name, PerformerConfig config, Task task) {
        boolean parts = config.attention().causal();
        Map<String, INDArray> expected = run(net(config, task, "cpu"), task, parts);
        try (Emulation device = new Emulation(Emulation.Order.REVERSE, 3)) {
            Devices.use(() -> device);
            Map<String, INDArray> actual = run(net(config, task, "cuda"), task, parts);
            assertThat(device.launches()).isPositive();
            assertClose(actual, expected, BOUND);
        }
    }

    static Stream<Arguments> sides() {
        return TwoSidedTest.cases();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("sides")
    void layersOfTwoInputsAreThoseOfTheProcessor(String name, TwoSidedCase c) {
        System.setProperty(Engines.PROPERTY, "cpu");
        Map<String, INDArray> expected = c.run(c.net(DataType.FLOAT), DataType.FLOAT, true);
        try (Emulation device = new Emulation(Emulation.Order.DRAWN, 3)) {
            Devices.use(() -> device);
            System.setProperty(Engines.PROPERTY, "cuda");
            double bound = name.startsWith("aderf") ? OF_INVERSE_ROOTS : BOUND;
            assertClose(c.run(c.net(DataType.FLOAT), DataType.FLOAT, true), expected, bound);
        }
    }

    private static void assertClose(Map<String, INDArray> actual, Map<String, INDArray> expected, double bound) {
        assertThat(actual.keySet()).isEqualTo(expected.keySet());
        double most = expected.values().stream()
                .mapToDouble(one -> one.amaxNumber().doubleValue())
                .max()
                .orElseThrow();
        expected.forEach((tensor, e) -> {
            double largest = Math.max(e.amaxNumber().doubleValue(), 1e-3 * most);
            double error = actual.get(tensor).sub(e).amaxNumber().doubleValue();
            assertThat(error)
                    .as(tensor + "; largest=" + largest)
                    .isLessThanOrEqualTo(Math.max(bound * largest, ROUNDINGS * most));
        });
    }
}
