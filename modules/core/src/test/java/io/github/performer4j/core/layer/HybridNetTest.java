package io.github.performer4j.core.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.performer4j.core.Samples;
import io.github.performer4j.core.TensorAssert;
import io.github.performer4j.core.model.PerformerConfig;
import io.github.performer4j.core.net.LowRankAdapters;
import io.github.performer4j.core.program.LowRank;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.Sgd;

/** Whole nets of exact and linear blocks: kernels against the graph in float64, saved, trained, and without a look at later tokens. */
class HybridNetTest {
    private static final int B = 2;
    private static final int T = 13;

    static Stream<PerformerConfig> models() {
        PerformerConfig masked = Nets.config().with(Map.of("exactEvery", 2, "attention.window", 4));
        PerformerConfig causal = masked.withCausal(true)
                .with("attention.decay", "selective")
                .with("attention.convolution", 3)
                .with("attention.gate", true)
                .with("attention.positions", "rotary");
        PerformerConfig local = Nets.config()
                .with(Map.of("local.globalEvery", 2, "local.window", 4))
                .with(Map.of("norm.kind", "layer-gain", "norm.first", false, "branchScale", 0.7))
                .with(Map.of("attention.positions", "rotary", "local.rotaryBase", 50));
        return Stream.of(
                local,
                local.with("attention.headSize", 4),
                Nets.config()
                        .with(Map.of("attention.heads", 3, "attention.headSize", 6, "attention.decay", "alibi"))
                        .with(Map.of("attention.kind", "exact", "norm.kind", "rms")),
                local.with(Map.of(
                        "attention.kind", "exact", "norm.last", "rms", "attention.queryKeyNorm", "width-layer-gain")),
                local.with(Map.of("head.transform", "gelu", "head.transformBias", false)),
                local.withCausal(true).with("attention.decay", "fixed"),
                masked,
                masked.with(Map.of("exactEvery", 3, "attention.window", 0)),
                masked.with("attention.learnedProjection", true),
                causal,
                causal.with("attention.window", 1),
                causal.with(Map.of("exactEvery", 1, "attention.decay", "none")));
    }

    private static INDArray ids(DataType type) {
        return Samples.ids(type, 3, Nets.VOCABULARY, B, T);
    }

    private static INDArray mask(DataType type) {
        return Samples.mask(type, "1111111111100", "1111111111111");
    }

    /** Float32 runs on kernels, float64 as a graph. */
    @ParameterizedTest
    @MethodSource("models")
    void kernelsAreTheGraph(PerformerConfig config) {
        ComputationGraph kernels = Nets.graph(config, DataType.FLOAT, new Sgd(0.1));
        ComputationGraph graph = Nets.graph(config, DataType.DOUBLE, new Sgd(0.1));
        graph.setParams(kernels.params().castTo(DataType.DOUBLE));
        Gradient actual = gradient(kernels, DataType.FLOAT);
        Gradient expected = gradient(graph, DataType.DOUBLE);
        assertThat(kernels.score()).isCloseTo(graph.score(), within(1e-5));
        expected.gradientForVariable().forEach((name, value) -> {
            double scale = Math.max(1, value.amaxNumber().doubleValue());
            INDArray difference =
                    actual.getGradientFor(name).castTo(DataType.DOUBLE).sub(value);
            assertThat(difference.amaxNumber().doubleValue() / scale).as(name).isLessThan(1e-4);
        });
    }

    private static Gradient gradient(ComputationGraph net, DataType type) {
        Nets.feed(net, ids(type), Samples.ids(type, 5, Nets.VOCABULARY, B, T), mask(type), mask(type))
                .set();
        net.computeGradientAndScore();
        return net.gradient();
    }

    @ParameterizedTest
    @MethodSource("models")
    void trainsAndIsReadAgain(PerformerConfig config) throws IOException {
        ComputationGraph net = Nets.graph(config, DataType.FLOAT);
        INDArray x = ids(DataType.FLOAT);
        INDArray[] masks = {mask(DataType.FLOAT)};
        net.fit(new INDArray[] {x}, new INDArray[] {x}, masks, masks);
        double first = net.score();
        for (int i = 0; i < 20; i++) {
            net.fit(new INDArray[] {x}, new INDArray[] {x}, masks, masks);
        }
        assertThat(net.score()).isLessThan(first);
        ByteArrayOutputStream zip = new ByteArrayOutputStream();
        ModelSerializer.writeModel(net, zip, true);
        ComputationGraph read =
                ModelSerializer.restoreComputationGraph(new ByteArrayInputStream(zip.toByteArray()), true);
        assertThat(read.getConfiguration()).isEqualTo(net.getConfiguration());
        assertThat(read.outputSingle(x)).isEqualTo(net.outputSingle(x));
    }

    @ParameterizedTest
    @MethodSource("models")
    void laterTokensChangeNoBitOfEarlierOnes(PerformerConfig config) {
        for (DataType type : new DataType[] {DataType.FLOAT, DataType.DOUBLE}) {
            ComputationGraph net = Nets.graph(config, type);
            INDArray x = ids(type);
            INDArray before = net.outputSingle(x).dup();
            x.putScalar(1, T - 2, (x.getInt(1, T - 2) + 1) % Nets.VOCABULARY);
            INDArray after = net.outputSingle(x);
            for (int t = 0; t < T; t++) {
                boolean same = row(after, t).equals(row(before, t));
                assertThat(same)
                        .as("t=%d, %s", t, type)
                        .isEqualTo(config.attention().causal() && t < T - 2);
            }
        }
    }

    /** Updates of low rank begin as nothing, in exact blocks as in linear ones, and become part of the weights. */
    @ParameterizedTest
    @MethodSource("models")
    void lowRankUpdatesGoWithBothKinds(PerformerConfig config) {
        INDArray x = ids(DataType.FLOAT);
        ComputationGraph net = Nets.graph(config, DataType.FLOAT);
        ComputationGraph tuned = LowRankAdapters.attach(net, new LowRank(2, 4, 0, Set.of("Wq", "Wv")));
        TensorAssert.assertClose("as before", tuned.outputSingle(x), net.outputSingle(x));
        tuned.fit(new INDArray[] {x}, new INDArray[] {x});
        ComputationGraph merged = LowRankAdapters.merge(tuned);
        TensorAssert.assertClose("merged", merged.outputSingle(x), tuned.outputSingle(x));
    }

    private static INDArray row(INDArray out, int t) {
        return out.reshape(B * T, Nets.VOCABULARY).getRow(T + t).dup();
    }
}
