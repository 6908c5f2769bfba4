package io.github.performer4j.core.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.performer4j.core.Samples;
import io.github.performer4j.core.TensorAssert;
import io.github.performer4j.core.layer.Nets;
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
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Adapters of random features: begin as the identity, leave the weights alone, and survive the zip. */
class SnnkAdaptersTest {
    private static final Snnk SNNK = new Snnk(5, 3);

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
    void beginAsTheNetAndTrainNothingElseOfTheBlocks(DataType type) {
        PerformerConfig config = Nets.config();
        for (PerformerConfig each : List.of(
                config,
                config.with("norm.placement", "post"),
                config.with("norm.placement", "rezero"),
                config.with("attention.gate", true),
                config.with("attention.temperature", true),
                config.with("bias", false),
                config.with("feedForward.kind", "snnk"),
                config.with(Map.of("attention.localHeads", 1, "attention.window", 4)))) {
            trains(Nets.graph(each, type));
        }
    }

    private static void trains(ComputationGraph net) {
        ComputationGraph tuned = SnnkAdapters.attach(net, SNNK);
        assertThat(tuned.params().dataType()).isEqualTo(net.params().dataType());
        net.paramTable()
                .forEach((name, array) ->
                        TensorAssert.assertIdentical(name, tuned.paramTable().get(name), array));
        TensorAssert.assertIdentical("output", output(tuned), output(net));
        assertThat(tuned.numParams() - net.numParams()).isEqualTo(3 * 2 * (14 * 5 + 5 + 5 * 14 + 2 * 14));
        Map<String, INDArray> before = copyOf(tuned);
        assertThat(before.get("block-0_adapter1.G")).isNotEqualTo(before.get("block-0_adapter2.G"));
        assertThat(before.get("block-0_adapter1.G")).isNotEqualTo(before.get("block-1_adapter1.G"));
        train(tuned);
        tuned.paramTable().forEach((name, array) -> {
            boolean adapter = name.matches(".*adapter\\d\\.(U|gain|bias)");
            boolean block = name.startsWith("block-");
            boolean norm = name.matches(".*(gain|bias|alpha)(\\d|o)");
            if (adapter || !block || norm) {
                assertThat(array.equalsWithEps(before.get(name), 0))
                        .as(name + " is trained")
                        .isFalse();
            } else {
                TensorAssert.assertIdentical(name, array, before.get(name));
            }
        });
        assertThat(output(tuned)).isNotEqualTo(output(net));
    }

    @Test
    void survivesTheZipAndGoesOn(@TempDir Path folder) throws IOException {
        ComputationGraph tuned = SnnkAdapters.attach(Nets.graph(Nets.config(), DataType.FLOAT), SNNK);
        train(tuned);
        File file = folder.resolve("net.zip").toFile();
        tuned.save(file, true);
        ComputationGraph again = ComputationGraph.load(file, true);
        assertThat(SnnkAdapters.of(again)).contains(SNNK.ofBlock(0));
        TensorAssert.assertIdentical("output", output(again), output(tuned));
        train(tuned);
        train(again);
        TensorAssert.assertIdentical("parameters", again.params(), tuned.params());
    }

    /** Of a feed-forward of random features the weight behind them is trained, and they stay. */
    @Test
    void layersOfRandomFeaturesKeepThem() {
        ComputationGraph net = Nets.graph(
                Nets.config().with(Map.of("feedForward.snnk", "3, 2", "feedForward.features", 29)), DataType.FLOAT);
        assertThat(net.getLayer("block-0").getParam("W1").size(1)).isEqualTo(17);
        assertThat(net.getLayer("block-1").getParam("W2").shape()).containsExactly(29, 14);
        Map<String, INDArray> before = copyOf(net);
        train(net);
        net.paramTable()
                .forEach((name, array) -> assertThat(array.equals(before.get(name)))
                        .as(name)
                        .isEqualTo(name.matches("block-[12]_(W|b)1")));
    }

    @Test
    void refuses() {
        ComputationGraph net = Nets.graph(Nets.config(), DataType.FLOAT);
        assertThat(SnnkAdapters.of(net)).isEmpty();
        ComputationGraph tuned = SnnkAdapters.attach(net, SNNK);
        LowRank low = new LowRank(2, 4, 0, Set.of("Wq"));
        assertThatThrownBy(() -> SnnkAdapters.attach(tuned, SNNK)).hasMessageContaining("already; layer=block-0");
        assertThatThrownBy(() -> SnnkAdapters.attach(LowRankAdapters.attach(net, low), SNNK))
                .hasMessageContaining("already; layer=block-0");
        assertThatThrownBy(() -> LowRankAdapters.attach(tuned, low)).hasMessageContaining("a block has adapters");
        assertThatThrownBy(() -> new Snnk(0, 1)).hasMessageContaining("must be positive; features=0");
        assertThatThrownBy(() -> Nets.config().with("feedForward.snnk", "2"))
                .hasMessageContaining("feedForward.features is M");
        assertThatThrownBy(() -> Nets.config().with(Map.of("feedForward.snnk", "4", "feedForward.features", 8)))
                .hasMessageContaining("must not exceed the blocks; snnk=4, layers=3");
        assertThatThrownBy(() -> Nets.config()
                        .with(Map.of("feedForward.snnk", "1", "feedForward.features", 8, "feedForward.kind", "snnk")))
                .hasMessageContaining("kind=snnk, snnk=1");
    }
}
