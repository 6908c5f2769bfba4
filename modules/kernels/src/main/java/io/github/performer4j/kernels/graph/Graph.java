package io.github.performer4j.kernels.graph;

import java.util.Arrays;

/**
 * A graph: nodes 0 … N − 1 and arcs between them, each with a weight, by rows (CSR). An undirected edge is two arcs of one weight.
 *
 * <p>There are no loops and no two arcs from one node to another, so a row of {@link #adjacency} is what a walk chooses from. A value: it does not change.
 */
public final class Graph {
    private final SparseMatrix adjacency;
    private final boolean symmetric;

    private Graph(SparseMatrix adjacency) {
        this.adjacency = adjacency;
        symmetric = adjacency.equals(adjacency.transposed());
    }

    /** Returns N. */
    public int nodes() {
        return adjacency.rows();
    }

    /** Returns the number of arcs: twice that of undirected edges. */
    public int arcs() {
        return adjacency.entries();
    }

    /** Returns whether each arc has one back, of the same weight. */
    public boolean symmetric() {
        return symmetric;
    }

    /** Returns A [N,N]: {@code A_ij} is the weight of the arc from i to j. */
    public SparseMatrix adjacency() {
        return adjacency;
    }

    /** Returns how many arcs begin at a node. */
    public int neighbours(int node) {
        return adjacency.end(node) - adjacency.begin(node);
    }

    /** Returns A + I, [N,N]: whom a node of plain graph attention sees, itself among them. */
    public SparseMatrix adjacencyAndSelf() {
        SparseMatrix.Builder sum = new SparseMatrix.Builder(nodes(), nodes());
        adjacency.forEach(sum::add);
        for (int i = 0; i < nodes(); i++) {
            sum.add(i, i, 1);
        }
        return sum.build();
    }

    /**
     * Returns {@code W = D_out^-½ A D_in^-½}, D the sums of a node's weights outwards and inwards: its largest singular value is at most 1, so powers of it stay tame. Rows of isolated nodes
     * are empty.
     */
    public SparseMatrix normalized() {
        double[] out = new double[nodes()];
        double[] in = new double[nodes()];
        adjacency.forEach((i, j, weight) -> {
            out[i] += weight;
            in[j] += weight;
        });
        SparseMatrix.Builder w = new SparseMatrix.Builder(nodes(), nodes());
        adjacency.forEach((i, j, weight) -> w.add(i, j, weight / Math.sqrt(out[i] * in[j])));
        return w.build();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Graph graph && graph.adjacency.equals(adjacency);
    }

    @Override
    public int hashCode() {
        return adjacency.hashCode();
    }

    @Override
    public String toString() {
        return "Graph(nodes=" + nodes() + ", arcs=" + arcs() + ", symmetric=" + symmetric + ")";
    }

    /** Collects arcs, in any order. */
    public static final class Builder {
        private final int nodes;
        private final SparseMatrix.Builder arcs;

        /**
         * Begins a graph.
         *
         * @param nodes N
         * @throws IllegalArgumentException if there are none: a graph without nodes has nothing to compute
         */
        public Builder(int nodes) {
            if (nodes < 1) {
                throw new IllegalArgumentException("a graph must have nodes; nodes=" + nodes);
            }
            this.nodes = nodes;
            arcs = new SparseMatrix.Builder(nodes, nodes);
        }

        /** Adds an undirected edge of weight 1. */
        public Builder edge(int a, int b) {
            return edge(a, b, 1);
        }

        /** Adds an undirected edge: an arc each way. */
        public Builder edge(int a, int b, double weight) {
            return arc(a, b, weight).arc(b, a, weight);
        }

        /**
         * Adds an arc.
         *
         * @throws IllegalArgumentException if a node is not there, both are one, or the weight is not positive and finite
         */
        public Builder arc(int from, int to, double weight) {
            if (from < 0 || from >= nodes || to < 0 || to >= nodes) {
                throw new IllegalArgumentException(
                        "nodes of an arc must be there; from=" + from + ", to=" + to + ", nodes=" + nodes);
            }
            if (from == to) {
                throw new IllegalArgumentException("an arc must not be a loop; node=" + from);
            }
            if (!(weight > 0 && weight < Double.POSITIVE_INFINITY)) {
                throw new IllegalArgumentException("the weight of an arc must be positive and finite; from=" + from
                        + ", to=" + to + ", weight=" + weight);
            }
            arcs.add(from, to, weight);
            return this;
        }

        /**
         * Builds the graph.
         *
         * @throws IllegalArgumentException if two arcs have the same ends
         */
        public Graph build() {
            int added = arcs.added();
            SparseMatrix adjacency = arcs.build();
            if (adjacency.entries() != added) {
                int[] twice = arcs.firstTwice();
                throw new IllegalArgumentException("two arcs must not have the same ends; nodes="
                        + Arrays.toString(twice) + ", duplicates=" + (added - adjacency.entries()));
            }
            return new Graph(adjacency);
        }
    }
}
