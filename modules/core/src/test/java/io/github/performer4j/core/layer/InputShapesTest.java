package io.github.performer4j.core.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.performer4j.core.Samples;
import io.github.performer4j.core.TensorAssert;
import io.github.performer4j.core.attention.AttentionOptions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.deeplearning4j.nn.api.MaskState;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.learning.config.Sgd;

/**
 * Every layer and vertex on every shape, type and layout that an input, a mask, labels or an error may come in: it does what it does with a plain array, bit for bit, or refuses
 * with the layer's name, what it expects and what it found.
 */
class InputShapesTest {
    private static final DataType TYPE = DataType.FLOAT;
    private static final int B = 2;
    private static final int T = 5;
    private static final int E = 6;
    private static final int V = 11;
    private static final INDArray IDS = Samples.ids(TYPE, 3, V, B, T);
    private static final INDArray LABELS = Samples.array(TYPE, new double[] {3, -1, 0, 10, 4, -1, 7, 7, 1, 2}, B, T);
    private static final INDArray MASK = Samples.mask(TYPE, "11100", "01111");
    private static final INDArray X = Samples.ids(TYPE, 5, 7, B, T, E).sub(3); // whole numbers, exact in every type
    private static final INDArray TABLE = Samples.gaussian(TYPE, 7, 1, V, E);

    private final String before = System.getProperty(Engine.PROPERTY);

    @AfterEach
    void restore() {
        if (before == null) {
            System.clearProperty(Engine.PROPERTY);
        } else {
            System.setProperty(Engine.PROPERTY, before);
        }
    }

    /** A net of one layer under test, and a plain input of it. */
    private record Case(
            String name, Function<GraphBuilder, GraphBuilder> net, INDArray input, INDArray second, INDArray labels) {
        ComputationGraph build(Engine engine) {
            System.setProperty(Engine.PROPERTY, engine == Engine.CPU ? "cpu" : "graph");
            GraphBuilder builder = new NeuralNetConfiguration.Builder()
                    .seed(13)
                    .dataType(TYPE)
                    .updater(new Sgd(0.5))
                    .graphBuilder();
            ComputationGraph net = new ComputationGraph(
                    this.net.apply(builder).setOutputs("layer").build());
            net.init();
            return net.numParams() == 0 ? net : Nets.roughen(net);
        }

        INDArray[] inputs(INDArray first) {
            return second == null ? new INDArray[] {first} : new INDArray[] {first, second};
        }

        INDArray[] masks(INDArray mask) {
            return mask == null ? null : second == null ? new INDArray[] {mask} : new INDArray[] {mask, null};
        }

        /** Returns output and, where there are labels, the parameters after a step. */
        List<INDArray> run(ComputationGraph net, INDArray first, INDArray mask, INDArray y, INDArray labelMask) {
            List<INDArray> results = new ArrayList<>();
            results.add(net.output(false, inputs(first), masks(mask))[0].dup('c'));
            net.clearLayerMaskArrays();
            if (labels == null) {
                return results;
            }
            MultiDataSet data = new MultiDataSet(
                    inputs(first),
                    new INDArray[] {y},
                    masks(mask),
                    labelMask == null ? null : new INDArray[] {labelMask});
            results.add(Nd4j.scalar(net.score(data, false)));
            results.add(Nd4j.scalar(net.score(data, true)));
            if (net.numParams() > 0) {
                INDArray start = net.params().dup();
                net.fit(data);
                results.add(net.params().dup());
                net.setParams(start);
            }
            return results;
        }

        @Override
        public String toString() {
            return name;
        }
    }

    private static Case layer(String name, Layer layer, INDArray input, INDArray labels) {
        return new Case(name, b -> b.addInputs("x").addLayer("layer", layer, "x"), input, null, labels);
    }

    private static SequencePoolingLayer pooling(SequencePoolingLayer.Kind kind) {
        return new SequencePoolingLayer(kind);
    }

    static List<Case> sequences() {
        AttentionOptions attention = AttentionOptions.defaults().withHeads(2).withFeatures(5);
        return List.of(
                layer(
                        "attention",
                        new PerformerAttentionLayer.Builder()
                                .width(E)
                                .attention(attention)
                                .build(),
                        X,
                        null),
                layer(
                        "block",
                        new PerformerBlockLayer.Builder()
                                .width(E)
                                .attention(attention.withCausal(true))
                                .hidden(7)
                                .build(),
                        X,
                        null),
                layer(
                        "reversible blocks",
                        new ReversibleBlocksLayer.Builder()
                                .width(E)
                                .blocks(2, BlockSettings.of(attention).withFeedForward(FeedForward.RELU, 7))
                                .build(),
                        X,
                        null),
                layer(
                        "norm, [B,E,T]",
                        new LayerNormLayer.Builder()
                                .width(E)
                                .format(RNNFormat.NCW)
                                .build(),
                        X.permute(0, 2, 1).dup('c'),
                        null),
                layer(
                        "attention, [B,E,T]",
                        new PerformerAttentionLayer.Builder()
                                .width(E)
                                .format(RNNFormat.NCW)
                                .attention(attention)
                                .build(),
                        X.permute(0, 2, 1).dup('c'),
                        null),
                layer("norm", new LayerNormLayer.Builder().width(E).build(), X, null),
                layer(
                        "positions",
                        new PositionLayer.Builder().width(E).tokens(T + 3).build(),
                        X,
                        null),
                layer("rows", new RowEmbeddingLayer.Builder().size(E).width(4).build(), X, null),
                layer("pooling, mean", pooling(SequencePoolingLayer.Kind.MEAN), X, null),
                layer("pooling, first", pooling(SequencePoolingLayer.Kind.FIRST), X, null),
                layer(
                        "head",
                        new LanguageModelHeadLayer.Builder()
                                .vocabulary(V)
                                .width(E)
                                .build(),
                        X,
                        LABELS),
                layer("loss", new TokenLossLayer(), X, Samples.ids(TYPE, 11, E, B, T)),
                new Case(
                        "tied logits",
                        b -> b.addInputs("x", "w").addVertex("layer", new TiedLogitsVertex(), "x", "w"),
                        X,
                        TABLE,
                        null));
    }

    static List<Case> idReaders() {
        return List.of(
                layer(
                        "embedding",
                        new TokenEmbeddingLayer.Builder().vocabulary(V).width(E).build(),
                        IDS,
                        null),
                new Case(
                        "embedding and head",
                        b -> b.addInputs("x")
                                .addLayer(
                                        "ids",
                                        new TokenEmbeddingLayer.Builder()
                                                .vocabulary(V)
                                                .width(E)
                                                .build(),
                                        "x")
                                .addLayer(
                                        "layer",
                                        new LanguageModelHeadLayer.Builder()
                                                .vocabulary(V)
                                                .width(E)
                                                .build(),
                                        "ids"),
                        IDS,
                        null,
                        LABELS),
                new Case(
                        "table, lookup, logits, loss",
                        b -> b.addInputs("x")
                                .addLayer("table", new EmbeddingTableLayer(V, E), "x")
                                .addVertex("lookup", new EmbeddingLookupVertex(), "x", "table")
                                .addVertex("logits", new TiedLogitsVertex(), "lookup", "table")
                                .addLayer("layer", new TokenLossLayer(), "logits"),
                        IDS,
                        null,
                        LABELS));
    }

    public static Stream<Arguments> all() {
        return Stream.concat(sequences().stream(), idReaders().stream())
                .flatMap(c -> Arrays.stream(Engine.values()).map(engine -> Arguments.of(c, engine)));
    }

    static Stream<Arguments> readers() {
        return idReaders().stream().flatMap(c -> Arrays.stream(Engine.values()).map(engine -> Arguments.of(c, engine)));
    }

    static Stream<Arguments> vectors() {
        return sequences().stream().flatMap(c -> Arrays.stream(Engine.values()).map(engine -> Arguments.of(c, engine)));
    }

    static Stream<Arguments> losses() {
        return Stream.concat(sequences().stream(), idReaders().stream())
                .filter(c -> c.labels() != null)
                .flatMap(c -> Arrays.stream(Engine.values()).map(engine -> Arguments.of(c, engine)));
    }

    private static void same(String what, List<INDArray> actual, List<INDArray> expected) {
        for (int i = 0; i < expected.size(); i++) {
            TensorAssert.assertIdentical(what + ", result " + i, actual.get(i), expected.get(i));
        }
    }

    @ParameterizedTest(name = "{0}, {1}")
    @MethodSource("all")
    void layoutsAndTypesOfInputs(Case c, Engine engine) {
        ComputationGraph net = c.build(engine);
        for (INDArray mask : new INDArray[] {null, MASK}) {
            List<INDArray> expected = c.run(net, c.input(), mask, c.labels(), null);
            Map<String, INDArray> forms = Views.of(c.input());
            forms.putAll(Views.typed(c.input()));
            forms.forEach((form, x) -> same(form, c.run(net, x, mask, c.labels(), null), expected));
        }
    }

    /** Deeplearning4j's sequence iterators make [B,1,T]. */
    @ParameterizedTest(name = "{0}, {1}")
    @MethodSource("readers")
    void idsAsIteratorsMakeThem(Case c, Engine engine) {
        ComputationGraph net = c.build(engine);
        for (INDArray mask : new INDArray[] {null, MASK}) {
            List<INDArray> expected = c.run(net, IDS, mask, c.labels(), null);
            Map<String, INDArray> forms = Views.of(IDS.reshape(B, 1, T));
            forms.put("[B,1,T]", IDS.reshape(B, 1, T));
            forms.put("[B,1,T] of int32", IDS.reshape(B, 1, T).castTo(DataType.INT32));
            forms.forEach((form, x) -> same(form, c.run(net, x, mask, c.labels(), null), expected));
        }
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void idsOfADeclaredFormat(Engine engine) {
        for (RNNFormat format : RNNFormat.values()) {
            Case c = new Case(
                    "declared",
                    b -> b.addInputs("x")
                            .addLayer(
                                    "layer",
                                    new TokenEmbeddingLayer.Builder()
                                            .vocabulary(V)
                                            .width(E)
                                            .build(),
                                    "x")
                            .setInputTypes(InputType.recurrent(1, T, format)),
                    IDS,
                    null,
                    null);
            ComputationGraph net = c.build(engine);
            List<INDArray> expected = c.run(net, IDS, MASK, null, null);
            same("[B,1,T]", c.run(net, IDS.reshape(B, 1, T), MASK, null, null), expected);
            INDArray last = IDS.reshape(B, T, 1);
            if (format == RNNFormat.NWC) {
                same("[B,T,1]", c.run(net, last, MASK, null, null), expected);
            } else {
                refused(
                        () -> c.run(net, last, MASK, null, null),
                        "token ids must be [B,T] or [B,1,T]",
                        last,
                        "layer=layer");
            }
        }
        assertThatThrownBy(() -> new TokenEmbeddingLayer.Builder()
                        .vocabulary(V)
                        .width(E)
                        .build()
                        .setNIn(InputType.recurrent(V, T), true))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("token ids must be declared as InputType.recurrent(1, T)");
    }

    private static void refused(Runnable use, String rule, INDArray found, String... more) {
        assertThatThrownBy(use::run)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(rule)
                .hasMessageContaining(Arrays.toString(found.shape()))
                .message()
                .contains(more);
    }

    @ParameterizedTest(name = "{0}, {1}")
    @MethodSource("readers")
    void otherShapesOfIdsAreRefused(Case c, Engine engine) {
        ComputationGraph net = c.build(engine);
        for (long[] shape : new long[][] {{B, T, 1}, {B, T, 2}, {B, 2, T}, {B, V, T}, {B, 1, 1, T}, {B * T}}) {
            INDArray x = Nd4j.ones(TYPE, shape);
            refused(() -> c.run(net, x, null, c.labels(), null), "token ids must be [B,T] or [B,1,T]", x, "layer=");
        }
    }

    @ParameterizedTest(name = "{0}, {1}")
    @MethodSource("readers")
    void idsAreWholeNumbersInTheVocabulary(Case c, Engine engine) {
        ComputationGraph net = c.build(engine);
        for (double wrong : new double[] {V, -1, 0.5, Double.NaN, Double.POSITIVE_INFINITY, 1e12}) {
            INDArray x = IDS.dup().putScalar(1, 2, wrong);
            assertThatThrownBy(() -> c.run(net, x, null, c.labels(), null))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("token ids must be whole numbers in [0, vocabulary); layer=")
                    .hasMessageContaining("vocabulary=11")
                    .hasMessageContaining("found=" + number((float) wrong) + " at [1, 2]");
            List<INDArray> expected = c.run(net, IDS, MASK, c.labels(), null);
            INDArray padding = IDS.dup().putScalar(1, 0, wrong).putScalar(0, 4, wrong);
            same("padding", c.run(net, padding, MASK, c.labels(), null), expected);
        }
        assertThatThrownBy(() -> c.run(net, IDS.castTo(DataType.BOOL), null, c.labels(), null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("type=BOOL");
    }

    /** 2,049 is 2,048 in half precision. */
    @Test
    void aTypeMustHoldTheVocabulary() {
        Case c = layer(
                "embedding",
                new TokenEmbeddingLayer.Builder().vocabulary(2049).width(2).build(),
                IDS,
                null);
        ComputationGraph net = c.build(Engine.CPU);
        for (DataType type : new DataType[] {DataType.FLOAT16, DataType.BFLOAT16}) {
            assertThatThrownBy(() -> net.output(IDS.castTo(type)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("ids must come in a type that holds all whole numbers below the vocabulary")
                    .hasMessageContaining("layer=layer, vocabulary=2049, type=" + type);
        }
    }

    @ParameterizedTest(name = "{0}, {1}")
    @MethodSource("vectors")
    void otherShapesOfVectorsAreRefused(Case c, Engine engine) {
        ComputationGraph net = c.build(engine);
        boolean known = !List.of("pooling, mean", "pooling, first", "loss").contains(c.name()); // these take any width
        List<long[]> shapes = new ArrayList<>(List.of(new long[] {B, E}, new long[] {B, 1, T, E}));
        if (known) {
            long[] plain = c.input().shape();
            shapes.add(new long[] {B, plain[2], plain[1]});
            shapes.add(new long[] {B, plain[1] + 1, plain[2] + 1});
        }
        String expected = c.name().endsWith("[B,E,T]") ? "[B,E,T]" : "[B,T,E]";
        for (long[] shape : shapes) {
            INDArray x = Nd4j.ones(TYPE, shape);
            refused(() -> net.output(c.inputs(x)), "input must be " + expected, x, "layer=layer");
        }
    }

    @ParameterizedTest(name = "{0}, {1}")
    @MethodSource("all")
    void formsOfMasks(Case c, Engine engine) {
        ComputationGraph net = c.build(engine);
        List<INDArray> expected = c.run(net, c.input(), MASK, c.labels(), null);
        Map<String, INDArray> forms = Views.of(MASK);
        forms.putAll(Views.typed(MASK));
        forms.put("BOOL", MASK.castTo(DataType.BOOL));
        forms.put("[B,1,T]", MASK.reshape(B, 1, T));
        forms.put("[B,T,1]", MASK.reshape(B, T, 1));
        forms.forEach((form, mask) -> same(form, c.run(net, c.input(), mask, c.labels(), null), expected));
        for (long[] shape : new long[][] {{B, 1}, {B * T, 1}, {1, B * T}, {B, T + 1}, {T, B}, {B, T, 2}}) {
            INDArray mask = Nd4j.ones(TYPE, shape);
            refused(
                    () -> c.run(net, c.input(), mask, c.labels(), null),
                    "masks must be [B,T] of the input",
                    mask,
                    "layer=");
        }
        for (double wrong : new double[] {0.5, T + 1, -1, Double.NaN}) {
            assertThatThrownBy(() -> c.run(net, c.input(), MASK.dup().putScalar(1, 2, wrong), c.labels(), null))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("masks must hold 1 for a token and 0 for padding")
                    .hasMessageContaining("layer=")
                    .hasMessageContaining("found=" + number(wrong) + " at [1, 2]");
        }
    }

    @ParameterizedTest(name = "{0}, {1}")
    @MethodSource("losses")
    void formsOfLabels(Case c, Engine engine) {
        ComputationGraph net = c.build(engine);
        INDArray y = c.labels();
        List<INDArray> expected = c.run(net, c.input(), MASK, y, null);
        Map<String, INDArray> forms = Views.of(y);
        forms.putAll(Views.typed(y));
        forms.putAll(prefixed("[B,1,T] ", Views.of(y.reshape(B, 1, T))));
        forms.put("[B,1,T]", y.reshape(B, 1, T));
        forms.put("[B,T,1]", y.reshape(B, T, 1));
        forms.put("garbage in padding", y.dup().putScalar(1, 0, Double.NaN).putScalar(0, 4, 1e9));
        forms.forEach((form, labels) -> same(form, c.run(net, c.input(), MASK, labels, null), expected));
        int classes = Math.toIntExact(expected.get(0).size(2));
        INDArray positive = Samples.ids(TYPE, 17, classes, B, T);
        for (INDArray wrong : List.of(
                Nets.oneHot(positive, classes), // [B,V,T]
                Nets.oneHot(positive, classes).permute(0, 2, 1),
                Nd4j.ones(TYPE, B, T + 1),
                Nd4j.ones(TYPE, B * T, 1),
                Nd4j.ones(TYPE, B, 1),
                Nd4j.ones(TYPE, B * T))) {
            refused(
                    () -> c.run(net, c.input(), null, wrong, null),
                    "labels must be token ids, [B,T] of the input",
                    wrong,
                    "not one-hot",
                    "layer=layer");
        }
        for (double wrong : new double[] {classes, 0.5, -0.5, Double.NaN, Double.POSITIVE_INFINITY}) {
            assertThatThrownBy(() -> c.run(net, c.input(), null, y.dup().putScalar(1, 2, wrong), null))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith(
                            "labels must be whole numbers below the vocabulary, or negative to be ignored; layer=layer")
                    .hasMessageContaining("found=" + number(wrong) + " at [1, 2]");
        }
    }

    private static Map<String, INDArray> prefixed(String prefix, Map<String, INDArray> forms) {
        Map<String, INDArray> named = new LinkedHashMap<>();
        forms.forEach((form, x) -> named.put(prefix + form, x));
        return named;
    }

    @ParameterizedTest(name = "{0}, {1}")
    @MethodSource("losses")
    void formsOfLabelMasks(Case c, Engine engine) {
        ComputationGraph net = c.build(engine);
        INDArray labelMask = Samples.mask(TYPE, "10111", "11010");
        List<INDArray> expected = c.run(net, c.input(), MASK, c.labels(), labelMask);
        Map<String, INDArray> forms = Views.of(labelMask);
        forms.putAll(Views.typed(labelMask));
        forms.put("BOOL", labelMask.castTo(DataType.BOOL));
        forms.put("[B,1,T]", labelMask.reshape(B, 1, T));
        forms.forEach((form, mask) -> same(form, c.run(net, c.input(), MASK, c.labels(), mask), expected));
        INDArray wrong = Nd4j.ones(TYPE, B, 1);
        refused(
                () -> c.run(net, c.input(), MASK, c.labels(), wrong),
                "masks must be [B,T] of the input",
                wrong,
                "layer=layer");
        assertThatThrownBy(() -> c.run(net, c.input(), MASK, c.labels(), labelMask.mul(0.5)))
                .hasMessageStartingWith("masks must hold 1 for a token and 0 for padding; layer=layer");
    }

    /** Errors from above come as slices and permutations, too. */
    @ParameterizedTest(name = "{0}, {1}")
    @MethodSource("all")
    void layoutsOfErrors(Case c, Engine engine) {
        if (c.labels() != null) {
            return; // a loss makes its own
        }
        ComputationGraph net = c.build(engine);
        net.initGradientsView();
        GraphVertex vertex = net.getVertex("layer");
        INDArray output = net.output(c.inputs(c.input()))[0];
        INDArray error = Samples.gaussian(TYPE, 23, 1, output.shape());
        List<INDArray> expected = gradients(net, vertex, c, error);
        Views.of(error).forEach((form, view) -> same(form, gradients(net, vertex, c, view), expected));
    }

    /** Returns the gradients of all inputs and parameters. */
    private static List<INDArray> gradients(ComputationGraph net, GraphVertex vertex, Case c, INDArray error) {
        LayerWorkspaceMgr workspaces = LayerWorkspaceMgr.noWorkspaces();
        vertex.feedForwardMaskArrays(new INDArray[] {MASK, null}, MaskState.Active, B);
        INDArray[] inputs = c.inputs(c.input());
        for (int i = 0; i < inputs.length; i++) {
            vertex.setInput(i, inputs[i], workspaces);
        }
        vertex.doForward(true, workspaces);
        vertex.setEpsilon(error);
        List<INDArray> results = new ArrayList<>();
        for (INDArray down : vertex.doBackward(false, workspaces).getSecond()) {
            results.add(down == null ? Nd4j.scalar(0.0) : down.dup('c'));
        }
        if (net.numParams() > 0) {
            results.add(net.getFlattenedGradients().dup());
        }
        return results;
    }

    @Test
    void netsInHalfPrecisionAreRefused() {
        for (Layer layer : List.of(
                new LayerNormLayer.Builder().width(E).build(),
                new TokenEmbeddingLayer.Builder().vocabulary(V).width(E).build())) {
            ComputationGraph net = new ComputationGraph(new NeuralNetConfiguration.Builder()
                    .dataType(DataType.FLOAT16)
                    .graphBuilder()
                    .addInputs("x")
                    .addLayer("layer", layer, "x")
                    .setOutputs("layer")
                    .build());
            assertThatThrownBy(net::init)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("nets with this layer must be in float32 or float64; layer=layer, dataType=HALF");
        }
    }

    private static String number(double value) {
        return value == (long) value ? Long.toString((long) value) : Double.toString(value);
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void layoutsAndTypesOfATable(Engine engine) {
        INDArray table = Samples.ids(TYPE, 29, 7, V, E);
        Map<String, INDArray> forms = Views.of(table);
        forms.putAll(Views.typed(table));
        for (Case c : List.of(
                new Case(
                        "tied logits",
                        b -> b.addInputs("x", "w").addVertex("layer", new TiedLogitsVertex(), "x", "w"),
                        X,
                        table,
                        null),
                new Case(
                        "lookup",
                        b -> b.addInputs("x", "w").addVertex("layer", new EmbeddingLookupVertex(), "x", "w"),
                        IDS,
                        table,
                        null))) {
            ComputationGraph net = c.build(engine);
            INDArray expected = net.output(c.inputs(c.input()))[0].dup('c');
            forms.forEach(
                    (form, w) -> TensorAssert.assertIdentical(form, net.output(c.input(), w)[0].dup('c'), expected));
            INDArray wrong = Nd4j.ones(TYPE, V, 1, E);
            refused(() -> net.output(c.input(), wrong), "the second input must be a table [V,E]", wrong, "layer=layer");
        }
    }

    /** NaN in padding reaches neither the table nor its gradient. */
    @ParameterizedTest
    @EnumSource(Engine.class)
    void paddingLeaksNotThroughTiedLogits(Engine engine) {
        Case c = sequences().get(sequences().size() - 1);
        ComputationGraph net = c.build(engine);
        GraphVertex vertex = net.getVertex("layer");
        INDArray error = Samples.gaussian(TYPE, 23, 1, B, T, V);
        List<INDArray> expected = gradients(net, vertex, c, error);
        INDArray garbage = X.dup();
        for (INDArray padded : List.of(garbage, error)) {
            padded.get(NDArrayIndex.point(1), NDArrayIndex.point(0), NDArrayIndex.all())
                    .assign(Double.NaN);
        }
        Case dirty = new Case(c.name(), c.net(), garbage, TABLE, null);
        same("gradients", gradients(net, vertex, dirty, error), expected);
    }

    @Test
    void aViewIsAView() {
        INDArray row = X.get(NDArrayIndex.all(), NDArrayIndex.point(0), NDArrayIndex.all());
        assertThat(row.shape()).containsExactly(B, E);
        Views.of(X).forEach((form, view) -> TensorAssert.assertIdentical(form, view, X));
    }
}
