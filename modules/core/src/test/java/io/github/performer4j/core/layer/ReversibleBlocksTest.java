package io.github.performer4j.core.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.performer4j.core.Samples;
import io.github.performer4j.core.TensorAssert;
import io.github.performer4j.core.attention.AttentionOptions;
import io.github.performer4j.core.attention.Decay;
import io.github.performer4j.core.attention.RelativePositions;
import io.github.performer4j.core.attention.Rotary;
import io.github.performer4j.core.base.FusedRuntime;
import io.github.performer4j.core.base.GraphRuntime;
import io.github.performer4j.core.base.Recomputation;
import io.github.performer4j.core.draw.Draw;
import io.github.performer4j.core.draw.ProjectionDraw;
import io.github.performer4j.core.feature.FeatureMap;
import io.github.performer4j.core.feature.Statistics;
import io.github.performer4j.core.model.AttentionChange;
import io.github.performer4j.core.model.PerformerConfig;
import io.github.performer4j.core.net.LowRankAdapters;
import io.github.performer4j.core.program.LowRank;
import io.github.performer4j.core.task.MaskedLanguageModel;
import io.github.performer4j.core.task.Translation;
import io.github.performer4j.core.workspace.FusedMemory;
import io.github.performer4j.kernels.CpuKernels;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.bytedeco.javacpp.Pointer;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.Sgd;

/** Reversible blocks on kernels recover what the graph stores: outputs and all gradients, per tensor max|a − b| ≤ {@value #BOUND} · max|b|. */
class ReversibleBlocksTest {
    private static final double BOUND = 1e-4;
    private static final double NOTHING = 1e-12;
    private static final int TOKENS = 640; // two sequences are rows enough to pack weights
    private static final AttentionOptions LINEAR =
            AttentionOptions.defaults().withHeads(2).withFeatures(22).withRedrawInterval(2);

    private static BlockSettings block(AttentionOptions attention) {
        return BlockSettings.of(attention).withFeedForward(FeedForward.GELU, 17);
    }

    private static ReversibleCase of(BlockSettings... blocks) {
        return new ReversibleCase(List.of(blocks), 13, RNNFormat.NWC, false, 0);
    }

    private static ReversibleCase three(AttentionOptions attention) {
        return of(block(attention), block(attention), block(attention));
    }

    /** Settings that a copy does not reach. */
    private static BlockSettings other(AttentionOptions attention, NormKind norm, boolean rezero, boolean shift) {
        return new BlockSettings(attention, 5, 17, FeedForward.GEGLU, norm, rezero, shift, 0.2, 1e-3, false, 0.7);
    }

    static Stream<Arguments> cases() {
        AttentionOptions causal = LINEAR.withCausal(true);
        AttentionOptions exact = LINEAR.withKind(AttentionOptions.Kind.EXACT);
        List<Arguments> cases = new ArrayList<>();
        cases.add(Arguments.of("one block", of(block(LINEAR))));
        cases.add(Arguments.of("three blocks, padded", three(LINEAR).padded()));
        cases.add(Arguments.of("causal, padded", three(causal).padded().tokens(63)));
        cases.add(Arguments.of(
                "dropout, padded",
                of(block(LINEAR).withDropout(0.3), block(LINEAR).withDropout(0.2))
                        .padded()));
        cases.add(Arguments.of(
                "causal dropout behind a redraw",
                of(block(causal).withDropout(0.3), block(causal).withDropout(0.2))
                        .step(3)
                        .tokens(61)));
        cases.add(Arguments.of("tokens last, padded", three(LINEAR).tokensLast().padded()));
        cases.add(
                Arguments.of("several blocks of rows", three(LINEAR).tokens(347).padded()));
        cases.add(Arguments.of(
                "linear, exact and within a window",
                of(block(LINEAR), block(exact), block(exact.withWindow(3))).padded()));
        cases.add(Arguments.of(
                "ReZero, token shift, heads of their own size",
                of(other(causal, NormKind.LAYER, true, true), other(causal, NormKind.LAYER, true, true))
                        .padded()));
        cases.add(Arguments.of(
                "RMS norms, no first one, token shift both ways",
                of(other(LINEAR, NormKind.RMS, false, true), other(LINEAR, NormKind.SCALE, false, false))
                        .padded()));
        cases.add(Arguments.of(
                "selective decay, convolution, gate, rotary",
                three(causal.withDecay(new Decay(true, 3, 30, 0.5))
                                .withConvolution(4)
                                .withGate(true)
                                .withRotary(new Rotary(100, 1, false)))
                        .padded()));
        cases.add(Arguments.of(
                "local heads, temperatures, grouped keys",
                three(LINEAR.withTemperature(true).withLocalHeads(1, 3)).padded()));
        cases.add(Arguments.of(
                "relative positions",
                three(LINEAR.withRelative(new RelativePositions(8, 16))).padded()));
        cases.add(Arguments.of(
                "a learned projection",
                three(LINEAR.withFeatureMap(FeatureMap.named("relu")).withLearnedProjection(true))
                        .padded()));
        cases.add(Arguments.of(
                "a map fitted to the sequence",
                three(LINEAR.withFeatureMap(FeatureMap.named("saderf"))).padded()));
        cases.add(Arguments.of(
                "a map fitted to running statistics",
                three(LINEAR.withFeatureMap(FeatureMap.named("sderf")).withStatistics(Statistics.RUNNING))
                        .padded()));
        return cases.stream();
    }

    private static void assertClose(Map<String, INDArray> actual, Map<String, INDArray> expected) {
        assertThat(actual.keySet()).isEqualTo(expected.keySet());
        expected.forEach((name, e) -> {
            INDArray a = actual.get(name);
            assertThat(a.shape()).as("shape of " + name).isEqualTo(e.shape());
            TensorAssert.assertFinite(name, a);
            double largest = e.amaxNumber().doubleValue();
            if (largest < NOTHING) { // as the gradient to bk of exact attention
                largest = expected.get("input").amaxNumber().doubleValue() / 100;
            } else if (name.endsWith("bk")) { // small beside bq's where features estimate exact attention
                INDArray q = expected.get(name.substring(0, name.length() - 1) + "q");
                largest = Math.max(largest, q.amaxNumber().doubleValue());
            }
            double error = a.castTo(DataType.DOUBLE).sub(e).amaxNumber().doubleValue();
            assertThat(error).as(name + "; largest=" + largest).isLessThanOrEqualTo(BOUND * largest);
        });
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void recoversWhatTheGraphStores(String name, ReversibleCase c) {
        assertClose(c.recovered(CpuKernels.shared()), c.stored());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void dependsNeitherOnThreadsNorOnMemory(String name, ReversibleCase c) {
        try (CpuKernels one = new CpuKernels(1);
                CpuKernels three = new CpuKernels(3)) {
            Map<String, INDArray> expected = c.recovered(one);
            FusedRuntime layer = (FusedRuntime) c.layer(DataType.FLOAT);
            for (int i = 0; i < 2; i++) {
                layer.use(i == 0 ? one : three);
                layer.setIterationCount(c.step());
                layer.poison();
                FusedMemory.phase().poison();
                FusedMemory.task().poison();
                Map<String, INDArray> again = i == 0 ? c.run(layer, DataType.FLOAT) : c.recovered(three);
                expected.forEach((n, e) -> TensorAssert.assertIdentical(n, again.get(n), e));
            }
        }
    }

    /** Both forms in float64, with dropout and behind a redraw: the recurrences of the paper, and what they make of its inputs. */
    @Test
    void theProgramIsThePapersRecurrence() {
        for (AttentionOptions attention : List.of(LINEAR, LINEAR.withCausal(true))) {
            ReversibleCase c = of(
                            block(attention).withDropout(0.2),
                            block(attention),
                            block(attention).withDropout(0.3))
                    .step(5);
            Map<String, INDArray> expected = c.writtenOut();
            TensorAssert.assertClose("recovered", expected.remove("recovered"), c.input());
            Map<String, INDArray> actual = c.stored();
            assertThat(actual.keySet()).isEqualTo(expected.keySet());
            actual.forEach((name, a) -> TensorAssert.assertClose(name, a, expected.get(name)));
        }
    }

    @Test
    void parametersAreThoseOfBlocks() {
        GraphRuntime stack = three(LINEAR).layer(DataType.FLOAT);
        GraphRuntime block = FusedCase.block().attention(LINEAR).layer(DataType.FLOAT);
        List<String> names = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            for (String name : block.paramTable().keySet()) {
                names.add("block" + i + "." + name);
            }
        }
        assertThat(stack.paramTable().keySet()).containsExactlyInAnyOrderElementsOf(names);
        names.forEach(name -> assertThat(stack.getParam(name).shape())
                .as(name)
                .isEqualTo(block.getParam(name.substring(name.indexOf('.') + 1)).shape()));
    }

    /** Blocks of a stack see features of their own; other attentions of one layer share theirs, as they always did. */
    @Test
    void eachBlockDrawsItsFeatures() {
        Draw.Key key = new Draw.Key(1, 2, 3, 0);
        INDArray own = ProjectionDraw.of(LINEAR, 7, "").draw(key, DataType.DOUBLE);
        INDArray first = ProjectionDraw.of(LINEAR, 7, "block0.").draw(key, DataType.DOUBLE);
        INDArray second = ProjectionDraw.of(LINEAR, 7, "block1.heads.").draw(key, DataType.DOUBLE);
        assertThat(ProjectionDraw.of(LINEAR, 7, "cross.").draw(key, DataType.DOUBLE))
                .isEqualTo(own);
        assertThat(first).isNotEqualTo(own);
        assertThat(second).isNotEqualTo(first);
    }

    private static PerformerConfig model(int layers) {
        return Nets.config().with(Map.of("layers", layers, "reversible", true));
    }

    @Test
    void reZeroBeginsAsTheIdentity() {
        PerformerConfig config = model(3).with("norm.placement", "rezero");
        ComputationGraph net = new ComputationGraph(config.graph(new MaskedLanguageModel(), new Sgd(0.1), 0, 1));
        net.init();
        INDArray ids = Samples.ids(DataType.FLOAT, 3, Nets.VOCABULARY, 2, 5);
        Map<String, INDArray> all = net.feedForward(ids, false);
        assertThat(all.get("blocks")).isEqualTo(all.get("positions"));
    }

    /** Six blocks more keep nothing more, and a net that recomputes its other layers no less. */
    @Test
    void deeperNetsKeepNoMore() {
        long hidden = 4L * 6 * 2 * TOKENS * 57; // the least that six blocks would keep
        pointers(2, false); // takes what serves all layers of all nets
        assertThat(pointers(8, false) - pointers(2, false)).isLessThan(hidden / 8);
        assertThat(pointers(8, true) - pointers(2, true)).isLessThan(hidden / 8);
    }

    private static long pointers(int layers, boolean recompute) {
        PerformerConfig config = model(layers).with("maxTokens", TOKENS).with("feedForward.hidden", 57);
        ComputationGraph net = Nets.graph(config, DataType.FLOAT);
        Recomputation.set(net, recompute);
        long before = Pointer.totalBytes();
        INDArray ids = Samples.ids(DataType.FLOAT, 1, Nets.VOCABULARY, 2, TOKENS);
        Nets.feed(net, ids, ids, null, null).set();
        net.computeGradientAndScore();
        long after = Pointer.totalBytes();
        net.clear();
        return after - before;
    }

    /** 24 blocks: what is recovered of the first ones went through 48 sums. */
    @Test
    void deepStacksRecoverTheirInputs() {
        List<BlockSettings> blocks = new ArrayList<>();
        for (int i = 0; i < 24; i++) {
            blocks.add(block(LINEAR));
        }
        ReversibleCase c = of(blocks.toArray(BlockSettings[]::new));
        assertClose(c.recovered(CpuKernels.shared()), c.stored());
    }

    @Test
    void attentionOfEachBlockChanges() {
        ComputationGraph net = Nets.graph(model(3).with("attention.featureMap", "positive"), DataType.FLOAT);
        ComputationGraph exact = AttentionChange.of(net, o -> o.withKind(AttentionOptions.Kind.EXACT));
        ReversibleBlocksLayer stack =
                (ReversibleBlocksLayer) exact.getLayer("blocks").conf().getLayer();
        assertThat(stack.getBlocks()).allMatch(b -> b.attention().kind() == AttentionOptions.Kind.EXACT);
        ComputationGraph some = AttentionChange.of(net, model(3).with("exactEvery", 2));
        stack = (ReversibleBlocksLayer) some.getLayer("blocks").conf().getLayer();
        assertThat(stack.getBlocks().stream().map(b -> b.attention().kind()))
                .containsExactly(
                        AttentionOptions.Kind.LINEAR, AttentionOptions.Kind.EXACT, AttentionOptions.Kind.LINEAR);
        TensorAssert.assertIdentical("parameters", some.params(), net.params());
    }

    @Test
    void whatDoesNotGoTogetherIsRefused() {
        assertThatThrownBy(() -> model(2).with("norm.placement", "post"))
                .hasMessageContaining("reversible blocks need norms in front of their branches");
        PerformerConfig translating = PerformerConfig.defaults()
                .withCausal(true)
                .with(Map.of("encoder.layers", 2, "reversible", true, "head.tied", true));
        assertThatThrownBy(() -> translating.check(new Translation()))
                .hasMessageContaining("blocks of a decoder read two inputs, and reversible ones one");
        ComputationGraph net = Nets.graph(model(2), DataType.FLOAT);
        assertThatThrownBy(() -> LowRankAdapters.attach(net, new LowRank(2, 4, 0, Set.of("Wq"))))
                .hasMessageContaining("blocks that are one layer take no updates of low rank; layer=blocks");
        assertThatThrownBy(() -> new ReversibleBlocksLayer.Builder().width(14).build())
                .hasMessageContaining("a layer of blocks needs one; blocks=0");
        assertThatThrownBy(() -> new ReversibleBlocksLayer.Builder()
                        .width(15)
                        .block(block(LINEAR))
                        .build())
                .hasMessageContaining("heads must divide width");
    }
}
