package io.github.performer4j.core.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.performer4j.core.Samples;
import io.github.performer4j.core.TensorAssert;
import io.github.performer4j.core.attention.AttentionOptions;
import io.github.performer4j.core.attention.Decay;
import io.github.performer4j.core.attention.Rotary;
import io.github.performer4j.core.base.GraphRuntime;
import io.github.performer4j.core.base.WholeSequence;
import io.github.performer4j.core.feature.FeatureMap;
import io.github.performer4j.core.feature.Statistics;
import io.github.performer4j.core.graph.GraphArrays;
import io.github.performer4j.core.sides.SidesVertexRuntime;
import io.github.performer4j.kernels.graph.Graph;
import io.github.performer4j.kernels.graph.GraphFactor;
import io.github.performer4j.kernels.graph.GraphRows;
import io.github.performer4j.kernels.graph.WalkCounts;
import java.util.List;
import java.util.stream.Stream;
import org.deeplearning4j.nn.api.MaskState;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;

/** Attention over graphs equals the dense form with the kernel as a matrix, from the definition alone, and refuses what it does not have. */
class GraphKernelLayerTest {
    private static final int E = 6;
    private static final AttentionOptions LINEAR =
            AttentionOptions.defaults().withHeads(2).withFeatures(5).withLearnedProjection(true);

    /** A kernel and a map. */
    record Case(String kernel, String map, List<GraphFactor> factors) {
        AttentionOptions options() {
            FeatureMap features = FeatureMap.named(map).withoutEpsilon();
            return features.draws(5) == 0
                    ? LINEAR.withLearnedProjection(false).withFeatureMap(features)
                    : LINEAR.withFeatureMap(features);
        }

        @Override
        public String toString() {
            return kernel + ", " + map;
        }
    }

    static Stream<Case> cases() {
        List<GraphFactor> walks = GraphNet.graphs().stream()
                .map(graph -> new WalkCounts(6, 0.2, 4).draw(graph, 3, 0))
                .toList();
        List<GraphFactor> adjacency =
                GraphNet.graphs().stream().map(GraphFactor::adjacency).toList();
        return Stream.of("positive", "relu", "elu-plus-one")
                .flatMap(map -> Stream.of(
                        new Case("random features", map, GraphNet.factors()),
                        new Case("walk counts", map, walks),
                        new Case("adjacency", map, adjacency)));
    }

    private static ComputationGraph net(AttentionOptions options, int lengths, DataType type) {
        return GraphNet.of(
                new GraphKernelAttentionLayer.Builder().attention(options).build(), E, lengths, type);
    }

    private static INDArray attended(ComputationGraph net, INDArray x, GraphArrays arrays) {
        INDArray[] masks = arrays.masks();
        net.setLayerMaskArrays(masks, null);
        INDArray out = net.feedForward(new INDArray[] {x, arrays.entries()}, false)
                .get("layer")
                .dup('c');
        net.clearLayerMaskArrays();
        return out;
    }

    @ParameterizedTest
    @MethodSource("cases")
    void equalsTheDenseForm(Case c) {
        AttentionOptions o = c.options();
        GraphArrays arrays = GraphArrays.of(GraphNet.features(1), c.factors(), DataType.DOUBLE);
        ComputationGraph net = net(o, c.factors().get(0).lengths(), DataType.DOUBLE);
        INDArray x = Samples.gaussian(DataType.DOUBLE, 3, 1, 3, 11, E);
        INDArray out = attended(net, x, arrays);
        for (int b = 0; b < 3; b++) {
            double[][] rows = new DenseGraphAttention(net.getLayer("layer").paramTable(), o)
                    .attend(x.slice(b).toDoubleMatrix(), c.factors().get(b));
            for (int i = 0; i < rows.length; i++) {
                TensorAssert.assertClose(
                        "graph " + b + ", node " + i, out.slice(b).slice(i).dup(), rows[i]);
            }
        }
        TensorAssert.assertClose(
                "float32",
                attended(net(o, c.factors().get(0).lengths(), DataType.FLOAT), x.castTo(DataType.FLOAT), arrays)
                        .slice(0)
                        .dup(),
                out.slice(0).castTo(DataType.FLOAT));
    }

    /** The gradient with respect to the nodes, from central differences of Σ output ⊙ error; that of entries is 0. */
    @ParameterizedTest
    @MethodSource("cases")
    void theGradientOfNodesIsThatOfTheOutput(Case c) {
        GraphArrays arrays = GraphArrays.of(GraphNet.features(1), c.factors(), DataType.DOUBLE);
        ComputationGraph net = net(c.options(), c.factors().get(0).lengths(), DataType.DOUBLE);
        INDArray x = Samples.gaussian(DataType.DOUBLE, 3, 1, 3, 11, E)
                .mul(arrays.nodeMask().reshape(3, 11, 1));
        INDArray error = Samples.gaussian(DataType.DOUBLE, 4, 1, 3, 11, E)
                .mul(arrays.nodeMask().reshape(3, 11, 1));
        INDArray direction = Samples.gaussian(DataType.DOUBLE, 5, 1, 3, 11, E);
        LayerWorkspaceMgr workspaces = LayerWorkspaceMgr.noWorkspaces();
        SidesVertexRuntime vertex = (SidesVertexRuntime) net.getVertex("sides");
        GraphRuntime layer = (GraphRuntime) net.getLayer("layer");
        net.initGradientsView();
        vertex.feedForwardMaskArrays(arrays.masks(), MaskState.Active, 3);
        layer.feedForwardMaskArray(arrays.nodeMask(), MaskState.Active, 3);
        vertex.setInput(0, x, workspaces);
        vertex.setInput(1, arrays.entries(), workspaces);
        layer.setInput(vertex.doForward(true, workspaces), workspaces);
        layer.activate(true, workspaces);
        vertex.setEpsilon(layer.backpropGradient(error, workspaces).getSecond());
        INDArray[] down = vertex.doBackward(false, workspaces).getSecond();
        double step = 1e-5;
        double numeric = (attended(net, x.add(direction.mul(step)), arrays)
                                .mul(error)
                                .sumNumber()
                                .doubleValue()
                        - attended(net, x.sub(direction.mul(step)), arrays)
                                .mul(error)
                                .sumNumber()
                                .doubleValue())
                / (2 * step);
        double analytic = down[0].mul(direction).sumNumber().doubleValue();
        assertThat(Math.abs(analytic - numeric) / Math.max(1, Math.abs(numeric)))
                .isLessThan(1e-6);
        assertThat(down[1].amaxNumber().doubleValue()).isZero();
    }

    /** A node that nothing leads to, and that is not like itself, sees nothing: 0 before Wo, and no NaN. */
    @Test
    void aNodeThatSeesNothingGetsTheBias() {
        ComputationGraph net = net(LINEAR, 1, DataType.DOUBLE);
        GraphArrays arrays = GraphArrays.of(
                List.<double[][]>of(new double[3][2]),
                List.of(GraphFactor.adjacency(new Graph.Builder(3).edge(0, 1).build())),
                DataType.DOUBLE);
        INDArray entries = arrays.entries().dup();
        long last = entries.size(1) - 1;
        assertThat(entries.getDouble(0, last, 0)).isEqualTo(2);
        entries.slice(0).slice(last).assign(0);
        INDArray out = attended(
                net,
                Samples.gaussian(DataType.DOUBLE, 3, 1, 1, 3, E),
                new GraphArrays(arrays.nodes(), entries, arrays.nodeMask(), arrays.entryMask()));
        TensorAssert.assertClose(
                "node 2", out.slice(0).slice(2).dup(), net.getLayer("layer").getParam("bo"));
        TensorAssert.assertFinite("out", out);
    }

    /** With tiny keys in float32 denominators underflow: the mean by K takes their place, and is counted. */
    @Test
    void underflowGivesTheMeanByTheKernel() {
        AttentionOptions o = LINEAR.withFeatureMap(FeatureMap.named("relu").withoutEpsilon());
        ComputationGraph net = net(o, 1, DataType.FLOAT);
        net.getLayer("layer").getParam("Wk").assign(0);
        net.getLayer("layer").getParam("bk").assign(0);
        GraphArrays arrays = GraphArrays.of(
                GraphNet.features(1),
                GraphNet.graphs().stream().map(GraphFactor::adjacency).toList(),
                DataType.FLOAT);
        INDArray out = attended(net, Samples.gaussian(DataType.FLOAT, 3, 1, 3, 11, E), arrays);
        TensorAssert.assertFinite("out", out);
        assertThat(((GraphRuntime) net.getLayer("layer")).underflows()).isEqualTo(2 * 23);
        INDArray alone = out.slice(1).slice(4); // isolated: its own value
        INDArray x = Samples.gaussian(DataType.FLOAT, 3, 1, 3, 11, E)
                .slice(1)
                .slice(4)
                .reshape(1, E);
        var p = net.getLayer("layer").paramTable();
        INDArray expected = x.mmul(p.get("Wv"))
                .addi(p.get("bv").reshape(1, E))
                .mmul(p.get("Wo"))
                .addi(p.get("bo").reshape(1, E));
        TensorAssert.assertClose("its own value", alone.dup(), expected.reshape(E));
    }

    /** 500 nodes are cut into more blocks of rows than their 640 entries: sums of gradients have room for both. */
    @Test
    void nodesMayBeMoreBlocksThanEntries() {
        int nodes = 500;
        Graph.Builder graph = new Graph.Builder(nodes);
        for (int i = 0; i < 10; i++) {
            graph.edge(i, i + 1);
        }
        AttentionOptions o = LINEAR.withFeatureMap(FeatureMap.named("positive").withoutEpsilon());
        GraphKernelBlockLayer.Builder layer =
                new GraphKernelBlockLayer.Builder().attention(o).hidden(7);
        ComputationGraph exact = GraphNet.of(layer.build(), E, 1, DataType.DOUBLE);
        ComputationGraph kernels = GraphNet.of(layer.build(), E, 1, DataType.FLOAT);
        kernels.setParams(exact.params().castTo(DataType.FLOAT));
        double[][] x = Samples.gaussian(DataType.FLOAT, 3, 1, nodes, E).toDoubleMatrix();
        for (ComputationGraph net : List.of(exact, kernels)) {
            DataType type = net.params().dataType();
            GraphArrays arrays =
                    GraphArrays.of(List.<double[][]>of(x), List.of(GraphFactor.adjacency(graph.build())), type);
            assertThat(arrays.entries().size(1)).isEqualTo(640);
            INDArray labels = Nets.oneHot(Samples.ids(type, 7, 2, 1, nodes), 2)
                    .permute(0, 2, 1)
                    .dup('c');
            net.fit(new MultiDataSet(arrays.inputs(), new INDArray[] {labels}, arrays.masks(), null));
        }
        TensorAssert.assertClose("step", kernels.params(), exact.params().castTo(DataType.FLOAT));
    }

    @Test
    void refusesWhatNeedsAnOrderOrAMatrix() {
        for (AttentionOptions o : List.of(
                LINEAR.withCausal(true),
                LINEAR.withLearnedProjection(false).withConvolution(3),
                LINEAR.withDecay(new Decay(false, 3, 30, 0)),
                LINEAR.withRotary(new Rotary(100, 1, true)))) {
            assertThatThrownBy(() -> builder(o))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith(
                            "attention over a graph is not causal and has no decay, convolution, window");
        }
        assertThatThrownBy(() -> builder(LINEAR.withKind(AttentionOptions.Kind.EXACT)))
                .hasMessageContaining("kind=EXACT");
        assertThatThrownBy(() -> builder(AttentionOptions.defaults()
                        .withFeatureMap(FeatureMap.named("aderf"))
                        .withStatistics(Statistics.RUNNING)))
                .hasMessageContaining("statistics=RUNNING");
        assertThatThrownBy(() -> new GraphKernelAttentionLayer.Builder().modulation(1, -1))
                .hasMessage("weights of lengths must be positive and finite; modulation=[1.0, -1.0]");
        assertThatThrownBy(() -> new GraphKernelAttentionLayer.Builder()
                        .attention(LINEAR)
                        .width(E)
                        .modulation(1, 2)
                        .memoryWidth(GraphRows.width(3))
                        .build())
                .hasMessageContaining("modulation=[1.0, 2.0], lengths=3");
        assertThatThrownBy(() -> new GraphKernelAttentionLayer.Builder()
                        .attention(LINEAR)
                        .width(E)
                        .memoryWidth(7)
                        .build())
                .hasMessageContaining("width=7");
    }

    private static GraphKernelAttentionLayer builder(AttentionOptions o) {
        return new GraphKernelAttentionLayer.Builder().attention(o).build();
    }

    @Test
    void refusesEntriesOfNoGraph() {
        ComputationGraph net = net(LINEAR, 1, DataType.FLOAT);
        INDArray x = Samples.gaussian(DataType.FLOAT, 3, 1, 2, 3, E);
        INDArray entries = Nd4j.zeros(DataType.FLOAT, 2, 1, 4);
        entries.slice(1).slice(0).assign(Nd4j.createFromArray(0f, 3f, 1f, 1f));
        assertThatThrownBy(() -> net.output(x, entries))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("an entry must name nodes that are there; entry=0, column=3.0, nodes=3")
                .hasMessageEndingWith("graph=1");
        assertThatThrownBy(() -> net.output(x, Nd4j.zeros(DataType.FLOAT, 2, 1, 6)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("memoryWidth=4");
        GraphRuntime layer = (GraphRuntime) net.getLayer("layer");
        assertThatThrownBy(() -> ((WholeSequence) layer).rnnTimeStep(null, null))
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessageStartingWith("rnnTimeStep needs the state of earlier tokens");
    }
}
