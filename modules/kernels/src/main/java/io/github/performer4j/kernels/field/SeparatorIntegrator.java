package io.github.performer4j.kernels.field;

import io.github.performer4j.kernels.graph.Graph;
import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;

/**
 * The kernel of distances over a graph, {@code K(v,w) = f(dist(v,w))}, by separator factorisation (SF): what is computed apart where a path must lead through few vertices.
 *
 * <p>A separator S cuts a part of the graph into parts A, B, …. Rows and columns of S are exact. A path from one part to another leads through S, so
 * {@code dist(a,b) = d(a,S) + d(b,S) + g(ρ_a, ρ_b)}, {@code g = min_s (ρ_a,s + ρ_b,s)}, {@code ρ_v,s = d(v,s) − d(v,S)} the signature of v: vertices of one signature go together, by their
 * distance to S alone, see {@link CrossTerms}. Within a part it goes on, down to parts that are dense. A pair of classes is a number for e^{−λd}, and a transform
 * for any other f: there many landmarks and small steps cost time by the square of their classes.
 *
 * <p>How far it is exact: S is exact. Between parts a distance is at most {@link SeparatorOptions#step} off, and a unit more where f is no exponential, if all of S are landmarks; fewer
 * landmarks make it too long. Within a part a distance is that of paths inside, so it is too long where the shortest one leaves the part; on trees none does. On a mesh S has O(√N) vertices and so it takes
 * O(N^1.5) memory, and time of one field. Source: arXiv 2302.00942, with level separators and exact rows of S.
 */
public final class SeparatorIntegrator implements FieldIntegrator {
    private final int vertices;
    private final Part root;

    private SeparatorIntegrator(Graph graph, DoubleUnaryOperator f, CrossTerms.Kind kind, SeparatorOptions options) {
        vertices = graph.nodes();
        int[] all = new int[vertices];
        Arrays.setAll(all, v -> v);
        root = new Builder(new ShortestPaths(graph), f, kind, options).part(all);
    }

    /**
     * Returns the integrator of {@code f(d) = e^{−λd}}, whose cross terms are products, without rounding of distances.
     *
     * @param graph symmetric; weights of arcs are lengths
     * @param rate λ
     * @throws IllegalArgumentException if the graph is not symmetric, or λ negative or not finite
     */
    public static SeparatorIntegrator exponential(Graph graph, double rate, SeparatorOptions options) {
        if (!(rate >= 0 && rate < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("the rate must be finite and not negative; rate=" + rate);
        }
        DoubleUnaryOperator f = d -> Math.exp(-rate * d);
        return new SeparatorIntegrator(symmetric(graph), f, CrossTerms.shifts(f), options);
    }

    /**
     * Returns the integrator of any f of the distance, whose cross terms are Hankel products by Fourier transforms.
     *
     * @param graph symmetric; weights of arcs are lengths
     * @throws IllegalArgumentException if the graph is not symmetric
     */
    public static SeparatorIntegrator of(Graph graph, DoubleUnaryOperator f, SeparatorOptions options) {
        return new SeparatorIntegrator(symmetric(graph), f, CrossTerms.hankel(f, options.unit()), options);
    }

    private static Graph symmetric(Graph graph) {
        if (!graph.symmetric()) {
            throw new IllegalArgumentException("distances must be the same both ways: " + graph);
        }
        return graph;
    }

    @Override
    public int vertices() {
        return vertices;
    }

    @Override
    public double[] integrate(double[] field, int n) {
        FieldIntegrator.require(field, n, vertices);
        double[] sums = new double[field.length];
        root.add(field, n, sums);
        return sums;
    }

    /** A part of the graph, which adds to sums what its own vertices give each other. */
    private interface Part {
        void add(double[] field, int n, double[] sums);
    }

    /** Rows of a kernel, of some vertices to some: {@code sums_row += Σ K field_column}, and back to those that are no rows themselves. */
    private record Rows(int[] rows, int[] columns, boolean[] back, double[] kernel) implements Part {
        @Override
        public void add(double[] field, int n, double[] sums) {
            for (int i = 0; i < rows.length; i++) {
                for (int j = 0; j < columns.length; j++) {
                    double k = kernel[i * columns.length + j];
                    for (int c = 0; c < n; c++) {
                        sums[rows[i] * n + c] += k * field[columns[j] * n + c];
                    }
                    for (int c = 0; back[j] && c < n; c++) {
                        sums[columns[j] * n + c] += k * field[rows[i] * n + c];
                    }
                }
            }
        }
    }

    private record Cut(Rows separator, CrossTerms cross, Part[] parts) implements Part {
        @Override
        public void add(double[] field, int n, double[] sums) {
            separator.add(field, n, sums);
            if (cross != null) {
                cross.add(field, n, sums);
            }
            for (Part part : parts) {
                part.add(field, n, sums);
            }
        }
    }

    /** Cuts. */
    private static final class Builder {
        private final ShortestPaths paths;
        private final DoubleUnaryOperator f;
        private final CrossTerms.Kind kind;
        private final SeparatorOptions options;
        private int regions;

        Builder(ShortestPaths paths, DoubleUnaryOperator f, CrossTerms.Kind kind, SeparatorOptions options) {
            this.paths = paths;
            this.f = f;
            this.kind = kind;
            this.options = options;
        }

        Part part(int... vertices) {
            paths.mark(++regions, vertices);
            if (vertices.length <= options.leaf()) {
                return rows(vertices, vertices);
            }
            Separator cut = Separator.of(paths, vertices);
            int[] s = cut.vertices();
            if (2 * s.length > vertices.length) { // no small separator: dense
                return rows(vertices, vertices);
            }
            Rows separator = rows(s, vertices);
            CrossTerms cross =
                    s.length == 0 || cut.parts().size() < 2 ? null : CrossTerms.of(paths, cut, vertices, options, kind);
            return new Cut(
                    separator, cross, cut.parts().stream().map(this::part).toArray(Part[]::new));
        }

        private Rows rows(int[] rows, int[] columns) {
            double[] kernel = new double[Math.multiplyExact(rows.length, columns.length)];
            for (int i = 0; i < rows.length; i++) {
                double[] distances = paths.from(columns, rows[i]);
                for (int j = 0; j < columns.length; j++) {
                    kernel[i * columns.length + j] = ShortestPaths.apply(f, distances[j]);
                }
            }
            boolean[] back = new boolean[columns.length];
            int[] sorted = rows.clone();
            Arrays.sort(sorted);
            for (int j = 0; j < back.length; j++) {
                back[j] = Arrays.binarySearch(sorted, columns[j]) < 0;
            }
            return new Rows(rows, columns, back, kernel);
        }
    }
}
