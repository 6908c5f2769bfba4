package io.github.performer4j.data.graph;

import io.github.performer4j.kernels.graph.Graph;
import java.util.List;

/**
 * A graph and what is known of it.
 *
 * @param id as its source names it
 * @param graph N nodes and their edges
 * @param features numbers of each node, [N][F]; F may be 0
 * @param nodeLabels a label for each node, as written; empty if there are none
 * @param label of the whole graph, as written; empty if there is none
 */
@SuppressWarnings("ArrayRecordComponent") // a value that is handed on, never compared
public record GraphExample(String id, Graph graph, double[][] features, List<String> nodeLabels, String label) {

    /**
     * Checks sizes.
     *
     * @throws IllegalArgumentException if features or labels are not as many as nodes, or nodes have other numbers of features
     */
    public GraphExample {
        nodeLabels = List.copyOf(nodeLabels);
        int nodes = graph.nodes();
        if (features.length != nodes || !nodeLabels.isEmpty() && nodeLabels.size() != nodes) {
            throw new IllegalArgumentException("each node must have features and, if there are any, a label; id=" + id
                    + ", nodes=" + nodes + ", features=" + features.length + ", labels=" + nodeLabels.size());
        }
        for (double[] row : features) {
            if (row.length != features[0].length) {
                throw new IllegalArgumentException("nodes must have the same number of features; id=" + id + ", first="
                        + features[0].length + ", found=" + row.length);
            }
        }
    }

    /** Returns F. */
    public int featureCount() {
        return features[0].length;
    }

    /** Returns a copy with other features. */
    public GraphExample withFeatures(double[][] value) {
        return new GraphExample(id, graph, value, nodeLabels, label);
    }
}
