package io.github.performer4j.core.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.performer4j.core.Samples;
import io.github.performer4j.core.TensorAssert;
import io.github.performer4j.core.attention.AttentionOptions;
import io.github.performer4j.core.attention.Decay;
import io.github.performer4j.core.layer.FeedForward;
import io.github.performer4j.core.layer.Nets;
import io.github.performer4j.core.layer.PerformerBlockLayer;
import io.github.performer4j.core.model.PerformerConfig;
import io.github.performer4j.core.program.LowRank;
import io.github.performer4j.core.program.Snnk;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Updates of low rank: begin as nothing, leave the weights alone, survive the zip, and add up to weights. */
class LowRankAdaptersTest {
    private static final LowRank LOW = new LowRank(2, 6, 0, Set.of("Wq", "Wv", "W2"));

    private static INDArray ids(ComputationGraph net, int seed) {
        return Samples.ids(net.params().dataType(), seed, Nets.VOCABULARY, 2, 13);
    }

    private static void train(ComputationGraph net) {
        for (int i = 0; i < 5; i++) {
            net.fit(Nets.feed(net, ids(net, i), ids(net, 50 + i), null, null).data());
        }
    }

    private static Map<String, INDArray> copyOf(ComputationGraph net) {
        Map<String, INDArray> all = new LinkedHashMap<>();
        net.paramTable().forEach((name, array) -> all.put(name, array.dup()));
        return all;
    }

    private static INDArray output(ComputationGraph net) {
        return net.outputSingle(ids(net, 99)).dup();
    }

    @ParameterizedTest
    @EnumSource(
            value = DataType.class,
            names = {"FLOAT", "DOUBLE"})
    void trainsUpdatesAndNothingElseOfTheBlocks(DataType type) {
        trains(Nets.graph(Nets.config(), type), LOW);
        trains(Nets.graph(Nets.config().with("attention.gate", true), type), new LowRank(2, 6, 0, Set.of("Wq", "Wg")));
        trains(Nets.graph(Nets.config().with("attention.temperature", true), type), LOW);
        trains(Nets.graph(local(), type), LOW);
    }

    private static PerformerConfig local() {
        return Nets.config().with(Map.of("attention.localHeads", 1, "attention.window", 4));
    }

    /** Those of local heads have names of their own, and are meant, too. */
    @Test
    void weightsOfLocalHeadsAreUpdated() {
        assertThat(LowRankAdapters.attach(Nets.graph(local(), DataType.FLOAT), LOW)
                        .paramTable())
                .containsKeys("block-0_Wq.A", "block-0_local.Wq.A", "block-2_local.Wv.B")
                .doesNotContainKey("block-0_local.Wk.A");
    }

    private static void trains(ComputationGraph net, LowRank low) {
        DataType type = net.params().dataType();
        ComputationGraph tuned = LowRankAdapters.attach(net, low);
        assertThat(tuned.params().dataType()).isEqualTo(type);
        net.paramTable()
                .forEach((name, array) ->
                        TensorAssert.assertIdentical(name, tuned.paramTable().get(name), array));
        // sums are taken in another order
        assertThat(output(tuned).sub(output(net)).amaxNumber().doubleValue())
                .isLessThan(type == DataType.FLOAT ? 1e-6 : 1e-15);
        Map<String, INDArray> before = copyOf(tuned);
        train(tuned);
        tuned.paramTable().forEach((name, array) -> {
            boolean update = name.endsWith(".A") || name.endsWith(".B");
            boolean block = name.startsWith("block-");
            boolean norm = name.matches(".*(gain|bias)(\\d|o)");
            if (update || !block || norm) {
                assertThat(array.equalsWithEps(before.get(name), 0))
                        .as(name + " is trained")
                        .isFalse();
            } else {
                TensorAssert.assertIdentical(name, array, before.get(name));
            }
        });
        ComputationGraph merged = LowRankAdapters.merge(tuned);
        assertThat(merged.paramTable().keySet()).isEqualTo(net.paramTable().keySet());
        INDArray expected = output(tuned);
        double error = output(merged).sub(expected).amaxNumber().doubleValue();
        assertThat(error)
                .isLessThan((type == DataType.FLOAT ? 1e-4 : 1e-12)
                        * expected.amaxNumber().doubleValue());
    }

    /** They are the features' for which the weights that stay were trained, and would be most of what a run leaves in its adapters; merged, they move again. */
    @ParameterizedTest
    @EnumSource(
            value = DataType.class,
            names = {"FLOAT", "DOUBLE"}) // kernels and graph
    void runningStatisticsStay(DataType type) {
        ComputationGraph net = Nets.graph(
                local().with(Map.of("attention.featureMap", "sderf", "attention.statistics", "running")), type);
        train(net);
        INDArray own = net.getParam("block-0_statistics");
        assertThat(own.amaxNumber().doubleValue()).isPositive();
        ComputationGraph tuned = LowRankAdapters.attach(net, LOW);
        ComputationGraph adapted = SnnkAdapters.attach(net, new Snnk(5, 1));
        INDArray before = own.dup();
        for (ComputationGraph beside : List.of(tuned, adapted)) {
            train(beside);
            TensorAssert.assertIdentical("statistics", beside.getParam("block-0_statistics"), before);
        }
        ComputationGraph merged = LowRankAdapters.merge(tuned);
        train(merged);
        assertThat(merged.getParam("block-0_statistics").equalsWithEps(before, 0))
                .isFalse();
    }

    @Test
    void survivesTheZipAndGoesOn(@TempDir Path folder) throws IOException {
        ComputationGraph tuned = LowRankAdapters.attach(Nets.graph(Nets.config(), DataType.FLOAT), LOW);
        train(tuned);
        File file = folder.resolve("net.zip").toFile();
        tuned.save(file, true);
        ComputationGraph again = ComputationGraph.load(file, true);
        TensorAssert.assertIdentical("output", output(again), output(tuned));
        train(tuned);
        train(again);
        TensorAssert.assertIdentical("parameters", again.params(), tuned.params());
    }

    @Test
    void refuses() {
        ComputationGraph net = Nets.graph(Nets.config(), DataType.FLOAT);
        assertThatThrownBy(() -> LowRankAdapters.merge(net)).hasMessageContaining("must have updates of low rank");
        assertThatThrownBy(() -> LowRankAdapters.attach(net, new LowRank(2, 1, 0, Set.of("Wx"))))
                .hasMessageContaining("missing=[Wx]");
        ComputationGraph tuned = LowRankAdapters.attach(net, LOW);
        assertThatThrownBy(() -> LowRankAdapters.attach(tuned, LOW)).hasMessageContaining("merge them first");
        assertThatThrownBy(() -> new LowRank(0, 1, 0, Set.of("Wq"))).hasMessage("rank must be positive; rank=0");
    }

    /** Else all products would stay as they are, and nothing be trained beside them. */
    @Test
    void aBlockHasTheWeights() {
        AttentionOptions decayed =
                AttentionOptions.defaults().withHeads(2).withCausal(true).withDecay(new Decay(true, 3, 30, 0.5));
        for (String name : List.of("Wz", "W3", "Wa", "Wq.V", "rho")) {
            for (int width : new int[] {0, 8}) {
                PerformerBlockLayer.Builder block = new PerformerBlockLayer.Builder()
                        .width(width)
                        .attention(decayed)
                        .lowRank(new LowRank(2, 4, 0, Set.of("Wq", name)));
                assertThatThrownBy(block::build)
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessage("updates of low rank must be of the block's weights, at least one; weights="
                                + new TreeSet<>(Set.of("Wq", name)) + ", missing=[" + name
                                + "], known=[W1, W2, Wk, Wo, Wq, Wv]");
            }
        }
        PerformerBlockLayer.Builder none =
                new PerformerBlockLayer.Builder().width(8).lowRank(LowRank.NONE);
        assertThatThrownBy(none::build).hasMessageContaining("weights=[], missing=[], known=[W1, W2, Wk, Wo, Wq, Wv]");
        PerformerBlockLayer gated = new PerformerBlockLayer.Builder()
                .width(8)
                .feedForward(FeedForward.SWIGLU)
                .attention(decayed)
                .lowRank(new LowRank(2, 4, 0, Set.of("Wq", "W3")))
                .build();
        assertThat(gated.getLayerParams().getParamShapes()).containsKeys("Wq.A", "Wq.B", "W3.A", "W3.B");
    }
}
