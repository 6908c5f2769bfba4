package io.github.performer4j.benchmarks;

import io.github.performer4j.core.attention.AttentionOptions;
import io.github.performer4j.core.feature.FeatureMap;
import io.github.performer4j.core.graph.GraphArrays;
import io.github.performer4j.core.layer.GraphKernelAttentionLayer;
import io.github.performer4j.core.layer.SidesVertex;
import io.github.performer4j.kernels.graph.GraphFactor;
import io.github.performer4j.kernels.graph.GraphRows;
import io.github.performer4j.kernels.math.CounterRandom;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.NoOp;

/** A {@link GraphKernelAttentionLayer} in a net, over one graph, masked by a kernel of it; ReLU features. */
final class GraphNetWork implements GraphBench.GraphWork {
    static final FeatureMap MAP = FeatureMap.named("relu").withoutEpsilon();

    private final ComputationGraph net;
    private final INDArray[] inputs; // [1,N,E], [1,S,4]
    private final INDArray error; // [1,N,E]

    GraphNetWork(GraphBench sizes, GraphFactor factor) {
        AttentionOptions attention = AttentionOptions.defaults()
                .withHeads(sizes.heads())
                .withFeatures(sizes.features())
                .withFeatureMap(MAP)
                .withLearnedProjection(true);
        net = new ComputationGraph(new NeuralNetConfiguration.Builder()
                .seed(sizes.seed())
                .dataType(DataType.FLOAT)
                .updater(new NoOp())
                .miniBatch(false)
                .graphBuilder()
                .addInputs("nodes", "graph")
                .setInputTypes(
                        InputType.recurrent(sizes.width(), -1, RNNFormat.NWC),
                        InputType.recurrent(GraphRows.width(factor.lengths()), -1, RNNFormat.NWC))
                .addVertex("sides", new SidesVertex(), "nodes", "graph")
                .addLayer(
                        "attention",
                        new GraphKernelAttentionLayer.Builder()
                                .attention(attention)
                                .modulation(GraphMasks.weights(factor))
                                .build(),
                        "sides")
                .setOutputs("attention")
                .build());
        net.init();
        GraphArrays arrays = GraphArrays.of(
                List.<double[][]>of(gaussian(sizes, factor.nodes(), 1)), List.of(factor), DataType.FLOAT);
        inputs = arrays.inputs();
        error = Nd4j.createFromArray(new double[][][] {gaussian(sizes, factor.nodes(), 2)})
                .castTo(DataType.FLOAT); // [1,N,E]
    }

    static double[][] gaussian(GraphBench sizes, int nodes, long number) {
        CounterRandom random = CounterRandom.of(sizes.seed(), nodes, number);
        double[][] rows = new double[nodes][sizes.width()];
        for (double[] row : rows) {
            Arrays.setAll(row, i -> random.nextGaussian());
        }
        return rows;
    }

    Map<String, INDArray> parameters() {
        return net.getLayer("attention").paramTable();
    }

    INDArray rows(INDArray x) {
        return x.reshape(x.size(1), x.size(2));
    }

    INDArray input() {
        return rows(inputs[0]);
    }

    INDArray error() {
        return rows(error);
    }

    @Override
    public INDArray forward() {
        return rows(net.output(inputs)[0]);
    }

    @Override
    public void both() {
        net.feedForward(inputs, true, false);
        net.backpropGradient(error);
    }
}
