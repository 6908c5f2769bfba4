package io.github.performer4j.kernels.field;

import io.github.performer4j.kernels.graph.Graph;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;

/** The kernel {@code K(v,w) = f(dist(v,w))} of {@link DenseIntegrator#distances} without a matrix: brute force in O(N) memory, a run of Dijkstra's algorithm from each vertex for every field. */
public final class DistanceIntegrator implements FieldIntegrator {
    private final Graph graph;
    private final DoubleUnaryOperator f;

    /**
     * Takes a graph.
     *
     * @param graph whose arcs' weights are lengths
     * @param f of the length of a shortest path; where there is none K is 0
     */
    public DistanceIntegrator(Graph graph, DoubleUnaryOperator f) {
        this.graph = graph;
        this.f = f;
    }

    @Override
    public int vertices() {
        return graph.nodes();
    }

    @Override
    public double[] integrate(double[] field, int n) {
        return rows(IntStream.range(0, vertices()).toArray(), field, n);
    }

    /**
     * Integrates at some vertices only, in their share of the time.
     *
     * @param at the vertices
     * @param field F [N,n], row-major
     * @return [at,n]
     * @throws IllegalArgumentException if the field is of another size
     */
    public double[] rows(int[] at, double[] field, int n) {
        FieldIntegrator.require(field, n, vertices());
        ShortestPaths paths = new ShortestPaths(graph);
        int[] all = IntStream.range(0, vertices()).toArray();
        double[] sums = new double[at.length * n];
        for (int r = 0; r < at.length; r++) {
            double[] distances = paths.from(all, at[r]);
            for (int w = 0; w < all.length; w++) {
                double k = ShortestPaths.apply(f, distances[w]);
                for (int c = 0; c < n; c++) {
                    sums[r * n + c] += k * field[w * n + c];
                }
            }
        }
        return sums;
    }
}
