package io.github.performer4j.core.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.performer4j.core.Samples;
import io.github.performer4j.core.TensorAssert;
import io.github.performer4j.core.attention.AttentionOptions;
import io.github.performer4j.core.attention.Decay;
import io.github.performer4j.core.attention.FourierPositions;
import io.github.performer4j.core.attention.Grid;
import io.github.performer4j.core.attention.HeadGroup;
import io.github.performer4j.core.attention.Orthogonality;
import io.github.performer4j.core.attention.QueryKeyNorm;
import io.github.performer4j.core.attention.RelativePositions;
import io.github.performer4j.core.attention.Rotary;
import io.github.performer4j.core.attention.Visibility;
import io.github.performer4j.core.base.FusedRuntime;
import io.github.performer4j.core.base.GraphRuntime;
import io.github.performer4j.core.feature.ClusteredFeatures;
import io.github.performer4j.core.feature.DenseExponentialFeatures;
import io.github.performer4j.core.feature.DiscreteFeatures;
import io.github.performer4j.core.feature.DiscreteLaw;
import io.github.performer4j.core.feature.Estimator;
import io.github.performer4j.core.feature.FeatureFunction;
import io.github.performer4j.core.feature.FeatureMap;
import io.github.performer4j.core.feature.GeneralizedFeatures;
import io.github.performer4j.core.feature.GerfFeatures;
import io.github.performer4j.core.feature.HybridFeatures;
import io.github.performer4j.core.feature.PositiveFeatures;
import io.github.performer4j.core.feature.Statistics;
import io.github.performer4j.core.workspace.FusedMemory;
import io.github.performer4j.kernels.CpuKernels;
import io.github.performer4j.kernels.exact.Window;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The kernels' layers equal the float64 graph in outputs and all gradients: per tensor max|a − b| ≤ {@value #BOUND} · max|b|. */
public class FusedTest {
    private static final double BOUND = 1e-4;
    /** A tensor of float64 below this is 0 but for rounding. */
    private static final double NOTHING = 1e-12;

    private static Arguments of(String name, FusedCase c) {
        return Arguments.of(name, c);
    }

    public static Stream<Arguments> cases() {
        FusedCase block = FusedCase.block();
        AttentionOptions linear = block.attention();
        AttentionOptions causal = linear.withCausal(true);
        AttentionOptions exact = linear.withKind(AttentionOptions.Kind.EXACT);
        FusedCase layer = block.feedForward(null);
        List<Arguments> cases = new ArrayList<>(List.of(
                of("pre-norm, GELU", block),
                of("pre-norm, ReLU", block.feedForward(FeedForward.RELU)),
                of("pre-norm, GEGLU", block.feedForward(FeedForward.GEGLU)),
                of(
                        "post-norm, ReGLU, padded",
                        block.postNorm().feedForward(FeedForward.REGLU).padded()),
                of("random features", block.feedForward(FeedForward.SNNK)),
                of(
                        "random features, without biases, causal, padded, many rows",
                        block.attention(causal.withBias(false))
                                .feedForward(FeedForward.SNNK)
                                .size(3, 347, 22, 37)
                                .padded()),
                of("post-norm, random features", block.postNorm().feedForward(FeedForward.SNNK)),
                of("post-norm, GELU", block.postNorm()),
                of(
                        "post-norm, GEGLU, padded",
                        block.postNorm().feedForward(FeedForward.GEGLU).padded()),
                of("without biases", block.attention(linear.withBias(false))),
                of(
                        "GEGLU without biases, causal, padded",
                        block.attention(causal.withBias(false))
                                .feedForward(FeedForward.GEGLU)
                                .padded()),
                of("dropout", block.dropout(0.3)),
                of(
                        "post-norm, dropout, GEGLU, padded",
                        block.postNorm()
                                .dropout(0.3)
                                .feedForward(FeedForward.GEGLU)
                                .padded()),
                of(
                        "post-norm, dropout, ReLU, without biases",
                        block.postNorm()
                                .dropout(0.3)
                                .feedForward(FeedForward.RELU)
                                .attention(linear.withBias(false))),
                of("causal", block.attention(causal)),
                of("causal, padded, dropout", block.attention(causal).padded().dropout(0.2)),
                of("exact", block.attention(exact)),
                of("exact, padded", block.attention(exact).padded()),
                of(
                        "exact, causal, padded",
                        block.attention(exact.withCausal(true)).padded()),
                of("auto, short and so exact", block.attention(linear.withKind(AttentionOptions.Kind.AUTO))),
                of(
                        "auto, long and so linear",
                        block.size(2, 61, 14, 17).attention(linear.withKind(AttentionOptions.Kind.AUTO))),
                of("temperatures", block.attention(linear.withTemperature(true))),
                of(
                        "temperatures, causal, padded, without biases",
                        block.attention(causal.withTemperature(true).withBias(false))
                                .padded()),
                of(
                        "temperatures, exact, post-norm",
                        block.attention(exact.withTemperature(true)).postNorm()),
                of("attention layer with temperatures", layer.attention(linear.withTemperature(true))),
                of("on a grid", block.attention(linear.withGrid(new Grid(List.of(3, 4), true)))),
                of(
                        "on a grid, learned projection, post-norm, padded",
                        block.attention(linear.withGrid(new Grid(List.of(13), false))
                                        .withFeatureMap(FeatureMap.named("relu"))
                                        .withLearnedProjection(true))
                                .postNorm()
                                .padded()),
                of(
                        "attention layer on a grid, grouped keys, gate",
                        layer.attention(linear.withGrid(new Grid(List.of(3, 4), true))
                                .withKeyHeads(1)
                                .withGate(true))),
                of("tokens last", block.tokensLast()),
                of(
                        "tokens last, padded, causal, post-norm",
                        block.tokensLast().padded().attention(causal).postNorm()),
                of("several blocks of rows", block.size(3, 331, 22, 37).padded()),
                of(
                        "several blocks of rows, causal, GEGLU, dropout",
                        block.size(2, 331, 22, 37)
                                .attention(causal)
                                .feedForward(FeedForward.GEGLU)
                                .dropout(0.1)),
                of("many rows", block.size(3, 347, 22, 37).padded()),
                of(
                        "many rows, GEGLU, dropout, post-norm, causal",
                        block.size(3, 347, 22, 37)
                                .attention(causal)
                                .feedForward(FeedForward.GEGLU)
                                .dropout(0.1)
                                .postNorm()),
                of(
                        "many rows, temperatures, ReLU",
                        block.size(3, 347, 22, 37)
                                .attention(linear.withTemperature(true))
                                .feedForward(FeedForward.RELU)),
                of(
                        "many rows, exact, without biases",
                        block.size(3, 347, 22, 37).attention(exact.withBias(false))),
                of(
                        "attention layer, many rows",
                        layer.size(3, 347, 22, 1).attention(causal).padded()),
                of("several blocks of rows, exact", block.size(2, 331, 22, 37).attention(exact)),
                of(
                        "redraws and sizes of heads",
                        block.size(2, 29, 35, 19).attention(linear.withHeads(7).withFeatures(3))),
                of("attention layer", layer),
                of("attention layer, padded, causal", layer.padded().attention(causal)),
                of(
                        "attention layer, tokens last, without biases",
                        layer.tokensLast().attention(linear.withBias(false))),
                of(
                        "attention layer, exact, several blocks",
                        layer.size(2, 331, 22, 1).attention(exact).padded())));
        for (QueryKeyNorm norm : QueryKeyNorm.values()) {
            AttentionOptions o = linear.withHeads(6).withQueryKeyNorm(norm);
            cases.add(of(
                    "norm of queries and keys " + norm,
                    block.size(2, 29, 42, 19).padded().attention(o)));
            cases.add(of(
                    "grouped keys, causal, rotary, scale, norm " + norm,
                    block.size(3, 31, 42, 19)
                            .attention(o.withCausal(true)
                                    .withKeyHeads(2)
                                    .withScale(0.7)
                                    .withRotary(new Rotary(100, 1, false)))));
        }
        for (int keys : new int[] {1, 2, 3, 6}) {
            for (AttentionOptions o : List.of(linear, exact)) {
                cases.add(of(
                        keys + " heads of keys for 6, " + o.kind(),
                        layer.size(2, 29, 42, 19)
                                .padded()
                                .attention(o.withHeads(6).withKeyHeads(keys))));
            }
        }
        for (AttentionOptions o : List.of(linear, causal, exact)) {
            AttentionOptions gated = o.withGate(true);
            cases.add(of(
                    "gate, " + o.kind() + ", causal=" + o.causal(),
                    block.attention(gated).padded()));
            cases.add(of(
                    "gate with grouped keys, many rows, " + o.kind() + ", causal=" + o.causal(),
                    block.size(3, 347, 24, 37)
                            .dropout(0.1)
                            .attention(gated.withHeads(4).withKeyHeads(2).withBias(false))));
            AttentionOptions orthogonal = o.withOrthogonal(Orthogonality.QK);
            cases.add(of(
                    "orthogonal queries and keys, " + o.kind() + ", causal=" + o.causal(),
                    block.padded().attention(orthogonal)));
            cases.add(of(
                    "the same with temperatures, wide, " + o.kind() + ", causal=" + o.causal(),
                    layer.size(2, 29, 42, 19).attention(orthogonal.withTemperature(true))));
        }
        for (boolean c : new boolean[] {false, true}) {
            AttentionOptions slopes = exact.withCausal(c).withHeads(6).withDecay(Decay.slopes());
            cases.add(of(
                    "slopes of exact attention, causal=" + c,
                    block.size(3, 31, 42, 19).attention(slopes)));
            cases.add(of(
                    "slopes of linear attention, padded, causal=" + c,
                    layer.size(3, 31, 42, 19).padded().attention(slopes.withKind(AttentionOptions.Kind.LINEAR))));
            cases.add(of(
                    "decay of exact attention within a window, grouped keys, padded, causal=" + c,
                    layer.size(3, 347, 42, 19)
                            .padded()
                            .attention(slopes.withKeyHeads(2).withWindow(31).withDecay(new Decay(false, 3, 30, 0.4)))));
            AttentionOptions windowed = exact.withCausal(c);
            for (int window : new int[] {1, 2, 5, 12, 13, 14, 999}) {
                cases.add(of("window of " + window + ", causal=" + c, block.attention(windowed.withWindow(window))));
                cases.add(of(
                        "window of " + window + ", padded, causal=" + c,
                        layer.padded().attention(windowed.withWindow(window))));
            }
            for (int global : new int[] {1, 5, 29}) {
                AttentionOptions seen = windowed.withWindow(4).withGlobalTokens(global);
                cases.add(of(
                        "window with global tokens, " + global + ", padded, causal=" + c,
                        layer.size(3, 29, 24, 1)
                                .padded()
                                .attention(seen.withHeads(4).withKeyHeads(2).withRotary(new Rotary(100, 1, true)))));
                cases.add(of(
                        "local heads with global tokens, " + global + ", causal=" + c,
                        block.attention(
                                linear.withCausal(c).withLocalHeads(1, 3).withGlobalTokens(global))));
            }
            cases.add(of(
                    "window with global tokens of many rows, causal=" + c,
                    layer.size(3, 347, 24, 1)
                            .padded()
                            .attention(windowed.withHeads(4).withWindow(31).withGlobalTokens(5))));
            for (int window : new int[] {3, 31, 128, 200}) {
                cases.add(of(
                        "window of " + window + " of many rows, causal=" + c,
                        layer.size(3, 347, 24, 1)
                                .padded()
                                .attention(windowed.withHeads(4)
                                        .withKeyHeads(2)
                                        .withWindow(window)
                                        .withGate(true)
                                        .withRotary(new Rotary(100, 1, true)))));
            }
        }
        for (AttentionOptions o : List.of(linear, causal)) {
            cases.add(
                    of("a local head of 2, causal=" + o.causal(), block.padded().attention(o.withLocalHeads(1, 4))));
            cases.add(of(
                    "3 local heads of 6 with all else, many rows, causal=" + o.causal(),
                    layer.size(3, 347, 42, 19)
                            .padded()
                            .attention(o.withHeads(6)
                                    .withLocalHeads(3, 31)
                                    .withTemperature(true)
                                    .withGate(true)
                                    .withConvolution(3)
                                    .withDecay(new Decay(true, 3, 30, 0.4))
                                    .withRotary(new Rotary(100, 1, false)))));
        }
        for (boolean c : new boolean[] {false, true}) {
            Visibility sees = Visibility.ALL.withCausal(c);
            List<HeadGroup> groups = List.of(
                    HeadGroup.linear(2, FeatureMap.named("positive"), 22)
                            .seeing(sees.withDecay(new Decay(true, 3, 30, 0.4))),
                    HeadGroup.linear(1, FeatureMap.named("elu-plus-one"), 13), // of relu temperatures cancel
                    HeadGroup.exact(2).seeing(sees.withWindow(new Window(5, c ? 0 : 2))),
                    HeadGroup.linear(2, FeatureMap.named("positive"), 10)
                            .seeing(sees.withDecay(new Decay(false, 3, 30, 0))));
            AttentionOptions grouped = linear.withHeads(7)
                    .withCausal(c)
                    .withGroups(groups.stream()
                            .map(group -> group.seeing(group.sees().withCausal(c)))
                            .toList());
            cases.add(of("groups of heads, padded, causal=" + c, block.padded().attention(grouped)));
            cases.add(of(
                    "groups of heads with all else, many rows, causal=" + c,
                    layer.size(3, 347, 42, 19)
                            .padded()
                            .attention(grouped.withTemperature(true)
                                    .withGate(true)
                                    .withConvolution(3)
                                    .withRotary(new Rotary(100, 1, false)))));
        }
        cases.add(of(
                "gate of a layer behind a convolution, with temperatures",
                layer.padded()
                        .attention(causal.withGate(true).withConvolution(4).withTemperature(true))));
        cases.add(of(
                "orthogonal queries, grouped orthogonal keys, norms, no biases",
                block.size(3, 347, 42, 37)
                        .attention(linear.withHeads(6)
                                .withKeyHeads(2)
                                .withQueryKeyNorm(QueryKeyNorm.RMS)
                                .withBias(false)
                                .withOrthogonal(Orthogonality.QK))));
        for (RelativePositions relative :
                List.of(new RelativePositions(8, 6), RelativePositions.offsets(99), RelativePositions.offsets(4))) {
            for (AttentionOptions o : List.of(linear, causal, exact, exact.withCausal(true))) {
                AttentionOptions own = o.withRelative(relative);
                String what = relative + ", " + o.kind() + ", causal=" + o.causal();
                cases.add(of(what, block.attention(own)));
                cases.add(of(
                        "attention layer, padded, " + what, layer.attention(own).padded()));
                cases.add(of(
                        "several blocks, grouped keys, gate, scale 1, " + what,
                        layer.size(2, 331, 22, 1)
                                .padded()
                                .attention(own.withKeyHeads(1).withGate(true).withScale(0.5))));
            }
            for (String map : new String[] {"relu", "hyperbolic", "oprf"}) {
                for (AttentionOptions o : map.equals("oprf") ? List.of(linear) : List.of(linear, causal)) {
                    cases.add(of(
                            map + ", " + relative + ", causal=" + o.causal(),
                            layer.padded()
                                    .attention(o.withFeatureMap(FeatureMap.named(map))
                                            .withRelative(relative))));
                }
            }
            cases.add(of(
                    "a local head, causal, " + relative,
                    layer.padded().attention(causal.withLocalHeads(1, 4).withRelative(relative))));
            cases.add(of(
                    "window, " + relative,
                    layer.padded().attention(exact.withWindow(4).withRelative(relative))));
            cases.add(of(
                    "learned projection, auto, " + relative,
                    layer.attention(linear.withLearnedProjection(true)
                            .withKind(AttentionOptions.Kind.AUTO)
                            .withRelative(relative))));
        }
        FourierPositions fourier = new FourierPositions(2, 3, 40);
        for (AttentionOptions o : List.of(linear, causal, exact, exact.withCausal(true))) {
            AttentionOptions own = o.withFourier(fourier);
            String what = "Fourier positions, " + o.kind() + ", causal=" + o.causal();
            cases.add(of(what, block.attention(own)));
            FourierPositions cells = fourier.on(new Grid(List.of(5, 7), o.causal()));
            cases.add(of("on a grid, " + what, layer.padded().attention(o.withFourier(cells))));
            cases.add(of(
                    "grouped keys, gate, rotary, padded, " + what,
                    layer.size(2, 331, 24, 1)
                            .padded()
                            .attention(own.withKeyHeads(1).withGate(true).withRotary(new Rotary(100, 1, true)))));
            cases.add(of(
                    "relative, too, " + what, layer.padded().attention(own.withRelative(new RelativePositions(8, 6)))));
        }
        cases.add(of(
                "Fourier positions, learned projection, decay, hyperbolic",
                layer.padded()
                        .attention(causal.withFourier(fourier)
                                .withFeatureMap(FeatureMap.named("hyperbolic"))
                                .withLearnedProjection(true)
                                .withDecay(new Decay(true, 3, 30, 0)))));
        cases.add(of(
                "Fourier positions, window",
                layer.padded().attention(exact.withWindow(4).withFourier(fourier))));
        cases.add(of("scale 1", block.attention(linear.withScale(1.0))));
        cases.add(of(
                "grouped keys that features are fitted to",
                layer.size(2, 29, 42, 19)
                        .attention(linear.withHeads(6)
                                .withKeyHeads(3)
                                .withFeatureMap(DenseExponentialFeatures.of(Estimator.ADERF))
                                .withStatistics(Statistics.RUNNING))));
        cases.add(of(
                "many rows, grouped keys, norms",
                block.size(3, 347, 24, 37)
                        .attention(exact.withHeads(4).withKeyHeads(2).withQueryKeyNorm(QueryKeyNorm.RMS))));
        for (FeedForward kind : FeedForward.values()) {
            cases.add(of("feed-forward " + kind.key(), block.feedForward(kind).padded()));
        }
        for (int tokens : new int[] {1, 63, 100}) {
            for (AttentionOptions o : List.of(linear, causal, exact, exact.withCausal(true))) {
                cases.add(of(
                        "T=" + tokens + ", " + o.kind() + ", causal=" + o.causal(),
                        block.size(3, tokens, 14, 17).attention(o)));
            }
        }
        Stream<FeatureMap> maps = Stream.concat(
                Stream.concat(
                        Stream.of(
                                new PositiveFeatures(0),
                                new PositiveFeatures(1e-3),
                                FeatureMap.named("trigonometric"),
                                FeatureMap.named("hyperbolic"),
                                new GerfFeatures(-0.2, 1e-3),
                                new ClusteredFeatures(1),
                                new ClusteredFeatures(2),
                                new ClusteredFeatures(3),
                                HybridFeatures.angular(2),
                                HybridFeatures.gaussian(1, 0.8),
                                DiscreteFeatures.of(DiscreteLaw.POISSON),
                                DiscreteFeatures.of(DiscreteLaw.GEOMETRIC)),
                        Arrays.stream(Estimator.values()).map(DenseExponentialFeatures::of)),
                Arrays.stream(FeatureFunction.values())
                        .map(GeneralizedFeatures::of)
                        .filter(FusedTest::positive));
        maps.flatMap(map -> Stream.of(map, map instanceof GeneralizedFeatures g ? g.withProjected(false) : map))
                .distinct()
                .forEach(map -> {
                    for (boolean c : map.looksAhead() ? new boolean[] {false} : new boolean[] {false, true}) {
                        cases.add(of(
                                map + ", causal=" + c,
                                layer.padded()
                                        .attention(linear.withFeatureMap(map).withCausal(c))));
                        for (boolean selective : new boolean[] {false, true}) {
                            Decay decay = new Decay(selective, 3, 30, 0.4);
                            cases.add(of(
                                    map + ", decay, selective=" + selective + ", causal=" + c,
                                    layer.padded()
                                            .attention(linear.withFeatureMap(map)
                                                    .withCausal(c)
                                                    .withDecay(decay))));
                        }
                    }
                    cases.add(of(
                            map + ", on a grid",
                            layer.attention(linear.withFeatureMap(map).withGrid(new Grid(List.of(3, 4), true)))));
                });
        for (String map : new String[] {"positive", "hyperbolic", "trigonometric", "hybrid-gaussian", "relu", "exp"}) {
            AttentionOptions learned =
                    linear.withFeatureMap(FeatureMap.named(map)).withLearnedProjection(true);
            cases.add(of("learned projection, " + map, block.padded().attention(learned)));
            cases.add(of(
                    "learned projection, causal, " + map,
                    block.attention(learned.withCausal(true)).size(3, 63, 14, 17)));
        }
        for (int prefix : new int[] {1, 5, 28, 29, 60}) {
            for (boolean c : new boolean[] {false, true}) {
                AttentionOptions own = linear.withFeatureMap(FeatureMap.named(prefix == 1 ? "hyperbolic" : "positive"))
                        .withPrefix(prefix)
                        .withCausal(c);
                String name = "prefix of " + prefix + ", causal=" + c;
                cases.add(of(name, block.size(3, 29, 24, 17).attention(own.withLearnedProjection(true))));
                cases.add(of(
                        name + ", padded, many rows",
                        layer.size(3, 347, 24, 1)
                                .padded()
                                .attention(own.withHeads(4)
                                        .withKeyHeads(2)
                                        .withLearnedProjection(true)
                                        .withGate(true)
                                        .withRotary(new Rotary(100, 1, true)))));
            }
        }
        cases.add(of(
                "learned projection, exact because it is short",
                block.attention(linear.withLearnedProjection(true).withKind(AttentionOptions.Kind.AUTO))));
        for (Estimator estimator : Estimator.values()) {
            AttentionOptions kept = linear.withFeatureMap(DenseExponentialFeatures.of(estimator))
                    .withStatistics(Statistics.RUNNING);
            cases.add(of(estimator + ", running", layer.padded().attention(kept)));
            cases.add(of(
                    estimator + ", running, causal",
                    block.padded().attention(kept.withCausal(true)).size(3, 63, 14, 17)));
            cases.add(of(
                    estimator + ", fixed, causal",
                    layer.attention(kept.withStatistics(Statistics.FIXED).withCausal(true))));
        }
        cases.add(of(
                "running, exact because it is short",
                layer.attention(linear.withFeatureMap(DenseExponentialFeatures.of(Estimator.ADERF))
                        .withStatistics(Statistics.RUNNING)
                        .withKind(AttentionOptions.Kind.AUTO))));
        return cases.stream();
    }

    /** Features of both signs have denominators near 0, where float32 and float64 part. */
    private static boolean positive(GeneralizedFeatures map) {
        return switch (map.function()) {
            case TANH, COS, SIN, IDENTITY, GELU -> false;
            default -> true;
        };
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void equalsTheGraphInFloat64(String name, FusedCase c) {
        assertClose(c.fused(CpuKernels.shared()), c.graph());
    }

    private static void assertClose(FusedCase.Result actual, FusedCase.Result expected) {
        assertThat(actual.tensors().keySet()).isEqualTo(expected.tensors().keySet());
        expected.tensors().forEach((name, e) -> {
            INDArray a = actual.tensors().get(name);
            assertThat(a.shape()).as("shape of " + name).isEqualTo(e.shape());
            TensorAssert.assertFinite(name, a);
            double largest = e.amaxNumber().doubleValue();
            if (largest
                    < NOTHING) { // as the gradients to q and k are of a single token, and that to bk of exact attention
                largest = actual.tensors().get("Wv").amaxNumber().doubleValue() / 100;
            } else if (name.equals("bk")) { // small beside bq's where features estimate exact attention
                largest = Math.max(
                        largest, expected.tensors().get("bq").amaxNumber().doubleValue());
            } else if (name.equals("ba")) { // a sum over tokens of numbers of both signs, small beside Wa's
                largest = Math.max(
                        largest, expected.tensors().get("Wa").amaxNumber().doubleValue() / 10);
            }
            double error = a.castTo(DataType.DOUBLE).sub(e).amaxNumber().doubleValue();
            assertThat(error).as(name + "; largest=" + largest).isLessThanOrEqualTo(BOUND * largest);
        });
        assertThat(actual.underflows()).isEqualTo(expected.underflows());
    }

    /** However many threads, twice over, and in memory full of NaN: the same bits. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void dependsNeitherOnThreadsNorOnMemory(String name, FusedCase c) {
        try (CpuKernels one = new CpuKernels(1);
                CpuKernels three = new CpuKernels(3)) {
            FusedCase.Result expected = c.fused(one);
            FusedRuntime layer = (FusedRuntime) c.layer(DataType.FLOAT);
            for (int i = 0; i < 2; i++) {
                layer.use(i == 0 ? one : three);
                layer.poison();
                FusedMemory.phase().poison();
                FusedMemory.task().poison();
                FusedCase.Result again = c.run(layer, DataType.FLOAT, true);
                expected.tensors()
                        .forEach((n, e) ->
                                TensorAssert.assertIdentical(n, again.tensors().get(n), e));
            }
        }
    }

    /** Deeplearning4j differentiates frozen layers that it executed for inference: nothing is dropped then. */
    @Test
    void backwardAfterInference() {
        FusedCase c = FusedCase.block().padded();
        FusedCase.Result expected = c.fused(CpuKernels.shared());
        FusedCase dropping = c.dropout(0.5);
        FusedCase.Result actual = dropping.run(dropping.layer(DataType.FLOAT), DataType.FLOAT, false);
        expected.tensors()
                .forEach((n, e) ->
                        TensorAssert.assertIdentical(n, actual.tensors().get(n), e));
    }

    /** Entries dropped are those of the graph, for each iteration and each part of one. */
    @Test
    void dropsTheGraphsEntries() {
        FusedCase c = FusedCase.block().dropout(0.4).size(3, 7, 22, 31);
        GraphRuntime fused = c.layer(DataType.FLOAT);
        GraphRuntime graph = c.layer(DataType.DOUBLE);
        INDArray last = null;
        for (int i = 0; i < 3; i++) {
            for (GraphRuntime layer : List.of(fused, graph)) {
                layer.setIterationCount(1000 * (i / 2));
                layer.setMicroBatch(i % 2);
            }
            FusedCase.Result result = c.run(fused, DataType.FLOAT, true);
            assertClose(result, c.run(graph, DataType.DOUBLE, true));
            INDArray out = result.tensors().get("output");
            assertThat(last == null || !out.equals(last)).isTrue();
            last = out;
        }
    }

    @Test
    void shapesMayChangeFromBatchToBatch() {
        FusedRuntime layer = (FusedRuntime) FusedCase.block().layer(DataType.FLOAT);
        for (int tokens : new int[] {13, 5, 13, 31, 2}) {
            FusedCase c = FusedCase.block().size(tokens % 3 + 1, tokens, 14, 17);
            FusedCase.Result fresh = c.fused(CpuKernels.shared());
            FusedCase.Result result = c.run(layer, DataType.FLOAT, true);
            fresh.tensors()
                    .forEach((n, e) ->
                            TensorAssert.assertIdentical(n, result.tensors().get(n), e));
        }
    }

    @Test
    void wrongShapesNameRuleAndValues() {
        GraphRuntime layer = FusedCase.block().layer(DataType.FLOAT);
        LayerWorkspaceMgr workspaces = LayerWorkspaceMgr.noWorkspaces();
        assertThatThrownBy(() -> layer.activate(Samples.gaussian(DataType.FLOAT, 3, 1, 2, 5, 13), true, workspaces))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("input must be [B,T,E] with E = width; layer=layer, width=14, input=[2, 5, 13]");
        layer.setInput(Samples.gaussian(DataType.FLOAT, 3, 1, 2, 5, 14), workspaces);
        layer.activate(true, workspaces);
        assertThatThrownBy(() -> layer.backpropGradient(Samples.gaussian(DataType.FLOAT, 3, 1, 2, 4, 14), workspaces))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "error must have the shape of the output; layer=layer, output=[2, 5, 14], error=[2, 4, 14]");
    }
}
