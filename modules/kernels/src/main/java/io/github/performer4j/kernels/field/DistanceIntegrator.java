package io.github.performer4j.kernels.field;

import io.github.performer4j.kernels.graph.Graph;
import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;

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
        FieldIntegrator.require(field, n, vertices());
        ShortestPaths paths = new ShortestPaths(graph);
        int[] all = new int[vertices()];
        Arrays.setAll(all, v -> v);
        double[] sums = new double[field.length];
        for (int v = 0; v < vertices(); v++) {
            double[] distances = paths.from(all, v);
            for (int w = 0; w < vertices(); w++) {
                double k = ShortestPaths.apply(f, distances[w]);
                for (int c = 0; c < n; c++) {
                    sums[v * n + c] += k * field[w * n + c];
                }
            }
        }
        return sums;
    }
}
