package io.github.performer4j.core.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.performer4j.core.Samples;
import io.github.performer4j.core.TensorAssert;
import io.github.performer4j.core.attention.AttentionOptions;
import io.github.performer4j.core.attention.HeadGroup;
import io.github.performer4j.core.attention.NodeMask;
import io.github.performer4j.core.base.GraphRuntime;
import io.github.performer4j.core.feature.FeatureMap;
import io.github.performer4j.core.graph.GraphArrays;
import io.github.performer4j.kernels.field.DiffusionMask;
import io.github.performer4j.kernels.field.PathMask;
import io.github.performer4j.kernels.field.PointSpectrum;
import io.github.performer4j.kernels.field.PointWeights;
import io.github.performer4j.kernels.field.SeparatorOptions;
import io.github.performer4j.kernels.field.SeparatorTree;
import io.github.performer4j.kernels.graph.Graph;
import io.github.performer4j.kernels.graph.GraphFactor;
import io.github.performer4j.kernels.graph.GraphRandomFeatures;
import io.github.performer4j.kernels.graph.GraphRows;
import io.github.performer4j.kernels.graph.WalkCounts;
import io.github.performer4j.kernels.math.CounterRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Sgd;

/** Layers over graphs masked by distances, by points, and by kernels that differ between heads: equal to the dense form of the same masks, and trained, as a graph and on kernels. */
class NodeMaskLayerTest {
    private static final int E = 6;
    private static final int HEADS = 2;
    private static final int LENGTHS = 3;
    private static final int[] NODES = {11, 5, 7};
    private static final AttentionOptions OPTIONS = AttentionOptions.defaults()
            .withHeads(HEADS)
            .withFeatures(5)
            .withLearnedProjection(true)
            .withFeatureMap(FeatureMap.named("positive").withoutEpsilon());

    /** The dense form of a head's mask. */
    interface Dense {
        /**
         * Returns K [N][N].
         *
         * @param parameters e^θ of the head
         */
        double[][] of(int item, int head, double[] parameters);
    }

    /** A mask, the arrays of graphs, and their dense form. */
    record Case(String name, NodeMask mask, GraphArrays arrays, Dense dense) {
        GraphArrays arrays(DataType type) {
            return new GraphArrays(
                    arrays.nodes().castTo(type),
                    arrays.entries().castTo(type),
                    arrays.nodeMask().castTo(type),
                    arrays.entryMask().castTo(type));
        }

        int width() {
            return (int) arrays.entries().size(2);
        }

        @Override
        public String toString() {
            return name;
        }
    }

    /** Numbers that are the same in float32. */
    private static double round(double x) {
        return Math.round(x * 64) / 64.0;
    }

    private static List<double[][]> rows(int width, long seed) {
        List<double[][]> all = new ArrayList<>();
        CounterRandom random = CounterRandom.of(seed);
        for (int n : NODES) {
            double[][] rows = new double[n][width];
            for (double[] row : rows) {
                Arrays.setAll(row, i -> round(random.nextGaussian()));
            }
            all.add(rows);
        }
        return all;
    }

    private static List<Graph> graphs() {
        return GraphNet.graphs().stream()
                .map(graph -> {
                    Graph.Builder same = new Graph.Builder(graph.nodes());
                    graph.adjacency().forEach((i, j, w) -> same.arc(i, j, round(w)));
                    return same.build();
                })
                .toList();
    }

    private static Case paths() {
        List<SeparatorTree> trees = graphs().stream()
                .map(graph -> SeparatorTree.of(graph, SeparatorOptions.of(graph)))
                .toList();
        return new Case(
                "paths",
                NodeMask.paths(),
                GraphArrays.ofPaths(rows(E, 1), graphs(), DataType.DOUBLE),
                (b, h, p) -> new PathMask(trees.get(b), p[0]).dense());
    }

    private static Case points(String name, int frequencies) {
        PointWeights weights = new PointWeights(PointWeights.Kind.GAUSSIAN, 0.9);
        List<double[][]> clouds = rows(2, 5);
        List<PointSpectrum> spectra = clouds.stream()
                .map(cloud -> new PointSpectrum(cloud, weights, frequencies, 3))
                .toList();
        return new Case(
                name,
                NodeMask.points(PointWeights.Kind.GAUSSIAN, 0.9, frequencies, 3),
                GraphArrays.ofPoints(rows(E, 1), clouds, DataType.DOUBLE),
                (b, h, p) -> new DiffusionMask(spectra.get(b), p[0]).dense());
    }

    private static List<GraphFactor> walks() {
        return graphs().stream()
                .map(graph -> new WalkCounts(8, 0.25, 4).draw(graph, 3, 0))
                .toList();
    }

    private static List<GraphFactor> randomFeatures() {
        return graphs().stream()
                .map(graph -> new GraphRandomFeatures(4, 0.25, LENGTHS).draw(graph, 5, 0))
                .toList();
    }

    private static Case kernels() {
        List<GraphFactor> first = walks();
        List<GraphFactor> second = randomFeatures();
        List<GraphFactor> both = IntStream.range(0, NODES.length)
                .mapToObj(b -> GraphFactor.beside(first.get(b), second.get(b)))
                .toList();
        return new Case(
                "walks and random features",
                NodeMask.kernels(new NodeMask.Group(1, 1), new NodeMask.Group(1, LENGTHS)),
                GraphArrays.of(rows(E, 1), both, DataType.DOUBLE),
                (b, h, p) ->
                        h == 0 ? first.get(b).dense(p[0]) : second.get(b).dense(Arrays.copyOfRange(p, 1, 1 + LENGTHS)));
    }

    /** With enough frequencies for every row to be trusted, which the dense form takes for granted. */
    static Stream<Case> trusted() {
        return Stream.of(paths(), points("points", 400), kernels());
    }

    static Stream<Case> cases() {
        return Stream.of(paths(), points("points", 40), kernels());
    }

    private static ComputationGraph net(Case c, DataType type, IUpdater updater) {
        return net(c.mask(), c.width(), type, updater);
    }

    private static ComputationGraph net(NodeMask mask, int width, DataType type, IUpdater updater) {
        ComputationGraph net = new ComputationGraph(new NeuralNetConfiguration.Builder()
                .seed(13)
                .dataType(type)
                .updater(updater)
                .graphBuilder()
                .addInputs("nodes", "graph")
                .addVertex("first", new SidesVertex(), "nodes", "graph")
                .addLayer(
                        "attention",
                        new GraphKernelAttentionLayer.Builder()
                                .attention(OPTIONS)
                                .nodeMask(mask)
                                .build(),
                        "first")
                .addVertex("second", new SidesVertex(), "attention", "graph")
                .addLayer(
                        "block",
                        new GraphKernelBlockLayer.Builder()
                                .attention(OPTIONS)
                                .nodeMask(mask)
                                .hidden(7)
                                .build(),
                        "second")
                .addLayer(
                        "out",
                        new RnnOutputLayer.Builder()
                                .nOut(2)
                                .dataFormat(RNNFormat.NWC)
                                .build(),
                        "block")
                .setOutputs("out")
                .setInputTypes(InputType.recurrent(E, -1, RNNFormat.NWC), InputType.recurrent(width, -1, RNNFormat.NWC))
                .build());
        net.init();
        return net;
    }

    private static MultiDataSet data(Case c, DataType type) {
        GraphArrays arrays = c.arrays(type);
        INDArray labels = Nets.oneHot(Samples.ids(type, 7, 2, NODES.length, 11), 2)
                .permute(0, 2, 1)
                .dup('c');
        return new MultiDataSet(
                arrays.inputs(), new INDArray[] {labels}, arrays.masks(), new INDArray[] {arrays.nodeMask()});
    }

    private static INDArray attended(ComputationGraph net, GraphArrays arrays) {
        net.setLayerMaskArrays(arrays.masks(), null);
        INDArray out = net.feedForward(arrays.inputs(), false).get("attention").dup('c');
        net.clearLayerMaskArrays();
        return out;
    }

    @ParameterizedTest
    @MethodSource("trusted")
    void equalsTheDenseForm(Case c) {
        ComputationGraph net = Nets.roughen(net(c, DataType.DOUBLE, new Sgd(0.1)));
        GraphArrays arrays = c.arrays(DataType.DOUBLE);
        INDArray out = attended(net, arrays);
        INDArray f = net.getLayer("attention").getParam("modulation").dup();
        assertThat(f.size(0)).isEqualTo(HEADS);
        for (int b = 0; b < NODES.length; b++) {
            int item = b;
            double[][] rows = new DenseGraphAttention(net.getLayer("attention").paramTable(), OPTIONS)
                    .attend(
                            arrays.nodes().slice(b).toDoubleMatrix(),
                            NODES[b],
                            h -> c.dense()
                                    .of(
                                            item,
                                            h,
                                            Arrays.stream(f.getRow(h).toDoubleVector())
                                                    .map(Math::exp)
                                                    .toArray()));
            for (int i = 0; i < rows.length; i++) {
                TensorAssert.assertClose(
                        "graph " + b + ", node " + i, out.slice(b).slice(i).dup(), rows[i]);
            }
        }
        ComputationGraph kernels = net(c, DataType.FLOAT, new Sgd(0.1));
        kernels.setParams(net.params().castTo(DataType.FLOAT));
        TensorAssert.assertClose("kernels", attended(kernels, c.arrays(DataType.FLOAT)), out.castTo(DataType.FLOAT));
        assertThat(((GraphRuntime) kernels.getLayer("attention")).underflows()).isZero();
    }

    /** Central differences of the score in float64, rates and weights of lengths among the parameters; and the same step on kernels. */
    @ParameterizedTest
    @MethodSource("cases")
    void theGradientIsThatOfTheScore(Case c) {
        checkGradient(c, 0);
    }

    /** With two frequencies estimates are mostly noise: rows whose denominators are below what nodes give to themselves get their own values, alike on kernels, with the gradient of that. */
    @Test
    void rowsOfAnEstimateThatIsNoiseAreTheirOwnValues() {
        Case c = points("noise", 2);
        checkGradient(c, Math.log(4));
        ComputationGraph graph = Nets.roughen(net(c, DataType.DOUBLE, new Sgd(0.1)));
        graph.getParam("attention_modulation").assign(Math.log(4));
        ComputationGraph kernels = net(c, DataType.FLOAT, new Sgd(0.1));
        kernels.setParams(graph.params().castTo(DataType.FLOAT));
        INDArray expected = attended(graph, c.arrays(DataType.DOUBLE));
        INDArray actual = attended(kernels, c.arrays(DataType.FLOAT));
        TensorAssert.assertClose("kernels", actual, expected.castTo(DataType.FLOAT));
        double rows = ((GraphRuntime) kernels.getLayer("attention")).underflows();
        assertThat(rows).isBetween(1.0, 2.0 * (11 + 5 + 7) - 1);
        assertThat(((GraphRuntime) graph.getLayer("attention")).underflows()).isEqualTo(rows);
    }

    private static void checkGradient(Case c, double theta) {
        ComputationGraph net = Nets.roughen(net(c, DataType.DOUBLE, new Sgd(0.1)));
        if (theta != 0) {
            net.getParam("attention_modulation").assign(theta);
        }
        MultiDataSet data = data(c, DataType.DOUBLE);
        new GradientCheck(net, Nets.feed(net, data), 3).directions(9);
        ComputationGraph kernels = net(c, DataType.FLOAT, new Sgd(0.1));
        kernels.setParams(net.params().castTo(DataType.FLOAT));
        net.fit(data);
        kernels.fit(data(c, DataType.FLOAT));
        TensorAssert.assertClose("step", kernels.params(), net.params().castTo(DataType.FLOAT));
    }

    /** Head by head, heads of two kernels are those of layers of one kernel each: with Wo = 1 a head's columns are its own. */
    @Test
    void headsThatDifferAreThoseOfLayersOfOneKind() {
        Case both = kernels();
        ComputationGraph mixed = ones(net(both, DataType.FLOAT, new Sgd(0.1)));
        mixed.getParam("attention_modulation").muli(0.7);
        INDArray out = attended(mixed, both.arrays(DataType.FLOAT));
        for (int h = 0; h < HEADS; h++) {
            List<GraphFactor> own = h == 0 ? walks() : randomFeatures();
            int lengths = own.get(0).lengths();
            ComputationGraph alone =
                    ones(net(NodeMask.kernel(), GraphRows.width(lengths), DataType.FLOAT, new Sgd(0.1)));
            for (String name : List.of("Wq", "Wk", "Wv", "bq", "bk", "bv", "projection")) {
                alone.getParam("attention_" + name).assign(mixed.getParam("attention_" + name));
            }
            if (lengths > 1) {
                INDArray theta = alone.getParam("attention_modulation");
                for (int l = 0; l < lengths; l++) {
                    theta.putScalar(h, l, mixed.getParam("attention_modulation").getDouble(h, 1 + l));
                }
            }
            INDArray expected = attended(alone, GraphArrays.of(rows(E, 1), own, DataType.FLOAT));
            for (int b = 0; b < NODES.length; b++) {
                for (int i = 0; i < NODES[b]; i++) {
                    for (int d = h * E / HEADS; d < (h + 1) * E / HEADS; d++) {
                        assertThat(out.getFloat(b, i, d)).isEqualTo(expected.getFloat(b, i, d));
                    }
                }
            }
        }
    }

    private static ComputationGraph ones(ComputationGraph net) {
        INDArray wo = net.getParam("attention_Wo");
        wo.assign(0);
        for (int e = 0; e < E; e++) {
            wo.putScalar(e, e, 1);
        }
        return net;
    }

    @Test
    void trainsAndComesBackFromJson() {
        for (Case c : cases().toList()) {
            ComputationGraph net = net(c, DataType.FLOAT, new Adam(2e-2));
            MultiDataSet data = data(c, DataType.FLOAT);
            double before = net.score(data);
            for (int i = 0; i < 60; i++) {
                net.fit(data);
            }
            assertThat(net.score(data)).as(c.name()).isLessThan(0.6 * before);
            ComputationGraphConfiguration again = ComputationGraphConfiguration.fromJson(
                    net.getConfiguration().toJson());
            ComputationGraph copy = new ComputationGraph(again);
            copy.init(net.params(), true);
            assertThat(copy.score(data)).as(c.name()).isEqualTo(net.score(data));
        }
    }

    /** Widths that only this kind of rows has. */
    @Test
    void pointsOfFourCoordinatesComeBackFromJson() throws Exception {
        GraphKernelAttentionLayer layer = builder(NodeMask.points(PointWeights.Kind.GAUSSIAN, 0.9, 4, 3), 5);
        String json = NeuralNetConfiguration.mapper().writeValueAsString(layer);
        assertThat(NeuralNetConfiguration.mapper().readValue(json, Layer.class)).isEqualTo(layer);
    }

    @Test
    void refusesWhatDoesNotGoTogether() {
        AttentionOptions two = OPTIONS.withGroups(List.of(
                HeadGroup.linear(1, FeatureMap.named("relu"), 6),
                HeadGroup.linear(1, FeatureMap.named("elu-plus-one"), 6)));
        assertThatThrownBy(() -> new GraphKernelAttentionLayer.Builder()
                        .attention(two)
                        .nodeMask(NodeMask.kernels(new NodeMask.Group(1, 1), new NodeMask.Group(1, 3)))
                        .build())
                .hasMessageStartingWith("kernels of groups need heads that attend alike");
        assertThatThrownBy(() -> new GraphKernelAttentionLayer.Builder()
                        .attention(OPTIONS)
                        .nodeMask(NodeMask.kernels(new NodeMask.Group(1, 1), new NodeMask.Group(2, 3)))
                        .build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("groups must have the heads of attention; heads=2, of groups=3");
        assertThatThrownBy(() -> builder(NodeMask.kernels(new NodeMask.Group(2, 1)), GraphRows.width(3)))
                .hasMessageStartingWith("groups of heads must have the lengths of the graph's entries; lengths=3");
        assertThatThrownBy(() -> builder(NodeMask.paths(), 4))
                .hasMessage("edges must be node, node and length: 3 numbers; width=4");
        assertThatThrownBy(() -> builder(NodeMask.points(PointWeights.Kind.HAT, 1, 3, 1), 1))
                .hasMessage("points must be 1 and their coordinates; width=1");
        assertThatThrownBy(() -> NodeMask.points(PointWeights.Kind.BOX, 1, 3, 1))
                .hasMessageStartingWith("weights of points must be hat or Gaussian");
        assertThatThrownBy(() -> new NodeMask(NodeMask.Rows.POINTS, null, null))
                .hasMessageStartingWith("points need weights");
        ComputationGraph net = net(paths(), DataType.FLOAT, new Sgd(0.1));
        INDArray x = Samples.gaussian(DataType.FLOAT, 3, 1, 2, 3, E);
        INDArray edges = Nd4j.zeros(DataType.FLOAT, 2, 1, 3);
        edges.putScalar(new int[] {1, 0, 1}, 3);
        assertThatThrownBy(() -> net.output(x, edges))
                .hasStackTraceContaining("an edge must name nodes that are there; edge=0, node=3.0, nodes=3")
                .hasStackTraceContaining("graph=1");
    }

    private static GraphKernelAttentionLayer builder(NodeMask mask, int width) {
        return new GraphKernelAttentionLayer.Builder()
                .attention(OPTIONS)
                .nodeMask(mask)
                .width(E)
                .memoryWidth(width)
                .build();
    }
}
