package io.github.performer4j.kernels.graph;

import java.util.Arrays;
import java.util.List;

/**
 * Graphs of any sizes side by side as one: the nodes of graph g are those from {@link #begin}(g) to begin(g + 1), and no arc leads from one graph to another, so the adjacency is block-diagonal.
 */
public final class GraphBatch {
    private final Graph graph;
    private final int[] begins; // [graphs + 1]

    private GraphBatch(Graph graph, int[] begins) {
        this.graph = graph;
        this.begins = begins;
    }

    /**
     * Puts graphs side by side.
     *
     * @throws IllegalArgumentException if there are none
     */
    public static GraphBatch of(List<Graph> graphs) {
        if (graphs.isEmpty()) {
            throw new IllegalArgumentException("a batch must have graphs; graphs=0");
        }
        int[] begins = begins(graphs.stream().mapToInt(Graph::nodes).toArray());
        Graph.Builder all = new Graph.Builder(begins[graphs.size()]);
        for (int g = 0; g < graphs.size(); g++) {
            int begin = begins[g];
            graphs.get(g).adjacency().forEach((i, j, weight) -> all.arc(begin + i, begin + j, weight));
        }
        return new GraphBatch(all.build(), begins);
    }

    /**
     * Puts the factors of graphs side by side: the factor of their batch, each graph's walks as they were drawn for it.
     *
     * @throws IllegalArgumentException if there are none, or they have other numbers of lengths
     */
    public static GraphFactor factor(List<GraphFactor> factors) {
        if (factors.stream().mapToInt(GraphFactor::lengths).distinct().count() != 1) {
            throw new IllegalArgumentException("factors must be there and of the same number of lengths; lengths="
                    + factors.stream().map(GraphFactor::lengths).toList());
        }
        return new GraphFactor(
                blocks(factors.stream().map(GraphFactor::left).toList()),
                blocks(factors.stream().map(GraphFactor::right).toList()));
    }

    private static SparseChannels blocks(List<SparseChannels> parts) {
        int[] rows = begins(parts.stream().mapToInt(SparseChannels::rows).toArray());
        int[] columns = begins(parts.stream().mapToInt(SparseChannels::columns).toArray());
        int n = parts.size();
        int channels = parts.get(0).channels();
        SparseChannels.Builder all = new SparseChannels.Builder(rows[n], columns[n], channels);
        for (int g = 0; g < n; g++) {
            SparseChannels part = parts.get(g);
            for (int i = 0; i < part.rows(); i++) {
                for (int p = part.begin(i); p < part.begin(i + 1); p++) {
                    for (int l = 0; l < channels; l++) {
                        all.add(rows[g] + i, columns[g] + part.column(p), l, part.value(p, l));
                    }
                }
            }
        }
        return all.build();
    }

    private static int[] begins(int... sizes) {
        int[] begins = new int[sizes.length + 1];
        for (int g = 0; g < sizes.length; g++) {
            begins[g + 1] = Math.addExact(begins[g], sizes[g]);
        }
        return begins;
    }

    /** Returns all graphs as one. */
    public Graph graph() {
        return graph;
    }

    /** Returns how many graphs there are. */
    public int graphs() {
        return begins.length - 1;
    }

    /** Returns the first node of a graph; that of graph {@link #graphs} is the number of all nodes. */
    public int begin(int number) {
        return begins[number];
    }

    /** Returns the number of the graph that a node belongs to. */
    public int graphOf(int node) {
        int found = Arrays.binarySearch(begins, node);
        return found >= 0 ? found : -found - 2;
    }
}
