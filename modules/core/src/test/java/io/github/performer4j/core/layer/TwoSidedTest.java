package io.github.performer4j.core.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.performer4j.core.TensorAssert;
import io.github.performer4j.core.attention.AttentionOptions;
import io.github.performer4j.core.attention.Decay;
import io.github.performer4j.core.attention.QueryKeyNorm;
import io.github.performer4j.core.attention.Rotary;
import io.github.performer4j.core.feature.FeatureMap;
import io.github.performer4j.core.program.AttentionPart;
import io.github.performer4j.core.program.LayerProgram;
import io.github.performer4j.core.program.LowRank;
import io.github.performer4j.core.program.Pooling;
import io.github.performer4j.core.program.Snnk;
import io.github.performer4j.core.program.Value;
import io.github.performer4j.core.program.Weight;
import io.github.performer4j.core.sides.SidesOnKernels;
import io.github.performer4j.core.sides.TwoSidedLayer;
import io.github.performer4j.core.workspace.FusedMemory;
import io.github.performer4j.kernels.CpuKernels;
import io.github.performer4j.kernels.math.Activation;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Layers with two inputs: kernels equal the graph in float64, values and all gradients, also those of both inputs, in memory of NaN and for any number of threads. */
public class TwoSidedTest {
    private static final double BOUND = 1e-4;
    private static final AttentionOptions LINEAR =
            AttentionOptions.defaults().withHeads(2).withFeatures(22).withFeatureMap(FeatureMap.named("positive"));
    private static final AttentionOptions EXACT = LINEAR.withKind(AttentionOptions.Kind.EXACT);

    /** A layer of a user's own. */
    private static final class AnyLayer extends TwoSidedLayer {
        private final Body body;

        AnyLayer(Body body) {
            this.body = body;
            setWidth(TwoSidedCase.WIDTH);
            setMemoryWidth(TwoSidedCase.MEMORY_WIDTH);
        }

        @Override
        public LayerProgram program() {
            LayerProgram.Builder p = new LayerProgram.Builder();
            Value x = p.input("x", getWidth());
            return p.output(body.of(p, x, p.input("memory", getMemoryWidth())));
        }
    }

    @FunctionalInterface
    private interface Body {
        Value of(LayerProgram.Builder p, Value x, Value memory);
    }

    private static TwoSidedCase cross(AttentionOptions o) {
        return TwoSidedCase.of(
                () -> new CrossAttentionLayer.Builder().attention(o).build());
    }

    private static TwoSidedCase any(Body body) {
        return TwoSidedCase.of(() -> new AnyLayer(body));
    }

    private static PerformerDecoderBlockLayer.Builder block(AttentionOptions cross) {
        return new PerformerDecoderBlockLayer.Builder()
                .attention(LINEAR.withCausal(true))
                .crossAttention(cross)
                .hidden(17);
    }

    private static TwoSidedCase decoder(PerformerDecoderBlockLayer.Builder builder) {
        return TwoSidedCase.of(builder::build);
    }

    public static Stream<Arguments> cases() {
        List<Arguments> all = new ArrayList<>();
        for (AttentionOptions o : List.of(LINEAR, EXACT)) {
            String kind = o.kind() + ", ";
            all.add(Arguments.of(kind + "both padded", cross(o)));
            all.add(Arguments.of(kind + "no masks", cross(o).masks(false, false)));
            all.add(Arguments.of(kind + "x padded", cross(o).masks(true, false)));
            all.add(Arguments.of(kind + "memory padded", cross(o).masks(false, true)));
            all.add(Arguments.of(kind + "Tq=1", cross(o).size(3, 1, 9)));
            all.add(Arguments.of(kind + "Tk=1", cross(o).size(3, 9, 1).masks(true, false)));
            all.add(Arguments.of(kind + "several blocks of x", cross(o).size(3, 331, 5)));
            all.add(Arguments.of(kind + "several blocks of memory", cross(o).size(3, 5, 347)));
            all.add(Arguments.of(kind + "without biases", cross(o.withBias(false))));
            all.add(Arguments.of(kind + "temperatures", cross(o.withTemperature(true))));
            all.add(Arguments.of(kind + "rotary", cross(o.withRotary(new Rotary(100, 1, true)))));
            AttentionOptions grouped =
                    o.withKeyHeads(1).withQueryKeyNorm(QueryKeyNorm.LAYER).withScale(0.8);
            all.add(Arguments.of(kind + "grouped keys, norms, scale", cross(grouped)));
            all.add(Arguments.of(kind + "decoder with them", decoder(block(grouped))));
            all.add(Arguments.of(kind + "decoder", decoder(block(o))));
            all.add(Arguments.of(kind + "gate", cross(o.withGate(true))));
            all.add(Arguments.of(
                    kind + "decoder with gates",
                    decoder(block(o.withGate(true))
                            .attention(LINEAR.withCausal(true).withGate(true)))));
            all.add(Arguments.of(kind + "post-norm decoder", decoder(block(o).preNorm(false))));
            all.add(Arguments.of(
                    kind + "decoder, RMS, SWIGLU, dropout",
                    decoder(block(o).norm(NormKind.RMS)
                            .feedForward(FeedForward.SWIGLU)
                            .dropout(0.2))));
            all.add(Arguments.of(
                    kind + "decoder, several blocks",
                    decoder(block(o).dropout(0.1)).size(3, 201, 347)));
        }
        all.add(Arguments.of("decoder with updates of low rank", TwoSidedCase.of(() -> {
            PerformerDecoderBlockLayer layer = block(LINEAR).build();
            layer.setLowRank(new LowRank(3, 5, 0.1, Set.of("Wq", "cross.Wk", "cross.Wo", "W2")));
            return layer;
        })));
        all.add(Arguments.of("decoder with adapters", TwoSidedCase.of(() -> {
            PerformerDecoderBlockLayer layer = block(LINEAR).dropout(0.1).build();
            layer.setAdapter(new Snnk(5, 3));
            return layer;
        })));
        for (boolean selective : new boolean[] {false, true}) {
            AttentionOptions decayed =
                    LINEAR.withDecay(new Decay(selective, 3, 30, 0)).withConvolution(3);
            all.add(Arguments.of(
                    "decoder that decays, selective=" + selective,
                    decoder(block(LINEAR).attention(decayed.withCausal(true)))));
            all.add(Arguments.of("memory that decays and is convolved, selective=" + selective, any((p, x, m) -> {
                Value own = AttentionPart.add(p, decayed.withCausal(true), m, "memory.", TwoSidedCase.WIDTH);
                Value read = p.add(m, own);
                return AttentionPart.add(p, LINEAR, x, read, "", TwoSidedCase.WIDTH, null);
            })));
        }
        all.add(Arguments.of("auto, exact", cross(LINEAR.withKind(AttentionOptions.Kind.AUTO))));
        all.add(Arguments.of(
                "auto, linear",
                cross(LINEAR.withKind(AttentionOptions.Kind.AUTO)).size(2, 61, 37)));
        all.add(Arguments.of("learned projection", cross(LINEAR.withLearnedProjection(true))));
        for (String map : List.of(
                "hyperbolic",
                "relu",
                "elu-plus-one",
                "gerf",
                "hybrid-clustered",
                "hybrid",
                "poisson",
                "geometric",
                "oprf",
                "saderf",
                "aderf",
                "sderf")) {
            AttentionOptions o = LINEAR.withFeatureMap(FeatureMap.named(map)).withFeatures(24);
            all.add(Arguments.of(map, cross(o)));
            all.add(Arguments.of(map + ", no masks", cross(o).masks(false, false)));
            all.add(Arguments.of(map + ", more keys", cross(o).size(2, 5, 29)));
        }
        all.add(Arguments.of("programs", any((p, x, m) -> {
            Value n = p.norm(m, "gainM", "biasM", 1e-3);
            Value v = p.activate(Activation.SILU, p.linear(p.drop(n, 0.1, 0), "W1", "b1", TwoSidedCase.WIDTH));
            return p.linear(p.attend(x, v, v, LINEAR, ""), "W2", "b2", TwoSidedCase.WIDTH);
        })));
        for (int i = 0; i < 30; i++) {
            int seed = i;
            all.add(Arguments.of("drawn with seed " + seed, any((p, x, m) -> drawn(p, x, m, seed))));
        }
        return all.stream();
    }

    /** A program of drawn operations on both sides, each of which attends to both; what is left unread is attended to, or added up. */
    private static Value drawn(LayerProgram.Builder p, Value x, Value memory, int seed) {
        Random random = new Random(seed);
        int width = TwoSidedCase.WIDTH;
        List<List<Value>> sides = List.of(
                new ArrayList<>(List.of(p.linear(x, "WFirst", "bFirst", width))),
                new ArrayList<>(List.of(p.linear(memory, "WSecond", "bSecond", width))));
        Set<Value> unread =
                new LinkedHashSet<>(List.of(sides.get(0).get(0), sides.get(1).get(0)));
        int steps = 6 + random.nextInt(9);
        for (int i = 0; i < steps; i++) {
            List<Value> own = sides.get(random.nextInt(2));
            List<Value> other = sides.get(random.nextInt(2));
            Value a = own.get(own.size() - 1 - random.nextInt(Math.min(3, own.size())));
            Value b = own.get(random.nextInt(own.size()));
            Value c = other.get(random.nextInt(other.size()));
            int kind = random.nextInt(6);
            Value y = switch (kind) {
                case 0 -> p.norm(a, "gain" + i, "bias" + i, 1e-3);
                case 1 -> p.gate(Activation.SILU, a, b);
                case 2 -> p.add(a, b);
                case 3 -> p.drop(a, 0.2, i);
                case 4 -> AttentionPart.add(p, random.nextBoolean() ? LINEAR : EXACT, a, c, i + ".", width, null);
                default -> p.linear(a, new Weight.Plain("W" + i, "b" + i, width, width, random.nextInt(4) > 0));
            };
            unread.remove(a);
            if (kind == 1 || kind == 2) {
                unread.remove(b);
            }
            if (kind == 4) {
                unread.remove(c);
            }
            own.add(y);
            unread.add(y);
        }
        Value sum = p.norm(sides.get(0).get(0), "gainFirst", null, 1e-3);
        for (Value value : unread) {
            Value n = p.norm(value, "gain" + value.id() + "x", null, 1e-3);
            sum = p.add(sum, value.side() == 0 ? n : p.attend(sum, n, n, LINEAR, "last" + value.id() + "."));
        }
        return p.linear(sum, "WLast", "bLast", width);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void equalsTheGraphInFloat64(String name, TwoSidedCase c) {
        Map<String, INDArray> actual = c.fused(c.net(DataType.FLOAT), CpuKernels.shared());
        Map<String, INDArray> expected = c.run(c.net(DataType.DOUBLE), DataType.DOUBLE, true);
        assertThat(actual.keySet()).isEqualTo(expected.keySet());
        double scale = Math.max(
                expected.get("x").amaxNumber().doubleValue(),
                expected.get("memory").amaxNumber().doubleValue());
        expected.forEach((tensor, e) -> {
            TensorAssert.assertFinite(tensor, actual.get(tensor));
            double largest = Math.max(scale, e.amaxNumber().doubleValue());
            INDArray difference = actual.get(tensor).castTo(DataType.DOUBLE).sub(e);
            assertThat(difference.amaxNumber().doubleValue())
                    .as(tensor + "; largest=" + largest)
                    .isLessThanOrEqualTo(BOUND * largest);
        });
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void dependsNeitherOnThreadsNorOnMemory(String name, TwoSidedCase c) {
        ComputationGraph net = c.net(DataType.FLOAT);
        try (CpuKernels one = new CpuKernels(1);
                CpuKernels three = new CpuKernels(3)) {
            Map<String, INDArray> expected = c.fused(net, one);
            ((SidesOnKernels) net.getLayer("layer")).poison();
            FusedMemory.phase().poison();
            FusedMemory.task().poison();
            c.fused(net, three).forEach((tensor, a) -> TensorAssert.assertIdentical(tensor, a, expected.get(tensor)));
        }
    }

    /** A row whose whole memory is padding attends to nothing: its gradient to the memory is 0, and so is that of padded keys everywhere. */
    @Test
    void paddedMemoryIsNotThere() {
        for (AttentionOptions o : List.of(LINEAR, EXACT)) {
            TwoSidedCase c = cross(o.withBias(false));
            Map<String, INDArray> tensors = c.fused(c.net(DataType.FLOAT), CpuKernels.shared());
            int row = 1; // all padding
            assertThat(tensors.get("output").slice(row).amaxNumber().doubleValue())
                    .isZero();
            assertThat(tensors.get("memory").slice(row).amaxNumber().doubleValue())
                    .isZero();
            assertThat(tensors.get("memory").slice(0).slice(0).amaxNumber().doubleValue())
                    .isZero();
            assertThat(tensors.get("memory").slice(2).amaxNumber().doubleValue())
                    .isPositive();
        }
    }

    /** What follows, and its mask, are of the tokens of x. */
    @Test
    void aProgramEndsInRowsOfX() {
        int width = TwoSidedCase.WIDTH;
        Map<String, Body> bodies = Map.of(
                "columns=9], pools=false",
                (p, x, m) -> p.linear(AttentionPart.add(p, LINEAR, x, m, "", width, null), "W", "b", 9),
                "side=1, columns=14], pools=false",
                (p, x, m) -> p.linear(AttentionPart.add(p, LINEAR, m, x, "", width, null), "W", "b", width),
                "side=0, columns=14], pools=true",
                (p, x, m) -> p.pool(AttentionPart.add(p, LINEAR, x, m, "", width, null), Pooling.MEAN));
        bodies.forEach((values, body) -> assertThatThrownBy(() -> any(body).net(DataType.FLOAT))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(
                        "a program of two inputs must end in a row of x's width for each token of x; layer=layer,"
                                + " width=14, output=Value[")
                .hasMessageEndingWith(values));
    }

    /** Deeplearning4j differentiates frozen layers that it executed for inference: nothing is dropped then. */
    @Test
    void backwardAfterInference() {
        TwoSidedCase c = decoder(block(LINEAR));
        Map<String, INDArray> expected = c.fused(c.net(DataType.FLOAT), CpuKernels.shared());
        TwoSidedCase dropping = decoder(block(LINEAR).dropout(0.5));
        dropping.run(dropping.net(DataType.FLOAT), DataType.FLOAT, false)
                .forEach((tensor, a) -> TensorAssert.assertIdentical(tensor, a, expected.get(tensor)));
    }
}
