package io.github.performer4j.core.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.performer4j.core.Samples;
import io.github.performer4j.core.TensorAssert;
import io.github.performer4j.core.attention.AttentionOptions;
import io.github.performer4j.core.attention.Decay;
import io.github.performer4j.core.attention.Rotary;
import io.github.performer4j.core.base.FusedRuntime;
import io.github.performer4j.core.base.GraphRuntime;
import io.github.performer4j.core.base.ProgramLayer;
import io.github.performer4j.core.cpu.CpuProgram;
import io.github.performer4j.core.feature.FeatureMap;
import io.github.performer4j.core.program.AttentionPart;
import io.github.performer4j.core.program.LayerProgram;
import io.github.performer4j.core.program.LowRank;
import io.github.performer4j.core.program.Op;
import io.github.performer4j.core.program.Places;
import io.github.performer4j.core.program.Snnk;
import io.github.performer4j.core.program.Value;
import io.github.performer4j.core.program.Weight;
import io.github.performer4j.core.workspace.FusedMemory;
import io.github.performer4j.kernels.CpuKernels;
import io.github.performer4j.kernels.math.Activation;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
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
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;

/** Programs that no layer of ours has: the kernels' plan equals the graph in float64, values and all gradients, in memory of NaN and for any number of threads. */
class ProgramTest {
    private static final double BOUND = 1e-4;
    private static final int WIDTH = 14;
    private static final int B = 2;
    private static final AttentionOptions ATTENTION =
            AttentionOptions.defaults().withHeads(2).withFeatures(22).withFeatureMap(FeatureMap.named("positive"));

    /** A layer of a user's own, by a function of its input. */
    static final class AnyLayer extends ProgramLayer {
        private final BiFunction<LayerProgram.Builder, Value, Value> body;

        AnyLayer(BiFunction<LayerProgram.Builder, Value, Value> body) {
            this.body = body;
            setWidth(WIDTH);
        }

        @Override
        public LayerProgram program() {
            LayerProgram.Builder p = new LayerProgram.Builder();
            return p.output(body.apply(p, p.input("x", getWidth())));
        }
    }

    private static Arguments of(String name, BiFunction<LayerProgram.Builder, Value, Value> body) {
        return Arguments.of(name, body);
    }

    static Stream<Arguments> programs() {
        return Stream.concat(
                Stream.of(
                        of("norm by the root mean square", (p, x) -> p.norm(x, "gain", null, 1e-3)),
                        of("one gain for all columns, read twice", (p, x) -> {
                            Value n = p.scaleNorm(p.linear(x, "W1", "b1", WIDTH), "gain", 1e-3);
                            return p.linear(p.gate(Activation.SILU, n, n), "W2", "b2", WIDTH);
                        }),
                        of("learned factors of a product, of the input and of a factor's result", (p, x) -> {
                            Value y = p.multiply(p.linear(x, "W1", "b1", WIDTH), "alpha1");
                            return p.add(p.multiply(p.multiply(x, "alpha2"), "alpha3"), p.add(x, y));
                        }),
                        of(
                                "a learned factor of dropped attention at the end",
                                (p, x) -> p.multiply(
                                        p.drop(AttentionPart.add(p, ATTENTION, x, "", WIDTH), 0.2, 0), "alpha")),
                        of("token shift in both directions of the input, and causal of its result", (p, x) -> {
                            Value once = p.shift(x, false);
                            return p.add(p.linear(p.shift(once, true), "W1", null, WIDTH), p.add(x, once));
                        }),
                        of("axial places, twice", (p, x) -> {
                            Value y = p.place(x, new Places.Axial("R1", 90, "C1", 1));
                            Value z = p.place(p.linear(y, "W1", "b1", WIDTH), new Places.Axial("R2", 13, "C2", 7));
                            return p.add(y, p.norm(z, "gain", null, 1e-3));
                        }),
                        of("token shift at the end", (p, x) -> p.shift(p.norm(x, "gain", null, 1e-3), true)),
                        of(
                                "an activation behind all",
                                (p, x) -> p.activate(Activation.SILU, p.linear(x, "W1", "b1", WIDTH))),
                        of(
                                "an activation of the input",
                                (p, x) -> p.linear(p.activate(Activation.GELU_TANH, x), "W1", null, WIDTH)),
                        of("a gate of one value by itself", (p, x) -> {
                            Value z = p.linear(x, "W1", "b1", WIDTH);
                            return p.linear(p.gate(Activation.SILU, z, z), "W2", "b2", WIDTH);
                        }),
                        of("queries that are keys, too", (p, x) -> {
                            Value q = p.linear(x, "W1", "b1", WIDTH);
                            return p.linear(p.attend(q, q, q, ATTENTION, ""), "W2", "b2", WIDTH);
                        }),
                        of(
                                "attention to the input itself, which a sum reads, too",
                                (p, x) -> p.add(
                                        x,
                                        p.linear(
                                                p.attend(x, x, x, ATTENTION.withCausal(true), ""), "W2", "b2", WIDTH))),
                        of("an activation and a gate of attended values", (p, x) -> {
                            Value q = p.linear(x, "W1", "b1", WIDTH);
                            Value a = p.activate(Activation.GELU, p.attend(q, x, q, ATTENTION, ""));
                            Value b = p.attend(a, x, x, ATTENTION.withCausal(true), "");
                            return p.linear(p.gate(Activation.RELU, x, b), "W2", "b2", WIDTH);
                        }),
                        of("turned queries and keys, halves and interleaved", (p, x) -> {
                            Value q = p.rotate(p.linear(x, "W1", "b1", WIDTH), 2, new Rotary(100, 0.9, true));
                            Value k = p.rotate(x, 2, new Rotary(50, 0.6, false));
                            return p.linear(p.attend(q, k, x, ATTENTION, ""), "W2", "b2", WIDTH);
                        }),
                        of(
                                "causal attention with rotary positions",
                                (p, x) -> AttentionPart.add(
                                        p,
                                        ATTENTION.withCausal(true).withRotary(new Rotary(Rotary.BASE, 1, false)),
                                        x,
                                        "",
                                        WIDTH)),
                        of("two attentions, one after the other", (p, x) -> {
                            Value y = p.add(x, AttentionPart.add(p, ATTENTION, x, "first.", WIDTH));
                            return p.add(
                                    y,
                                    AttentionPart.add(
                                            p, ATTENTION.withKind(AttentionOptions.Kind.EXACT), y, "second.", WIDTH));
                        }),
                        of("a parallel block: attention and feed-forward of one norm", (p, x) -> {
                            Value n = p.norm(x, "gain", null, 1e-5);
                            Value a = AttentionPart.add(p, ATTENTION.withBias(false), n, "", WIDTH);
                            Value f = FeedForward.SWIGLU.add(p, n, 19, false, null);
                            return p.add(p.add(x, a), f);
                        }),
                        of("norms of groups of columns, one read twice", (p, x) -> {
                            Value n = p.norm(p.norm(x, "gain1", "bias1", 1e-3, 2), "gain2", null, 1e-3, 7);
                            return p.linear(p.gate(Activation.SILU, n, n), "W1", "b1", WIDTH);
                        }),
                        of("scaled and repeated, read twice", (p, x) -> {
                            Value z = p.scale(p.linear(x, "W1", "b1", 6), 0.3);
                            Value r = p.repeat(z, 3, 2);
                            Value s = p.linear(p.gate(Activation.GELU, r, p.repeat(z, 2, 2)), "W2", null, WIDTH);
                            return p.linear(p.add(s, p.scale(p.scale(x, 3), 0.1)), "W3", "b3", WIDTH);
                        }),
                        of("a sum of sums", (p, x) -> {
                            Value a = p.linear(x, "W1", "b1", WIDTH);
                            Value b = p.linear(x, "W2", null, WIDTH);
                            return p.add(p.add(a, b), p.add(b, x));
                        }),
                        of("twice the same", (p, x) -> {
                            Value a = p.linear(x, "W1", "b1", WIDTH);
                            return p.add(a, a);
                        }),
                        of(
                                "dropout between products, and of the input",
                                (p, x) -> p.linear(
                                        p.drop(
                                                p.activate(
                                                        Activation.RELU, p.linear(p.drop(x, 0.2, 0), "W1", "b1", 19)),
                                                0.3,
                                                1),
                                        "W2",
                                        "b2",
                                        WIDTH)),
                        of("a fixed weight with a trained update of rank 3 beside it", (p, x) -> {
                            Value fixed = p.linear(x, new Weight.Plain("W1", "b1", WIDTH, 19, false));
                            Value low = p.linear(p.linear(p.drop(x, 0.1, 0), "A", null, 3), "B", null, 19);
                            return p.linear(p.activate(Activation.GELU, p.add(fixed, low)), "W2", "b2", WIDTH);
                        }),
                        of("updates of low rank in a block's parts", (p, x) -> {
                            LowRank r = new LowRank(3, 5, 0.1, Set.of("Wq", "Wv", "Wo", "W1", "W3", "W2"));
                            Value y =
                                    p.add(x, AttentionPart.add(p, ATTENTION.withTemperature(true), x, x, "", WIDTH, r));
                            return p.add(y, FeedForward.SWIGLU.add(p, y, 19, true, r));
                        }),
                        of("adapters of random features, and a layer of them with updates of low rank", (p, x) -> {
                            LowRank r = new LowRank(3, 5, 0.1, Set.of("W1", "W2"));
                            Value y = new Snnk(23, 1).behind(p, p.linear(x, "W", "b", WIDTH, LowRank.NONE), 1);
                            return new Snnk(5, 1).behind(p, p.add(y, FeedForward.SNNK.add(p, y, 19, true, r)), 2);
                        }),
                        of("a convolution of a convolution of the input", (p, x) -> {
                            Value once = p.convolve(x, "taps1", 5, false);
                            return p.linear(p.add(once, p.convolve(once, "taps2", 4, true)), "W1", null, WIDTH);
                        }),
                        of("selective decay behind a convolution", (p, x) -> {
                            AttentionOptions o = ATTENTION
                                    .withCausal(true)
                                    .withConvolution(4)
                                    .withDecay(new Decay(true, 3, 30, 0.5));
                            return p.add(x, AttentionPart.add(p, o, p.norm(x, "gain1", "bias1", 1e-5), "", WIDTH));
                        }),
                        of("selective decay of all heads, rates from elsewhere", (p, x) -> {
                            AttentionOptions o = ATTENTION
                                    .withFeatureMap(FeatureMap.named("relu"))
                                    .withCausal(true)
                                    .withDecay(new Decay(true, 3, 30, 0));
                            Value rates = p.linear(p.activate(Activation.GELU, x), "Wa", "ba", 2);
                            return p.linear(p.attend(x, x, x, rates, o, "x."), "W1", null, WIDTH);
                        }),
                        of("selective decay in both directions behind a convolution", (p, x) -> {
                            AttentionOptions o = ATTENTION.withConvolution(5).withDecay(new Decay(true, 3, 30, 0.5));
                            return p.add(x, AttentionPart.add(p, o, p.norm(x, "gain1", "bias1", 1e-5), "", WIDTH));
                        }),
                        of("fixed decay in both directions of features without exponents", (p, x) -> {
                            AttentionOptions o = ATTENTION
                                    .withFeatureMap(FeatureMap.named("relu"))
                                    .withDecay(new Decay(false, 3, 30, 0));
                            return p.add(x, AttentionPart.add(p, o, x, "", WIDTH));
                        }),
                        of("a gate behind selective decay and a convolution, with updates of low rank", (p, x) -> {
                            AttentionOptions o =
                                    ATTENTION.withGate(true).withConvolution(3).withDecay(new Decay(true, 3, 30, 0.5));
                            LowRank r = new LowRank(3, 5, 0.1, Set.of("Wg", "Wv"));
                            Value n = p.norm(x, "gain1", null, 1e-5);
                            return p.add(x, AttentionPart.add(p, o, n, n, "", WIDTH, r));
                        }),
                        of("a window behind a convolution, and another one over its result", (p, x) -> {
                            AttentionOptions exact = ATTENTION.withKind(AttentionOptions.Kind.EXACT);
                            AttentionOptions first =
                                    exact.withCausal(true).withWindow(9).withConvolution(4);
                            Value y = p.add(x, AttentionPart.add(p, first, x, "first.", WIDTH));
                            return p.attend(y, x, y, exact.withWindow(30), "second.");
                        }),
                        of("fixed decay", (p, x) -> {
                            AttentionOptions o = ATTENTION.withCausal(true).withDecay(new Decay(false, 3, 30, 0));
                            return p.add(x, AttentionPart.add(p, o, x, "", WIDTH));
                        }),
                        of("attention that is all, exact", (p, x) -> {
                            Value q = p.linear(x, "W1", "b1", WIDTH);
                            return p.attend(q, x, q, ATTENTION.withKind(AttentionOptions.Kind.EXACT), "");
                        }),
                        of(
                                "attention of the input to itself, and nothing else",
                                (p, x) -> p.attend(x, x, x, ATTENTION, "")),
                        of(
                                "a convolution at the end",
                                (p, x) -> p.convolve(p.norm(x, "gain", null, 1e-3), "taps", 3, true)),
                        of("one weight of three products, one of them onto a sum", (p, x) -> {
                            Weight w = new Weight.Plain("W1", "b1", WIDTH, WIDTH, true);
                            Value y = p.add(x, p.linear(p.activate(Activation.SILU, p.linear(x, w)), w));
                            return p.gate(Activation.GELU, p.linear(p.norm(y, "gain", null, 1e-3), w), y);
                        }),
                        of("scaled weights and weights with scales for heads, each of two products", (p, x) -> {
                            Weight low = new Weight.Scaled("A", WIDTH, WIDTH, 0.3);
                            Weight each =
                                    new Weight.PerHead(new Weight.Plain("W1", "b1", WIDTH, WIDTH, true), "rho", 2);
                            Value y = p.linear(p.linear(x, low), each);
                            return p.add(p.linear(p.activate(Activation.RELU, y), each), p.linear(y, low));
                        }),
                        of(
                                "an orthogonal weight of two products, one with scales for heads, and a fixed one",
                                (p, x) -> {
                                    Weight w = new Weight.Orthogonal("V", "b", WIDTH, WIDTH, true);
                                    Weight frame = new Weight.Orthogonal("V9", null, WIDTH, 9, false);
                                    Weight each =
                                            new Weight.PerHead(new Weight.Orthogonal("V4", "b4", 9, 4, true), "rho", 2);
                                    Value y = p.linear(p.activate(Activation.SILU, p.linear(x, w)), w);
                                    return p.linear(p.linear(y, frame), each);
                                }),
                        of("places of both kinds, behind a product and in front of attention", (p, x) -> {
                            Value y = p.place(p.linear(x, "W1", "b1", WIDTH), new Places.Learned("P", 90));
                            Value z = p.place(p.activate(Activation.SILU, y), new Places.Sinusoidal(0.3));
                            Value n = p.norm(p.place(z, new Places.Learned("P2", 83)), "gain", null, 1e-3);
                            return p.add(p.drop(z, 0.2, 0), AttentionPart.add(p, ATTENTION, n, "", WIDTH));
                        }),
                        of("the input as it is", LayerProgram.Builder::copy),
                        of("there by a weight and back by its transpose", (p, x) -> {
                            Value z = p.activate(Activation.GELU, p.linear(x, "W1", "b1", 9));
                            Value y = p.linear(z, new Weight.Tied("W1", "b2", 9, WIDTH, true));
                            return p.add(x, p.drop(p.add(y, p.linear(y, "W2", null, WIDTH)), 0.2, 0));
                        }),
                        of("a table of two products, one onto a sum, and a fixed one", (p, x) -> {
                            Weight table = new Weight.Tied("W1", null, WIDTH, WIDTH, true);
                            Value y = p.add(x, p.linear(p.norm(x, "gain", null, 1e-3), table));
                            Value z = p.linear(y, new Weight.Tied("W2", "b2", WIDTH, 26, false));
                            return p.linear(p.linear(p.activate(Activation.SILU, z), "W3", "b3", WIDTH), table);
                        }),
                        of("one bias of two weights, and a fixed weight of two products", (p, x) -> {
                            Weight fixed = new Weight.Plain("W3", null, WIDTH, WIDTH, false);
                            Value y = p.add(p.linear(x, "W1", "b1", WIDTH), p.linear(x, fixed));
                            return p.add(p.linear(y, "W2", "b1", WIDTH), p.linear(y, fixed));
                        }),
                        of(
                                "fewer columns than the input",
                                (p, x) -> p.linear(p.norm(x, "gain", null, 1e-3), "W1", "b1", 9)),
                        of("more columns, of attention at the end", (p, x) -> {
                            Value q = p.linear(x, "W1", "b1", 26);
                            return p.attend(q, q, p.linear(x, "W2", null, 26), ATTENTION, "");
                        }),
                        of("one gain of two norms", (p, x) -> {
                            Value y = p.linear(p.norm(x, "gain", "bias", 1e-3), "W1", null, WIDTH);
                            return p.norm(y, "gain", "bias", 1e-3);
                        }),
                        of("norms in a row, one read twice", (p, x) -> {
                            Value n = p.norm(p.norm(x, "gain1", "bias1", 1e-5), "gain2", null, 1e-5);
                            return p.add(n, p.linear(p.activate(Activation.SILU, n), "W1", "b1", WIDTH));
                        })),
                IntStream.range(0, 41)
                        .filter(seed -> seed != 38) // ill-conditioned: the graph in float32 is off by 1.6e-4, too
                        .mapToObj(seed -> of("drawn with seed " + seed, (p, x) -> drawn(p, x, seed))));
    }

    /** A program of five to fourteen drawn operations; what is left unread at the end is added up. */
    private static Value drawn(LayerProgram.Builder p, Value x, int seed) {
        Random random = new Random(seed);
        List<Value> values = new ArrayList<>(List.of(x));
        Set<Value> unread = new LinkedHashSet<>(values);
        int steps = 5 + random.nextInt(10);
        for (int i = 0; i < steps; i++) {
            Value a = values.get(values.size() - 1 - random.nextInt(Math.min(3, values.size())));
            Value b = values.get(random.nextInt(values.size()));
            Activation f = Activation.values()[random.nextInt(Activation.values().length)];
            int kind = random.nextInt(9);
            Value y = switch (kind) {
                case 0 -> p.norm(a, "gain" + i, "bias" + i, 1e-3);
                case 1 -> p.norm(a, "gain" + i, null, 1e-3);
                case 2 -> p.activate(f, a);
                case 3 -> p.gate(f, a, b);
                case 4 -> p.add(a, b);
                case 5 -> p.drop(a, 0.2, i);
                case 6 -> AttentionPart.add(p, ATTENTION.withCausal(random.nextBoolean()), a, i + ".", WIDTH);
                case 7 -> p.convolve(a, "taps" + i, 3, random.nextBoolean());
                default -> p.linear(a, new Weight.Plain("W" + i, "b" + i, WIDTH, WIDTH, random.nextInt(4) > 0));
            };
            unread.remove(a);
            if (kind == 3 || kind == 4) {
                unread.remove(b);
            }
            values.add(y);
            unread.add(y);
        }
        Value sum = null;
        for (Value value : unread) {
            sum = sum == null
                    ? p.norm(value, "gainLast", null, 1e-3)
                    : p.add(sum, p.norm(value, "gain" + value.id() + "x", null, 1e-3));
        }
        return p.linear(sum, "WLast", "bLast", WIDTH);
    }

    static GraphRuntime layer(BiFunction<LayerProgram.Builder, Value, Value> body, DataType type, int tokens) {
        MultiLayerNetwork net = new MultiLayerNetwork(new NeuralNetConfiguration.Builder()
                .seed(13)
                .dataType(type)
                .updater(new Sgd(0.1))
                .list()
                .layer(new AnyLayer(body))
                .layer(new RnnOutputLayer.Builder()
                        .nOut(2)
                        .dataFormat(RNNFormat.NWC)
                        .build())
                .setInputType(InputType.recurrent(WIDTH, tokens, RNNFormat.NWC))
                .build());
        net.init();
        net.initGradientsView();
        INDArray noise = Samples.gaussian(DataType.FLOAT, 31, 0.3, net.params().shape());
        net.setParams(net.params().mul(0).addi(noise.castTo(type)));
        GraphRuntime runtime = (GraphRuntime) net.getLayer(0);
        runtime.paramTable().forEach((name, p) -> {
            if (name.startsWith("gain")) {
                p.addi(1);
            }
        });
        return runtime;
    }

    static Map<String, INDArray> run(GraphRuntime layer, DataType type, int tokens) {
        LayerWorkspaceMgr workspaces = LayerWorkspaceMgr.noWorkspaces();
        layer.setInput(Samples.gaussian(DataType.FLOAT, 3, 1, B, tokens, WIDTH).castTo(type), workspaces);
        INDArray mask = Nd4j.ones(type, B, tokens);
        for (int t = tokens - tokens / 5; t < tokens; t++) {
            mask.putScalar(0, t, 0);
        }
        layer.setMaskArray(mask);
        Map<String, INDArray> tensors = new LinkedHashMap<>();
        INDArray output = layer.activate(true, workspaces).dup('c');
        tensors.put("output", output);
        INDArray error = Samples.gaussian(DataType.FLOAT, 5, 1, output.shape()).castTo(type);
        Pair<Gradient, INDArray> gradients = layer.backpropGradient(error, workspaces);
        tensors.put("input", gradients.getSecond().dup('c'));
        gradients.getFirst().gradientForVariable().forEach((name, g) -> tensors.put(name, g.dup('c')));
        return tensors;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("programs")
    void equalsTheGraphInFloat64(String name, BiFunction<LayerProgram.Builder, Value, Value> body) {
        int tokens = 83;
        GraphRuntime cpu = layer(body, DataType.FLOAT, tokens);
        assertThat(cpu).isInstanceOf(FusedRuntime.class);
        Map<String, INDArray> actual = run(cpu, DataType.FLOAT, tokens);
        Map<String, INDArray> expected = run(layer(body, DataType.DOUBLE, tokens), DataType.DOUBLE, tokens);
        assertThat(actual.keySet()).isEqualTo(expected.keySet());
        double scale = expected.get("input").amaxNumber().doubleValue();
        expected.forEach((tensor, e) -> {
            TensorAssert.assertFinite(tensor, actual.get(tensor));
            double largest = Math.max(scale, e.amaxNumber().doubleValue());
            assertThat(actual.get(tensor)
                            .castTo(DataType.DOUBLE)
                            .sub(e)
                            .amaxNumber()
                            .doubleValue())
                    .as(tensor + "; largest=" + largest)
                    .isLessThanOrEqualTo(BOUND * largest);
        });
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("programs")
    void dependsNeitherOnThreadsNorOnMemory(String name, BiFunction<LayerProgram.Builder, Value, Value> body) {
        int tokens = 83;
        FusedRuntime layer = (FusedRuntime) layer(body, DataType.FLOAT, tokens);
        try (CpuKernels one = new CpuKernels(1);
                CpuKernels three = new CpuKernels(3)) {
            layer.use(one);
            Map<String, INDArray> expected = run(layer, DataType.FLOAT, tokens);
            layer.use(three);
            layer.poison();
            FusedMemory.phase().poison();
            FusedMemory.task().poison();
            run(layer, DataType.FLOAT, tokens)
                    .forEach((tensor, a) -> TensorAssert.assertIdentical(tensor, a, expected.get(tensor)));
        }
    }

    /** Beside layers of [B,E,T] a layer of another width gives the same, permuted. */
    @Test
    void anotherWidthWithTokensLast() {
        BiFunction<LayerProgram.Builder, Value, Value> body =
                (p, x) -> p.linear(p.norm(x, "gain", null, 1e-3), "W1", "b1", 9);
        LayerWorkspaceMgr workspaces = LayerWorkspaceMgr.noWorkspaces();
        FusedRuntime first = (FusedRuntime) layer(body, DataType.FLOAT, 5);
        FusedRuntime last = (FusedRuntime) layer(body, DataType.FLOAT, 5);
        ((AnyLayer) last.conf().getLayer()).setFormat(RNNFormat.NCW);
        INDArray x = Samples.gaussian(DataType.FLOAT, 3, 1, B, 5, WIDTH);
        INDArray error = Samples.gaussian(DataType.FLOAT, 5, 1, B, 5, 9);
        first.setInput(x, workspaces);
        last.setInput(x.permute(0, 2, 1).dup('c'), workspaces);
        INDArray y = last.activate(true, workspaces);
        assertThat(y.shape()).containsExactly(B, 9, 5);
        TensorAssert.assertIdentical("output", y.permute(0, 2, 1), first.activate(true, workspaces));
        TensorAssert.assertIdentical(
                "input",
                last.backpropGradient(error.permute(0, 2, 1).dup('c'), workspaces)
                        .getSecond()
                        .permute(0, 2, 1),
                first.backpropGradient(error, workspaces).getSecond());
        last.activate(true, workspaces);
        assertThatThrownBy(() -> last.backpropGradient(error, workspaces))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("error must have the shape of the output; layer=layer0, output=[2, 9, 5], error=[2, 5, 9]");
    }

    static Stream<Arguments> refused() {
        Weight.Plain w = new Weight.Plain("W1", "b1", WIDTH, WIDTH, true);
        return Stream.of(
                Arguments.of("operation=Convolve convolved convolved x, parameter=taps", (Body) (p, x) ->
                        p.linear(p.convolve(p.convolve(x, "taps", 3, false), "taps", 3, false), "W1", null, WIDTH)),
                Arguments.of("operation=Place placed placed x, parameter=P", (Body)
                        (p, x) -> p.place(p.place(x, new Places.Learned("P", 9)), new Places.Learned("P", 9))),
                Arguments.of("operation=Linear x·W1, parameter=W1", (Body)
                        (p, x) -> p.linear(p.linear(x, w), new Weight.PerHead(w, "rho", 2))),
                Arguments.of("operation=Linear x·W2, parameter=b1", (Body) (p, x) -> p.linear(
                        p.linear(x, w),
                        new Weight.PerHead(new Weight.Plain("W2", "b1", WIDTH, WIDTH, true), "rho", 2))));
    }

    /** A function of the input. */
    private interface Body extends BiFunction<LayerProgram.Builder, Value, Value> {}

    /** What the kernels would compute wrongly is named, and runs as a graph. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("refused")
    void aParameterInTwoWaysTakesTheGraph(String named, Body body) {
        LayerProgram.Builder p = new LayerProgram.Builder();
        assertThat(CpuProgram.uncovered(p.output(body.apply(p, p.input("x", WIDTH)))))
                .isEqualTo(named + ", which another operation has in another way");
        assertThat(layer(body, DataType.FLOAT, 5)).isNotInstanceOf(FusedRuntime.class);
    }

    @Test
    void aNameOfTwoParametersIsRefusedAtConstruction() {
        LayerProgram.Builder p = new LayerProgram.Builder();
        Value y = p.linear(p.linear(p.input("x", WIDTH), "W1", "b1", 9), "W1", "b2", WIDTH);
        assertThatThrownBy(() -> p.output(y))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("a parameter must have one kind and shape; first=")
                .hasMessageContaining("[14, 9]")
                .hasMessageContaining("[9, 14]");
    }

    @Test
    void scalesForHeadsNeedAWeightThatIsMade() {
        Weight table = new Weight.Tied("W1", null, WIDTH, WIDTH, true);
        assertThatThrownBy(() -> new Weight.PerHead(table, "rho", 2))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("scales for heads need a weight that is no table; weight=W1");
    }

    @Test
    void idsAreReadByLookupsAlone() {
        LayerProgram.Builder p = new LayerProgram.Builder();
        Value ids = p.ids("ids");
        Value sum = p.add(p.lookup(ids, "W", 11, 1), ids);
        assertThatThrownBy(() -> p.output(sum))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("ids must be an input that lookups alone read; operation=Lookup[");
    }

    /** Engines keep what they know of a value under its number. */
    @Test
    void numbersOfValuesAreThoseFromZeroOn() {
        Value x = new Value(0, "x", 0, WIDTH);
        for (int number : new int[] {0, 2}) {
            Op op = new Op.Activate(Activation.SILU, x, new Value(number, "y", 0, WIDTH));
            assertThatThrownBy(() -> new LayerProgram(List.of(x), List.of(op), op.writes()))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("values must be numbered from 0 on, each once; numbers=[0, " + number + "]");
        }
    }
}
