package io.github.performer4j.core.layer;

import io.github.performer4j.core.Samples;
import io.github.performer4j.core.attention.AttentionOptions;
import io.github.performer4j.core.base.GraphRuntime;
import io.github.performer4j.core.feature.FeatureMap;
import io.github.performer4j.core.graph.GraphArrays;
import io.github.performer4j.core.sides.SidesVertexRuntime;
import io.github.performer4j.kernels.graph.GraphFactor;
import io.github.performer4j.kernels.graph.WalkCounts;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.deeplearning4j.nn.api.MaskState;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * One layer over the graphs of {@link GraphNet}, padded to a batch: the same parameters, nodes and error whatever runs it.
 *
 * @param name of the case
 * @param options how it attends
 * @param factors of the graphs' kernels
 * @param block whether it is a block; else the attention layer
 */
public record GraphCase(String name, AttentionOptions options, List<GraphFactor> factors, boolean block) {
    private static final int WIDTH = 14;
    private static final int NODES = 11;

    /** Returns cases of every kernel, and of every kind of feature map. */
    public static Stream<GraphCase> cases() {
        List<GraphFactor> walks = GraphNet.graphs().stream()
                .map(graph -> new WalkCounts(6, 0.2, 4).draw(graph, 3, 0))
                .toList();
        List<GraphFactor> adjacency =
                GraphNet.graphs().stream().map(GraphFactor::adjacency).toList();
        AttentionOptions linear = AttentionOptions.defaults().withHeads(2).withFeatures(22);
        Stream<GraphCase> kernels = Stream.of("positive", "relu")
                .map(map -> linear.withFeatureMap(FeatureMap.named(map)))
                .flatMap(o -> Stream.of(
                        new GraphCase("random features, " + o.featureMap(), o, GraphNet.factors(), true),
                        new GraphCase("walk counts, " + o.featureMap(), o.withGate(true), walks, false),
                        new GraphCase("adjacency, " + o.featureMap(), o, adjacency, true),
                        new GraphCase(
                                "learned projection, " + o.featureMap(),
                                o.withLearnedProjection(true).withFeatures(5),
                                GraphNet.factors(),
                                false)));
        Stream<GraphCase> maps = Stream.of(
                        "hyperbolic", "elu-plus-one", "gerf", "aderf", "poisson", "hybrid-clustered", "hybrid-gaussian")
                .map(map -> new GraphCase(
                        map, linear.withFeatureMap(FeatureMap.named(map)), GraphNet.factors(), map.equals("gerf")));
        GraphCase own = new GraphCase(
                "a map of somebody else's", linear.withFeatureMap(new SpreadFeatures()), adjacency, false);
        return Stream.concat(Stream.concat(kernels, maps), Stream.of(own));
    }

    /** Makes the net, with all parameters off their special values. */
    public ComputationGraph net(DataType type) {
        Layer layer = block
                ? new GraphKernelBlockLayer.Builder()
                        .attention(options)
                        .hidden(17)
                        .build()
                : new GraphKernelAttentionLayer.Builder().attention(options).build();
        ComputationGraph net = GraphNet.of(layer, WIDTH, factors.get(0).lengths(), type);
        net.initGradientsView();
        return net;
    }

    /** Runs vertex and layer: the output, the derivatives with respect to nodes and entries, and the gradients of all parameters. */
    public Map<String, INDArray> run(ComputationGraph net, DataType type) {
        GraphArrays arrays = GraphArrays.of(GraphNet.features(1), factors, type);
        INDArray real = arrays.nodeMask().reshape(factors.size(), NODES, 1);
        INDArray x = Samples.gaussian(type, 3, 1, factors.size(), NODES, WIDTH).muli(real);
        INDArray error =
                Samples.gaussian(type, 4, 1, factors.size(), NODES, WIDTH).muli(real);
        LayerWorkspaceMgr workspaces = LayerWorkspaceMgr.noWorkspaces();
        SidesVertexRuntime vertex = (SidesVertexRuntime) net.getVertex("sides");
        GraphRuntime layer = (GraphRuntime) net.getLayer("layer");
        vertex.feedForwardMaskArrays(arrays.masks(), MaskState.Active, factors.size());
        layer.feedForwardMaskArray(arrays.nodeMask(), MaskState.Active, factors.size());
        vertex.setInput(0, x, workspaces);
        vertex.setInput(1, arrays.entries(), workspaces);
        layer.setInput(vertex.doForward(true, workspaces), workspaces);
        Map<String, INDArray> tensors = new LinkedHashMap<>();
        tensors.put(
                "output",
                layer.activate(true, workspaces)
                        .reshape(factors.size(), NODES, WIDTH)
                        .mul(real));
        Pair<Gradient, INDArray> gradients = layer.backpropGradient(error, workspaces);
        vertex.setEpsilon(gradients.getSecond());
        INDArray[] down = vertex.doBackward(false, workspaces).getSecond();
        tensors.put("nodes", down[0].dup('c'));
        tensors.put("entries", down[1].dup('c'));
        gradients.getFirst().gradientForVariable().forEach((each, g) -> tensors.put(each, g.dup('c')));
        return tensors;
    }

    @Override
    public String toString() {
        return name;
    }
}
