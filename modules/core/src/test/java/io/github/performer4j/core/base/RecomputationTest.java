package io.github.performer4j.core.base;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.performer4j.core.Samples;
import io.github.performer4j.core.TensorAssert;
import io.github.performer4j.core.layer.Nets;
import io.github.performer4j.core.model.PerformerConfig;
import io.github.performer4j.core.samediff.Arena;
import io.github.performer4j.core.workspace.FusedMemory;
import java.util.Map;
import java.util.stream.Stream;
import org.bytedeco.javacpp.Pointer;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Recomputed activations give the bits of kept ones, in training too, with every draw repeated; and the memory of one layer serves all. */
class RecomputationTest {
    private static final int B = 2;
    private static final int T = 7;

    static Stream<PerformerConfig> models() {
        PerformerConfig c = Nets.config().with("layers", 2).with("dropout", 0.3);
        PerformerConfig positive = c.with("attention.featureMap", "positive");
        PerformerConfig causal = positive.withCausal(true);
        return Stream.of(
                c,
                c.with("head.tied", true).with("norm.placement", "post"),
                positive.with("attention.gate", true).with("attention.convolution", 3),
                positive.with("attention.decay", "selective").with("attention.convolution", 3),
                positive.with("attention.positions", "rotary")
                        .with(Map.of("attention.localHeads", 1, "attention.window", 3)),
                c.with("attention.featureMap", "sderf").with("attention.statistics", "running"),
                positive.with("attention.featureMap", "saderf"),
                c.with("attention.featureMap", "elu-plus-one").with("norm.placement", "rezero"),
                causal,
                positive.with(Map.of("reversible", true, "attention.statistics", "sequence")),
                causal.with("attention.decay", "selective"),
                c.with("attention.kind", "exact"),
                causal.with("attention.kind", "exact").with("attention.window", 3));
    }

    private static INDArray ids(DataType type, long seed) {
        return Samples.ids(type, seed, Nets.VOCABULARY, B, T);
    }

    private static INDArray mask(DataType type, int step) {
        return step == 1 ? null : Samples.mask(type, "1111100", "0110111");
    }

    private static void step(ComputationGraph net, DataType type, int step) {
        net.fit(Nets.feed(net, ids(type, step), ids(type, 50 + step), mask(type, step), null)
                .data());
    }

    private static double underflows(ComputationGraph net) {
        double sum = 0;
        for (Layer layer : net.getLayers()) {
            sum += GraphRuntime.of(layer).map(GraphRuntime::underflows).orElse(0.0);
        }
        return sum;
    }

    private static void poison(ComputationGraph net) {
        Arena.scratch().poison();
        FusedMemory.phase().poison();
        FusedMemory.task().poison();
        for (Layer layer : net.getLayers()) {
            GraphRuntime.of(layer).ifPresent(GraphRuntime::poison);
        }
    }

    private static void same(PerformerConfig config, DataType type) {
        ComputationGraph kept = Nets.graph(config, type);
        ComputationGraph recomputed = Nets.graph(config, type);
        for (int i = 0; i < 4; i++) {
            Recomputation.set(recomputed, i != 2); // it may end, and begin again
            poison(recomputed);
            step(kept, type, i);
            step(recomputed, type, i);
            TensorAssert.assertIdentical("gradient", recomputed.getFlattenedGradients(), kept.getFlattenedGradients());
            TensorAssert.assertIdentical("parameters", recomputed.params(), kept.params());
            assertThat(recomputed.score()).isEqualTo(kept.score());
            assertThat(underflows(recomputed)).isEqualTo(underflows(kept));
        }
        ComputationGraph still = Nets.graph(config.with("dropout", 0), type);
        step(still, type, 0);
        assertThat(still.params()).as("dropout does something").isNotEqualTo(kept.params());
    }

    @ParameterizedTest
    @MethodSource("models")
    void theBitsAreThoseOfKeptActivations(PerformerConfig config) {
        same(config, DataType.FLOAT);
    }

    /** Some of them: graphs take long to build. */
    static Stream<PerformerConfig> graphs() {
        return models().filter(c ->
                c.attention().convolution() > 0 && c.attention().decay().equals("selective")
                        || c.attention().statistics().equals("running")
                        || c.attention().causal() && c.attention().decay().equals("none"));
    }

    @ParameterizedTest
    @MethodSource("graphs")
    void soTheyAreOfGraphs(PerformerConfig config) {
        same(config, DataType.DOUBLE);
    }

    /** Six blocks more: what they keep, at least their hidden fields, against next to nothing. */
    @Test
    void deeperNetsKeepNoMore() {
        long kept = grown(false);
        long recomputed = grown(true);
        long hidden = 4L * 6 * 64 * B * T * 57;
        assertThat(kept).isGreaterThan(hidden);
        assertThat(recomputed).isLessThan(hidden / 4);
    }

    /** Returns by how many bytes of native memory a first backward pass grows with six more layers; arrays and workspaces of Deeplearning4j's are none of them. */
    private static long grown(boolean recompute) {
        return pointers(8, recompute) - pointers(2, recompute);
    }

    private static long pointers(int layers, boolean recompute) {
        PerformerConfig config =
                Nets.config().with("layers", layers).with("maxTokens", 64 * T).with("feedForward.hidden", 57);
        ComputationGraph net = Nets.graph(config, DataType.FLOAT);
        Recomputation.set(net, recompute);
        long before = Pointer.totalBytes();
        Nets.feed(
                        net,
                        Samples.ids(DataType.FLOAT, 1, Nets.VOCABULARY, B, 64 * T),
                        Samples.ids(DataType.FLOAT, 2, Nets.VOCABULARY, B, 64 * T),
                        null,
                        null)
                .set();
        net.computeGradientAndScore();
        long after = Pointer.totalBytes();
        net.clear();
        return after - before;
    }
}
