package io.github.performer4j.core.layer;

import io.github.performer4j.core.Samples;
import io.github.performer4j.core.attention.AttentionOptions;
import io.github.performer4j.core.graph.GraphArrays;
import io.github.performer4j.kernels.graph.Graph;
import io.github.performer4j.kernels.graph.GraphBatch;
import io.github.performer4j.kernels.graph.GraphFactor;
import io.github.performer4j.kernels.graph.GraphRandomFeatures;
import io.github.performer4j.kernels.graph.GraphRows;
import io.github.performer4j.kernels.math.CounterRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Sgd;

/** Three graphs of 11, 5 and 7 nodes, one of them isolated, and a net over them: embedding, attention, block, a number for each node. */
final class GraphNet {
    static final int[] NODES = {11, 5, 7};
    static final int FEATURES = 3;
    static final int WIDTH = 14;
    static final int LENGTHS = 4;

    private GraphNet() {}

    static List<Graph> graphs() {
        List<Graph> all = new ArrayList<>();
        for (int n : NODES) {
            CounterRandom random = CounterRandom.of(n);
            Graph.Builder graph = new Graph.Builder(n);
            for (int i = 0; i < n - 1; i++) { // the last node is isolated
                for (int j = 0; j < i; j++) {
                    if (random.nextDouble() < 0.4) {
                        graph.edge(i, j, 0.5 + random.nextDouble());
                    }
                }
            }
            all.add(graph.build());
        }
        return all;
    }

    static List<GraphFactor> factors() {
        List<GraphFactor> all = new ArrayList<>();
        for (Graph graph : graphs()) {
            all.add(new GraphRandomFeatures(5, 0.3, LENGTHS).draw(graph, 1, all.size()));
        }
        return all;
    }

    static List<double[][]> features(long seed) {
        CounterRandom random = CounterRandom.of(seed);
        List<double[][]> all = new ArrayList<>();
        for (int n : NODES) {
            double[][] rows = new double[n][FEATURES];
            for (double[] row : rows) {
                Arrays.setAll(row, i -> random.nextGaussian());
            }
            all.add(rows);
        }
        return all;
    }

    /** Returns the graphs side by side, padded. */
    static GraphArrays padded(DataType type, long seed) {
        return GraphArrays.of(features(seed), factors(), type);
    }

    /** Returns the graphs as one, B = 1. */
    static GraphArrays block(DataType type, long seed) {
        double[][] rows = features(seed).stream().flatMap(Arrays::stream).toArray(double[][]::new);
        return GraphArrays.of(List.<double[][]>of(rows), List.of(GraphBatch.factor(factors())), type);
    }

    static ComputationGraph net(AttentionOptions attention, double dropout, DataType type, IUpdater updater) {
        return net(attention, dropout, type, updater, layer -> layer);
    }

    /** Returns a net with all parameters off their special values, and a wrapper round its attention. */
    static ComputationGraph net(
            AttentionOptions attention, double dropout, DataType type, IUpdater updater, UnaryOperator<Layer> wrapper) {
        ComputationGraph net = new ComputationGraph(new NeuralNetConfiguration.Builder()
                .seed(13)
                .dataType(type)
                .updater(updater)
                .graphBuilder()
                .addInputs("nodes", "graph")
                .addLayer(
                        "embedding",
                        new RowEmbeddingLayer.Builder()
                                .size(FEATURES)
                                .width(WIDTH)
                                .build(),
                        "nodes")
                .addVertex("first", new SidesVertex(), "embedding", "graph")
                .addLayer(
                        "attention",
                        wrapper.apply(new GraphKernelAttentionLayer.Builder()
                                .attention(attention)
                                .build()),
                        "first")
                .addVertex("second", new SidesVertex(), "attention", "graph")
                .addLayer(
                        "block",
                        new GraphKernelBlockLayer.Builder()
                                .attention(attention)
                                .modulation(1, 0.7, 0.3, 0.1)
                                .hidden(17)
                                .dropout(dropout)
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
                .setInputTypes(types())
                .build());
        net.init();
        return Nets.roughen(net);
    }

    /** Makes a net of one layer over graphs, {@code layer}, with all parameters off their special values. */
    static ComputationGraph of(Layer layer, int width, int lengths, DataType type) {
        ComputationGraph net = new ComputationGraph(new NeuralNetConfiguration.Builder()
                .seed(13)
                .dataType(type)
                .updater(new Sgd(0.1))
                .graphBuilder()
                .addInputs("nodes", "graph")
                .addVertex("sides", new SidesVertex(), "nodes", "graph")
                .addLayer("layer", layer, "sides")
                .addLayer(
                        "out",
                        new RnnOutputLayer.Builder()
                                .nOut(2)
                                .dataFormat(RNNFormat.NWC)
                                .build(),
                        "layer")
                .setOutputs("out")
                .setInputTypes(
                        InputType.recurrent(width, -1, RNNFormat.NWC),
                        InputType.recurrent(GraphRows.width(lengths), -1, RNNFormat.NWC))
                .build());
        net.init();
        return Nets.roughen(net);
    }

    static InputType[] types() {
        return new InputType[] {
            InputType.recurrent(FEATURES, -1, RNNFormat.NWC),
            InputType.recurrent(GraphRows.width(LENGTHS), -1, RNNFormat.NWC)
        };
    }

    /** Returns a batch with labels for each node, padded. */
    static MultiDataSet data(DataType type, long seed) {
        GraphArrays arrays = padded(type, seed);
        INDArray ids = Samples.ids(type, seed + 100, 2, NODES.length, 11);
        INDArray labels = Nd4j.zeros(type, NODES.length, 11, 2);
        for (int b = 0; b < NODES.length; b++) {
            for (int n = 0; n < 11; n++) {
                labels.putScalar(new int[] {b, n, (int) ids.getDouble(b, n)}, 1);
            }
        }
        return new org.nd4j.linalg.dataset.MultiDataSet(
                arrays.inputs(), new INDArray[] {labels}, arrays.masks(), new INDArray[] {arrays.nodeMask()});
    }

    static INDArray output(ComputationGraph net, GraphArrays arrays) {
        return net.output(false, arrays.inputs(), arrays.masks())[0];
    }
}
