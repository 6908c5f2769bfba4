package io.github.performer4j.kernels.graph;

/**
 * The diffusion (heat) kernel, computed and not drawn: {@code K = exp(−t (I − W)) = e^−t Σ_k t^k/k! W^k}, W the normalised adjacency of {@link Graph#normalized}. Nodes see each other the more,
 * the shorter and the more numerous the ways between them; t = 0 is the identity.
 *
 * <p>K has N² entries, so it is for graphs of up to some hundred nodes; {@link GraphRandomFeatures} estimate kernels of its kind sparsely. The series ends behind the term that is below 10⁻¹⁷ of
 * e^t, so rows are exact to rounding. Source: Kondor and Lafferty, <em>Diffusion kernels on graphs</em>, 2002.
 *
 * @param time t, not negative
 */
public record Diffusion(double time) implements GraphKernel {
    private static final double NEGLIGIBLE = 1e-17;

    /** Longest time: beyond it e^−t and the series lose digits. */
    private static final double LONGEST = 100;

    /** Most nodes: there are three arrays of N² numbers. */
    private static final int MOST = 10_000;

    /**
     * Checks the time.
     *
     * @throws IllegalArgumentException if it is not in [0, 100]
     */
    public Diffusion {
        if (!(time >= 0 && time <= LONGEST)) {
            throw new IllegalArgumentException("time must be in [0, " + LONGEST + "]; time=" + time);
        }
    }

    /**
     * Makes K as the left factor, with the identity as the right one; O(terms · arcs · N).
     *
     * @throws IllegalArgumentException if there are more than {@value #MOST} nodes
     */
    @Override
    public GraphFactor draw(Graph graph, long seed, long number) {
        int n = graph.nodes();
        if (n > MOST) {
            throw new IllegalArgumentException(
                    "diffusion makes N² numbers: take walks or grf for more than " + MOST + " nodes; nodes=" + n);
        }
        SparseMatrix w = graph.normalized();
        double[] power = new double[n * n]; // (t W)^k / k!
        for (int i = 0; i < n; i++) {
            power[i * n + i] = 1;
        }
        double[] sum = power.clone();
        double share = Math.exp(-time); // of the term k in e^t
        for (int k = 1; k <= time || share > NEGLIGIBLE; k++) { // terms grow up to k = t, and fall behind it
            power = w.times(power, n);
            double factor = time / k;
            for (int i = 0; i < power.length; i++) {
                power[i] *= factor;
                sum[i] += power[i];
            }
            share *= factor;
        }
        return new GraphFactor(SparseChannels.of(matrix(sum, n)), SparseChannels.of(SparseMatrix.identity(n)));
    }

    private SparseMatrix matrix(double[] sum, int n) {
        double scale = Math.exp(-time);
        SparseMatrix.Builder k = new SparseMatrix.Builder(n, n);
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                if (sum[i * n + j] != 0) {
                    k.add(i, j, scale * sum[i * n + j]);
                }
            }
        }
        return k.build();
    }
}
