package io.github.performer4j.data.graph;

import io.github.performer4j.data.example.ExampleGraph;
import io.github.performer4j.kernels.graph.Graph;
import io.github.performer4j.kernels.graph.GraphKernel;
import io.github.performer4j.kernels.graph.GraphRows;
import io.github.performer4j.kernels.math.CounterRandom;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Makes numbers of graphs, as {@link GraphConfig} says. A graph's walks are drawn from the seed and a number that is a hash of its edges, so that they do not depend on where it stands in the data:
 * equal graphs have equal rows, in training and afterwards.
 */
public final class GraphEncoder {
    private final GraphConfig config;
    private final GraphKernel kernel;
    private final Map<String, Integer> places = new HashMap<>();

    /**
     * Makes an encoder.
     *
     * @throws IllegalArgumentException if there is no kernel, a number of it is out of its range, or kinds and attributes are not known
     */
    public GraphEncoder(GraphConfig config) {
        this.config = config;
        kernel = NodeKernel.named(config.kernel()).of(config);
        config.rowSize();
        config.kinds().forEach(kind -> places.put(kind, places.size()));
    }

    /**
     * Encodes a graph. Nodes of a kind that is not known have no kind: zeros.
     *
     * @param unknown counts such kinds
     * @throws IllegalArgumentException if its nodes have other things than the training data's
     */
    public GraphInput encode(ExampleGraph graph, Map<String, Long> unknown) {
        float[] features = features(graph, unknown);
        double[][] rows = GraphRows.of(kernel.draw(graph.graph(), config.seed(), number(graph.graph())));
        int entryWidth = GraphRows.width(config.channels());
        float[] entries = new float[Math.multiplyExact(rows.length, entryWidth)];
        for (int r = 0; r < rows.length; r++) {
            for (int c = 0; c < entryWidth; c++) {
                entries[r * entryWidth + c] = (float) rows[r][c];
            }
        }
        return new GraphInput(graph.nodes(), features, entries, config.rowSize(), entryWidth);
    }

    /**
     * Encodes the nodes of a graph: kinds one-hot, then attributes, standardised; 1 where there is neither.
     *
     * @param unknown counts kinds that are not known
     * @return [N,F]
     * @throws IllegalArgumentException if its nodes have other things than the training data's
     */
    public float[] features(ExampleGraph graph, Map<String, Long> unknown) {
        config.require(graph);
        int width = config.rowSize();
        float[] features = new float[Math.multiplyExact(graph.nodes(), width)];
        List<Double> means = config.means();
        for (int i = 0; i < graph.nodes(); i++) {
            if (!graph.kinds().isEmpty()) {
                Integer place = places.get(graph.kinds().get(i));
                if (place == null) {
                    unknown.merge(graph.kinds().get(i), 1L, Long::sum);
                } else {
                    features[i * width + place] = 1;
                }
            }
            for (int a = 0; a < means.size(); a++) {
                double value = (graph.attributes()[i][a] - means.get(a))
                        / config.scales().get(a);
                features[i * width + places.size() + a] = (float) value;
            }
            if (places.isEmpty() && means.isEmpty()) {
                features[i] = 1;
            }
        }
        return features;
    }

    private static long number(Graph graph) {
        long[] hash = {graph.nodes()};
        graph.adjacency()
                .forEach((i, j, weight) -> hash[0] = CounterRandom.mix(hash[0], i, j, Double.doubleToLongBits(weight)));
        return hash[0];
    }
}
