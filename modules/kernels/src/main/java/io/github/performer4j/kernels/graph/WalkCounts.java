package io.github.performer4j.kernels.graph;

import io.github.performer4j.kernels.math.CounterRandom;

/**
 * The kernel of walk counts: {@code K_ij = f_i·f_j / (|f_i||f_j|)}, f_i(v) how often walks from i come to v, the start of each among them. So {@code K = F Fᵀ} with rows f_i/|f_i|, K_ii = 1,
 * and a node is like another whose surroundings it shares.
 *
 * <p>A walk ends with probability p before each step, at its L-th node, or where no arc begins. It chooses evenly among the neighbours, but does not go straight back to where it came from
 * unless nothing else is left (node2vec with a large return parameter). Source: Graph Kernel Attention Transformers (arXiv 2107.07999, its first version).
 *
 * @param walks from each node
 * @param halting p
 * @param lengths L, the longest walk in nodes
 */
public record WalkCounts(int walks, double halting, int lengths) implements GraphKernel {

    /**
     * Checks numbers.
     *
     * @throws IllegalArgumentException if there are no walks, no lengths, or p is not in [0, 1)
     */
    public WalkCounts {
        new GraphRandomFeatures(walks, halting, lengths);
    }

    /**
     * Draws the walks of a graph.
     *
     * @param seed names the draws, with the graph's number and the node's
     * @param number of the graph among those that have the seed
     * @return F twice, of one channel; the same arguments give the same, bit for bit
     */
    @Override
    public GraphFactor draw(Graph graph, long seed, long number) {
        SparseMatrix.Builder visits = new SparseMatrix.Builder(graph.nodes(), graph.nodes());
        SparseMatrix arcs = graph.adjacency();
        for (int node = 0; node < graph.nodes(); node++) {
            CounterRandom random = CounterRandom.of(seed, number, node);
            for (int walk = 0; walk < walks; walk++) {
                walk(arcs, node, random, visits);
            }
        }
        SparseChannels rows = SparseChannels.of(unitRows(visits.build()));
        return new GraphFactor(rows, rows);
    }

    private void walk(SparseMatrix arcs, int start, CounterRandom random, SparseMatrix.Builder visits) {
        int before = -1;
        int at = start;
        for (int count = 1; ; count++) {
            visits.add(start, at, 1);
            if (count == lengths || arcs.begin(at) == arcs.end(at) || random.nextDouble() < halting) {
                return;
            }
            int next = next(arcs, before, at, random);
            before = at;
            at = next;
        }
    }

    /** Chooses a neighbour other than the node before, if there is one. */
    private static int next(SparseMatrix arcs, int before, int at, CounterRandom random) {
        int begin = arcs.begin(at);
        int degree = arcs.end(at) - begin;
        int back = before < 0 ? -1 : place(arcs, before, begin, begin + degree) - begin;
        if (back < 0 || degree == 1) {
            return arcs.column(begin + random.nextInt(degree));
        }
        int chosen = random.nextInt(degree - 1);
        return arcs.column(begin + (chosen < back ? chosen : chosen + 1));
    }

    /** Finds a column among those of a row, which rise; one less than its begin if it is not there. */
    private static int place(SparseMatrix arcs, int column, int begin, int end) {
        int low = begin;
        int high = end;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (arcs.column(middle) < column) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low < end && arcs.column(low) == column ? low : begin - 1;
    }

    private static SparseMatrix unitRows(SparseMatrix counts) {
        double[] squares = new double[counts.rows()];
        counts.forEach((i, j, n) -> squares[i] += n * n);
        SparseMatrix.Builder unit = new SparseMatrix.Builder(counts.rows(), counts.columns());
        counts.forEach((i, j, n) -> unit.add(i, j, n / Math.sqrt(squares[i])));
        return unit.build();
    }
}
