package io.github.performer4j.kernels.field;

import io.github.performer4j.kernels.graph.Graph;
import java.util.ArrayList;
import java.util.List;
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
    private final CrossTerms.Kind kind;
    private final List<KernelRows> rows = new ArrayList<>();
    private final List<CrossTerms> cross = new ArrayList<>();

    private SeparatorIntegrator(SeparatorTree tree, DoubleUnaryOperator f, CrossTerms.Kind kind) {
        vertices = tree.vertices();
        this.kind = kind;
        add(tree.root(), f);
    }

    private void add(SeparatorTree.Part part, DoubleUnaryOperator f) {
        if (part instanceof SeparatorTree.Rows own) {
            rows.add(KernelRows.of(own, f));
        } else if (part instanceof SeparatorTree.Cut cut) {
            rows.add(KernelRows.of(cut.separator(), f));
            if (cut.cross() != null) {
                cross.add(cut.cross());
            }
            cut.parts().forEach(p -> add(p, f));
        }
    }

    /**
     * Returns the integrator of {@code f(d) = e^{−λd}}, whose cross terms are products, without rounding of distances.
     *
     * @param graph symmetric; weights of arcs are lengths
     * @param rate λ
     * @throws IllegalArgumentException if the graph is not symmetric, or λ negative or not finite
     */
    public static SeparatorIntegrator exponential(Graph graph, double rate, SeparatorOptions options) {
        return exponential(SeparatorTree.of(graph, options), rate);
    }

    /**
     * Returns the same for a graph that is cut already.
     *
     * @throws IllegalArgumentException if λ is negative or not finite
     */
    public static SeparatorIntegrator exponential(SeparatorTree tree, double rate) {
        if (!(rate >= 0 && rate < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("the rate must be finite and not negative; rate=" + rate);
        }
        return new SeparatorIntegrator(tree, d -> Math.exp(-rate * d), CrossTerms.shifts(rate, false));
    }

    /** Returns the derivative of {@link #exponential} with respect to λ, whose kernel is {@code −d e^{−λd}}. */
    static SeparatorIntegrator slope(SeparatorTree tree, double rate) {
        return new SeparatorIntegrator(tree, d -> -d * Math.exp(-rate * d), CrossTerms.shifts(rate, true));
    }

    /**
     * Returns the integrator of any f of the distance, whose cross terms are Hankel products by Fourier transforms.
     *
     * @param graph symmetric; weights of arcs are lengths
     * @throws IllegalArgumentException if the graph is not symmetric
     */
    public static SeparatorIntegrator of(Graph graph, DoubleUnaryOperator f, SeparatorOptions options) {
        return new SeparatorIntegrator(SeparatorTree.of(graph, options), f, CrossTerms.hankel(f, options.unit()));
    }

    @Override
    public int vertices() {
        return vertices;
    }

    @Override
    public double[] integrate(double[] field, int n) {
        FieldIntegrator.require(field, n, vertices);
        double[] sums = new double[field.length];
        rows.forEach(part -> part.add(field, n, sums));
        cross.forEach(terms -> terms.add(kind, field, n, sums));
        return sums;
    }

    /** Rows of a kernel, of some vertices to some: {@code sums_row += Σ K field_column}, and back to those that are no rows themselves. */
    private record KernelRows(SeparatorTree.Rows of, double[] kernel) {
        static KernelRows of(SeparatorTree.Rows rows, DoubleUnaryOperator f) {
            double[] kernel = new double[rows.distances().length];
            for (int i = 0; i < kernel.length; i++) {
                kernel[i] = ShortestPaths.apply(f, rows.distances()[i]);
            }
            return new KernelRows(rows, kernel);
        }

        void add(double[] field, int n, double[] sums) {
            int[] columns = of.columns();
            for (int i = 0; i < of.rows().length; i++) {
                int row = of.rows()[i];
                for (int j = 0; j < columns.length; j++) {
                    double k = kernel[i * columns.length + j];
                    for (int c = 0; c < n; c++) {
                        sums[row * n + c] += k * field[columns[j] * n + c];
                    }
                    for (int c = 0; of.back()[j] && c < n; c++) {
                        sums[columns[j] * n + c] += k * field[row * n + c];
                    }
                }
            }
        }
    }
}
