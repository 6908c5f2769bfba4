package io.github.performer4j.core.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.performer4j.core.Samples;
import io.github.performer4j.core.TensorAssert;
import io.github.performer4j.core.cpu.CpuLoss;
import io.github.performer4j.core.engine.Engines;
import io.github.performer4j.core.loss.FusedLossRuntime;
import io.github.performer4j.core.loss.TokenLossRuntime;
import io.github.performer4j.core.program.LayerProgram;
import io.github.performer4j.core.program.LossProgram;
import io.github.performer4j.core.program.LowRank;
import io.github.performer4j.core.program.Places;
import io.github.performer4j.core.program.Pooling;
import io.github.performer4j.core.program.Value;
import io.github.performer4j.core.program.Weight;
import io.github.performer4j.core.workspace.FusedMemory;
import io.github.performer4j.kernels.CpuKernels;
import io.github.performer4j.kernels.math.Activation;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.deeplearning4j.nn.api.MaskState;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Sgd;

/**
 * Heads that no layer of ours is: in chunks of rows on kernels they equal their graph in float64, probabilities, loss
 * and all gradients, in memory of NaN and for any number of threads.
 */
class LossProgramTest {
    private static final double BOUND = 1e-4;
    static final int WIDTH = 14;
    static final int VOCABULARY = 37;
    private static final int B = 3;
    private static final int T = 131; // 393 rows: three chunks of 128 and one of 9

    /** A head of a user's own, by a function of its input. */
    static final class AnyHead extends LossLayer {
        private final BiFunction<LayerProgram.Builder, Value, Value> body;

        AnyHead(BiFunction<LayerProgram.Builder, Value, Value> body) {
            this.body = body;
        }

        @Override
        public LossProgram losses(int columns) {
            LayerProgram.Builder p = new LayerProgram.Builder();
            return new LossProgram(p.output(body.apply(p, p.input("x", WIDTH))));
        }
    }

    private static Arguments of(String name, BiFunction<LayerProgram.Builder, Value, Value> body) {
        return Arguments.of(name, body);
    }

    private static Value last(LayerProgram.Builder p, Value x) {
        return p.linear(x, "Wout", "bout", VOCABULARY);
    }

    static Stream<Arguments> heads() {
        LowRank lowRank = new LowRank(3, 6, 0, Set.of("W1"));
        return Stream.of(
                of(
                        "a hidden layer with a norm, as BERT's",
                        (p, x) -> last(
                                p,
                                p.norm(
                                        p.activate(Activation.GELU, p.linear(x, "W1", "b1", 19)),
                                        "gain",
                                        "bias",
                                        1e-5))),
                of(
                        "a residual sum with dropout",
                        (p, x) -> last(p, p.add(x, p.drop(p.linear(x, "W1", "b1", WIDTH), 0.3, 0)))),
                of(
                        "a weight and its transpose",
                        (p, x) -> last(
                                p,
                                p.linear(
                                        p.activate(Activation.RELU, p.linear(x, "W1", null, 19)),
                                        new Weight.Tied("W1", "b2", 19, WIDTH, true)))),
                of(
                        "the transpose of a table",
                        (p, x) -> p.linear(x, new Weight.Tied("table", "b", WIDTH, VOCABULARY, true))),
                of(
                        "a weight that stays, with an update of low rank",
                        (p, x) -> last(p, p.linear(x, "W1", "b1", 19, lowRank))),
                of(
                        "orthonormal columns with scales",
                        (p, x) -> last(
                                p,
                                p.linear(
                                        x,
                                        new Weight.PerHead(
                                                new Weight.Orthogonal("V", "b1", WIDTH, 8, true), "rho", 2)))),
                of(
                        "a gate",
                        (p, x) -> last(
                                p, p.gate(Activation.SILU, p.linear(x, "W1", null, 19), p.linear(x, "W2", null, 19)))),
                of("an activation behind all", (p, x) -> p.activate(Activation.SILU, last(p, x))),
                of("logits times a constant", (p, x) -> p.scale(last(p, x), 1.7)),
                of("a copy of a product", (p, x) -> p.copy(last(p, x))));
    }

    private static MultiLayerNetwork net(BiFunction<LayerProgram.Builder, Value, Value> body, DataType type) {
        MultiLayerNetwork net = new MultiLayerNetwork(new NeuralNetConfiguration.Builder()
                .seed(13)
                .dataType(type)
                .miniBatch(false)
                .updater(new Sgd(0.1))
                .list()
                .layer(new LayerNormLayer.Builder().build())
                .layer(new AnyHead(body))
                .setInputType(InputType.recurrent(WIDTH, T, RNNFormat.NWC))
                .build());
        net.init();
        return net;
    }

    static TokenLossRuntime head(BiFunction<LayerProgram.Builder, Value, Value> body, DataType type) {
        MultiLayerNetwork net = net(body, type);
        net.initGradientsView();
        net.setParams(
                Samples.gaussian(DataType.FLOAT, 31, 0.5, net.params().shape()).castTo(type));
        return (TokenLossRuntime) net.getLayer(1);
    }

    static Map<String, INDArray> run(TokenLossRuntime layer, DataType type) {
        LayerWorkspaceMgr workspaces = LayerWorkspaceMgr.noWorkspaces();
        INDArray labels = Samples.ids(DataType.FLOAT, 5, VOCABULARY, B, T);
        labels.putScalar(0, T - 1, -1);
        double[] real = new double[B * T];
        for (int i = 0; i < real.length; i++) {
            real[i] = i % 5 == 4 ? 0 : 1;
        }
        layer.setInput(Samples.gaussian(DataType.FLOAT, 3, 1, B, T, WIDTH).castTo(type), workspaces);
        layer.setLabels(labels.castTo(type));
        layer.feedForwardMaskArray(Samples.array(type, real, B, T), MaskState.Active, B);
        Map<String, INDArray> tensors = new LinkedHashMap<>();
        tensors.put("probabilities", layer.activate(false, workspaces).dup('c'));
        Pair<Gradient, INDArray> gradients = layer.backpropGradient(null, workspaces);
        tensors.put("input", gradients.getSecond().dup('c'));
        gradients.getFirst().gradientForVariable().forEach((name, g) -> tensors.put(name, g.dup('c')));
        for (boolean training : new boolean[] {true, false}) {
            double loss = layer.computeScore(0, training, workspaces);
            tensors.put("loss, training " + training, Samples.array(DataType.DOUBLE, new double[] {loss}, 1));
        }
        return tensors;
    }

    private static FusedLossRuntime chunked(BiFunction<LayerProgram.Builder, Value, Value> body) {
        FusedLossRuntime layer = (FusedLossRuntime) head(body, DataType.FLOAT);
        ((CpuLoss) layer.runner(WIDTH)).limit(1);
        return layer;
    }

    private static void poison() {
        FusedMemory.phase().poison();
        FusedMemory.task().poison();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("heads")
    void inChunksEqualsTheGraphInFloat64(String name, BiFunction<LayerProgram.Builder, Value, Value> body) {
        run(chunked(body), DataType.FLOAT); // takes memory
        poison();
        Map<String, INDArray> actual = run(chunked(body), DataType.FLOAT);
        TokenLossRuntime graph = head(body, DataType.DOUBLE);
        assertThat(graph).isNotInstanceOf(FusedLossRuntime.class);
        Map<String, INDArray> expected = run(graph, DataType.DOUBLE);
        assertThat(actual.keySet()).isEqualTo(expected.keySet());
        expected.forEach((tensor, e) -> {
            INDArray a = actual.get(tensor);
            assertThat(a.shape()).as(tensor).isEqualTo(e.shape());
            TensorAssert.assertFinite(tensor, a);
            double largest = e.amaxNumber().doubleValue();
            double error = a.castTo(DataType.DOUBLE).sub(e).amaxNumber().doubleValue();
            assertThat(error).as(tensor + "; largest=" + largest).isLessThanOrEqualTo(BOUND * largest);
        });
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("heads")
    void bitsDependOnNoThreads(String name, BiFunction<LayerProgram.Builder, Value, Value> body) {
        Map<String, INDArray> expected = run(chunked(body), DataType.FLOAT);
        try (CpuKernels one = new CpuKernels(1);
                CpuKernels three = new CpuKernels(3)) {
            for (CpuKernels kernels : List.of(one, three)) {
                FusedLossRuntime layer = chunked(body);
                layer.use(kernels);
                poison();
                run(layer, DataType.FLOAT)
                        .forEach((tensor, a) -> TensorAssert.assertIdentical(tensor, a, expected.get(tensor)));
            }
        }
    }

    /** Parameters begin as the program says, what stays is fixed, and a head of one's own trains with Deeplearning4j. */
    @Test
    void parametersFollowFromTheProgram() {
        LowRank lowRank = new LowRank(3, 6, 0, Set.of("W1"));
        MultiLayerNetwork net = net(
                (p, x) -> last(p, p.norm(p.linear(x, "W1", "b1", 19, lowRank), "gain", "bias", 1e-5)), DataType.FLOAT);
        Map<String, INDArray> before = new LinkedHashMap<>();
        net.getLayer(1).paramTable().forEach((name, value) -> before.put(name, value.dup('c')));
        assertThat(before.keySet())
                .containsExactlyInAnyOrder("W1", "b1", "W1.A", "W1.B", "gain", "bias", "Wout", "bout");
        assertThat(before.get("gain").minNumber().doubleValue()).isEqualTo(1);
        assertThat(before.get("W1.B").amaxNumber().doubleValue()).isZero();
        assertThat(before.get("W1").amaxNumber().doubleValue()).isPositive();
        DataSet batch = new DataSet(
                Samples.gaussian(DataType.FLOAT, 3, 1, B, T, WIDTH), Samples.ids(DataType.FLOAT, 5, VOCABULARY, B, T));
        double first = net.score(batch);
        for (int i = 0; i < 20; i++) {
            net.fit(batch);
        }
        assertThat(net.score(batch)).isLessThan(first);
        net.getLayer(1)
                .paramTable()
                .forEach((name, value) -> assertThat(value.equals(before.get(name)))
                        .as(name)
                        .isEqualTo(Set.of("W1", "b1").contains(name)));
    }

    @Test
    void theGraphEngineRunsAllHeadsAsGraphs() {
        String before = System.getProperty(Engines.PROPERTY);
        System.setProperty(Engines.PROPERTY, "graph");
        try {
            assertThat(head(LossProgramTest::last, DataType.FLOAT)).isNotInstanceOf(FusedLossRuntime.class);
        } finally {
            if (before == null) {
                System.clearProperty(Engines.PROPERTY);
            } else {
                System.setProperty(Engines.PROPERTY, before);
            }
        }
    }

    @Test
    void logitsAreATokensOwn() {
        List<BiFunction<LayerProgram.Builder, Value, Value>> others = List.of(
                (p, x) -> p.convolve(x, "taps", 3, true),
                (p, x) -> p.place(x, new Places.Sinusoidal(1)),
                (p, x) -> p.pool(x, Pooling.MEAN),
                (p, x) -> p.lookup(x, "W", 7, 5));
        others.forEach(body -> assertThatThrownBy(() -> new AnyHead(body).losses(WIDTH))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(
                        "logits must be a token's own, from one input of rows; inputs=1, operations=["));
    }
}
