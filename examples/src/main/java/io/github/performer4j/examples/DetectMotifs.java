package io.github.performer4j.examples;

import io.github.performer4j.core.attention.AttentionOptions;
import io.github.performer4j.core.feature.FeatureMap;
import io.github.performer4j.core.graph.GraphArrays;
import io.github.performer4j.core.layer.GraphKernelBlockLayer;
import io.github.performer4j.core.layer.RowEmbeddingLayer;
import io.github.performer4j.core.layer.SequencePoolingLayer;
import io.github.performer4j.core.layer.SidesVertex;
import io.github.performer4j.core.schedule.WarmupSchedule;
import io.github.performer4j.data.graph.GraphExample;
import io.github.performer4j.data.made.Motif;
import io.github.performer4j.data.made.MotifGraphs;
import io.github.performer4j.kernels.graph.GraphFactor;
import io.github.performer4j.kernels.graph.GraphKernel;
import io.github.performer4j.kernels.graph.GraphRandomFeatures;
import io.github.performer4j.kernels.graph.WalkCounts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * Which motif is planted in a random graph: a cycle, wheel, grid, ladder or lollipop? The same net four times, with another kernel of the graph as the mask of its attention: none (each node
 * sees itself, so what remains is a mean over nodes that know their degree), neighbours, walk counts, and graph random features, whose weights of lengths are learned.
 */
public final class DetectMotifs {
    private static final int WIDTH = 32;
    private static final int BLOCKS = 2;
    private static final int BATCH = 25;
    private static final List<String> LABELS =
            Arrays.stream(Motif.values()).map(Motif::label).toList();

    private DetectMotifs() {}

    /** Returns the kernels, by name. */
    static Map<String, GraphKernel> kernels() {
        Map<String, GraphKernel> all = new LinkedHashMap<>();
        all.put("mean pooling", GraphKernel.self());
        all.put("adjacency attention", GraphKernel.adjacency());
        all.put("walk counts", new WalkCounts(50, 0.2, 6));
        all.put("graph random features", new GraphRandomFeatures(100, 0.2, 4));
        return all;
    }

    private static ComputationGraph net(int entryWidth, int steps, long seed) {
        AttentionOptions attention =
                AttentionOptions.defaults().withHeads(4).withFeatures(16).withFeatureMap(FeatureMap.named("relu"));
        GraphBuilder graph = new NeuralNetConfiguration.Builder()
                .seed(seed)
                .updater(new Adam(new WarmupSchedule(5e-3, 20, WarmupSchedule.Shape.COSINE, 20, steps, 0.02)))
                .graphBuilder()
                .addInputs("nodes", "graph")
                .setInputTypes(
                        InputType.recurrent(1, -1, RNNFormat.NWC), InputType.recurrent(entryWidth, -1, RNNFormat.NWC))
                .addLayer(
                        "block-0",
                        new RowEmbeddingLayer.Builder().size(1).width(WIDTH).build(),
                        "nodes");
        for (int i = 1; i <= BLOCKS; i++) {
            graph.addVertex("sides-" + i, new SidesVertex(), "block-" + (i - 1), "graph")
                    .addLayer(
                            "block-" + i,
                            new GraphKernelBlockLayer.Builder()
                                    .attention(attention)
                                    .hidden(2 * WIDTH)
                                    .build(),
                            "sides-" + i);
        }
        graph.addLayer("pooling", new SequencePoolingLayer(), "block-" + BLOCKS)
                .addLayer(
                        "out",
                        new OutputLayer.Builder(LossFunction.MCXENT)
                                .nOut(LABELS.size())
                                .activation(Activation.SOFTMAX)
                                .build(),
                        "pooling")
                .setOutputs("out");
        ComputationGraph net = new ComputationGraph(graph.build());
        net.init();
        return net;
    }

    /** Cuts graphs into batches, with the factors of each graph drawn once. */
    private static List<MultiDataSet> batches(List<GraphExample> graphs, GraphKernel kernel, long seed) {
        List<MultiDataSet> all = new ArrayList<>();
        for (int from = 0; from < graphs.size(); from += BATCH) {
            List<GraphExample> batch = graphs.subList(from, Math.min(graphs.size(), from + BATCH));
            List<double[][]> features = new ArrayList<>();
            List<GraphFactor> factors = new ArrayList<>();
            INDArray labels = Nd4j.zeros(batch.size(), LABELS.size());
            for (GraphExample example : batch) {
                labels.putScalar(features.size(), LABELS.indexOf(example.label()), 1);
                factors.add(kernel.draw(example.graph(), seed, from + features.size()));
                features.add(example.features());
            }
            GraphArrays arrays = GraphArrays.of(features, factors, DataType.FLOAT);
            all.add(new MultiDataSet(arrays.inputs(), new INDArray[] {labels}, arrays.masks(), null));
        }
        return all;
    }

    /**
     * Trains and tests a net with each kernel.
     *
     * @param graphs to train on; a quarter as many to test
     * @return share of the test graphs whose motif is named, by kernel; 0.2 is chance
     */
    public static Map<String, Double> accuracies(int graphs, int epochs, long seed) {
        Map<String, Double> table = new LinkedHashMap<>();
        List<GraphExample> train = new MotifGraphs(seed, 16, 0.15, 4).make(graphs);
        List<GraphExample> test = new MotifGraphs(seed + 1, 16, 0.15, 4).make(graphs / 4);
        kernels().forEach((name, kernel) -> {
            List<MultiDataSet> batches = batches(train, kernel, seed);
            int entryWidth = Math.toIntExact(batches.get(0).getFeatures(1).size(2));
            ComputationGraph net = net(entryWidth, epochs * batches.size(), seed);
            for (int epoch = 0; epoch < epochs; epoch++) {
                batches.forEach(net::fit);
            }
            double right = 0;
            for (MultiDataSet batch : batches(test, kernel, seed + 1)) {
                INDArray said = net.output(false, batch.getFeatures(), batch.getFeaturesMaskArrays())[0].argMax(1);
                right += said.eq(batch.getLabels(0).argMax(1))
                        .castTo(DataType.FLOAT)
                        .sumNumber()
                        .doubleValue();
            }
            table.put(name, right / test.size());
        });
        return table;
    }

    /** Trains on 1,000 graphs and prints the table; argument: a picture of it to write, PNG, optional. */
    public static void main(String[] args) throws IOException {
        Map<String, Double> table = accuracies(1000, 20, 1);
        table.forEach((name, share) -> System.out.printf(Locale.ROOT, "%-24s %5.1f%%%n", name, 100 * share));
        if (args.length > 0) {
            Files.write(Path.of(args[0]), GraphPictures.bars(table));
        }
    }
}
