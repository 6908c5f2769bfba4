package io.github.performer4j.kernels.graph;

import java.util.Arrays;
import java.util.List;

/**
 * A kernel of two nodes as a product of sparse factors, {@code K = Φ Φ'ᵀ} with {@code Φ = Σ_l f_l C_l} and {@code Φ' = Σ_l f_l C'_l}: what attention over a graph is masked by, and what smooths
 * a field over it. Never formed as [N,N]: {@code K x = Φ (Φ'ᵀ x)}.
 *
 * @param left C, [N,V] with L channels
 * @param right C', the same
 */
public record GraphFactor(SparseChannels left, SparseChannels right) {

    /**
     * Checks sizes.
     *
     * @throws IllegalArgumentException if both are not of the same sizes
     */
    public GraphFactor {
        if (left.rows() != right.rows() || left.columns() != right.columns() || left.channels() != right.channels()) {
            throw new IllegalArgumentException(
                    "both factors must be of the same sizes; left=" + sizes(left) + ", right=" + sizes(right));
        }
    }

    private static List<Integer> sizes(SparseChannels c) {
        return List.of(c.rows(), c.columns(), c.channels());
    }

    /** Returns the kernel A + I: a node sees its neighbours, by the weights of its arcs, and itself. Attention masked by it is plain graph attention. */
    public static GraphFactor adjacency(Graph graph) {
        return new GraphFactor(
                SparseChannels.of(graph.adjacencyAndSelf()), SparseChannels.of(SparseMatrix.identity(graph.nodes())));
    }

    /**
     * Puts kernels of one graph side by side: the lengths of the first, then those of the second and so on, so that heads may take different ones.
     *
     * @throws IllegalArgumentException if there are none, or their factors are of other sizes
     */
    public static GraphFactor beside(GraphFactor... kernels) {
        return new GraphFactor(
                SparseChannels.beside(
                        Arrays.stream(kernels).map(GraphFactor::left).toList()),
                SparseChannels.beside(
                        Arrays.stream(kernels).map(GraphFactor::right).toList()));
    }

    /** Returns N. */
    public int nodes() {
        return left.rows();
    }

    /** Returns L. */
    public int lengths() {
        return left.channels();
    }

    /**
     * Returns {@code K x} by two sparse products, O((places of Φ and Φ')·n).
     *
     * @param f weights of lengths, [L]
     * @param x a field of n numbers at each node, [N,n], row-major
     * @return [N,n]
     * @throws IllegalArgumentException if an array is of another size
     */
    public double[] apply(double[] f, double[] x, int n) {
        return left.mix(f).times(right.mix(f).transposedTimes(x, n), n);
    }

    /** Returns K, [N][N], O(N²) memory: to look at, and as an oracle. */
    public double[][] dense(double... f) {
        int nodes = nodes();
        double[] unit = new double[nodes * nodes];
        for (int i = 0; i < nodes; i++) {
            unit[i * nodes + i] = 1;
        }
        double[] flat = apply(f, unit, nodes);
        double[][] k = new double[nodes][nodes];
        for (int i = 0; i < nodes; i++) {
            System.arraycopy(flat, i * nodes, k[i], 0, nodes);
        }
        return k;
    }
}
