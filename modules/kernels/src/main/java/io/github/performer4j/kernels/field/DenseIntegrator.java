package io.github.performer4j.kernels.field;

import io.github.performer4j.kernels.graph.Graph;
import io.github.performer4j.kernels.graph.SparseMatrix;
import io.github.performer4j.kernels.product.SymmetricEigen;
import java.util.function.DoubleUnaryOperator;

/** Brute force: the kernel as a matrix, O(N²) memory and O(N²·n) time. The oracle of the others. */
public final class DenseIntegrator implements FieldIntegrator {
    private final int vertices;
    private final double[] kernel; // [N,N]

    /**
     * Takes a kernel.
     *
     * @param kernel K [N,N], row-major
     * @throws IllegalArgumentException if it is not square
     */
    public DenseIntegrator(int vertices, double... kernel) {
        if (vertices < 1 || kernel.length != (long) vertices * vertices) {
            throw new IllegalArgumentException(
                    "a kernel must be [N,N]; vertices=" + vertices + ", values=" + kernel.length);
        }
        this.vertices = vertices;
        this.kernel = kernel.clone();
    }

    /**
     * Returns the integrator of {@code K = e^{λW}} by the eigenvalues of W: O(N³) time, once.
     *
     * @param w symmetric [N,N]; its upper triangle is read
     * @param rate λ
     */
    public static DenseIntegrator exponential(SparseMatrix w, double rate) {
        int n = w.rows();
        double[] flat = new double[Math.multiplyExact(n, n)];
        w.forEach((i, j, value) -> flat[i * n + j] = value);
        return new DenseIntegrator(n, SymmetricEigen.of(flat, n).apply(x -> Math.exp(rate * x)));
    }

    /**
     * Returns the integrator of {@code K(v,w) = f(dist(v,w))}, dist the length of a shortest path along arcs whose weights are lengths, by Dijkstra's algorithm from each vertex. Where no path
     * leads K is 0.
     */
    public static DenseIntegrator distances(Graph graph, DoubleUnaryOperator f) {
        int n = graph.nodes();
        double[] kernel = new double[Math.multiplyExact(n, n)];
        ShortestPaths paths = new ShortestPaths(graph);
        int[] all = new int[n];
        for (int v = 0; v < n; v++) {
            all[v] = v;
        }
        for (int v = 0; v < n; v++) {
            double[] distances = paths.from(all, v);
            for (int w = 0; w < n; w++) {
                kernel[v * n + w] = ShortestPaths.apply(f, distances[w]);
            }
        }
        return new DenseIntegrator(n, kernel);
    }

    @Override
    public int vertices() {
        return vertices;
    }

    @Override
    public double[] integrate(double[] field, int n) {
        FieldIntegrator.require(field, n, vertices);
        double[] sums = new double[field.length];
        for (int v = 0; v < vertices; v++) {
            for (int w = 0; w < vertices; w++) {
                double k = kernel[v * vertices + w];
                for (int c = 0; c < n; c++) {
                    sums[v * n + c] += k * field[w * n + c];
                }
            }
        }
        return sums;
    }
}
