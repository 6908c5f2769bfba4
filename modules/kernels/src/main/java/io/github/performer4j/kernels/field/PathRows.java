package io.github.performer4j.kernels.field;

import io.github.performer4j.kernels.graph.Graph;
import java.util.ArrayList;
import java.util.List;

/** Edges of a graph with their lengths as rows of numbers, {@code node, node, length}: how a net gets a graph whose distances mask attention. A row of zeros is none. */
public final class PathRows {
    /** Numbers of an edge. */
    public static final int WIDTH = 3;

    private PathRows() {}

    /**
     * Returns the edges of a graph, [edges][3].
     *
     * @throws IllegalArgumentException if the graph is not symmetric
     */
    public static double[][] of(Graph graph) {
        if (!graph.symmetric()) {
            throw new IllegalArgumentException("distances must be the same both ways: " + graph);
        }
        List<double[]> rows = new ArrayList<>();
        graph.adjacency().forEach((i, j, length) -> {
            if (i < j) {
                rows.add(new double[] {i, j, length});
            }
        });
        return rows.toArray(double[][]::new);
    }

    /**
     * Reads edges.
     *
     * @param numbers rows from {@code offset} on
     * @param count how many rows there are, those of zeros among them
     * @param nodes N
     * @throws IllegalArgumentException naming the edge, if it names no nodes or one twice, its length is not positive and finite, or it is there already
     */
    public static Graph read(double[] numbers, int offset, int count, int nodes) {
        Graph.Builder graph = new Graph.Builder(nodes);
        for (int e = 0; e < count; e++) {
            int at = offset + e * WIDTH;
            if (numbers[at] != 0 || numbers[at + 1] != 0 || numbers[at + 2] != 0) {
                graph.edge(node(numbers[at], e, nodes), node(numbers[at + 1], e, nodes), numbers[at + 2]);
            }
        }
        return graph.build();
    }

    private static int node(double number, int edge, int nodes) {
        if (!(number >= 0 && number < nodes && number == (int) number)) {
            throw new IllegalArgumentException(
                    "an edge must name nodes that are there; edge=" + edge + ", node=" + number + ", nodes=" + nodes);
        }
        return (int) number;
    }
}
