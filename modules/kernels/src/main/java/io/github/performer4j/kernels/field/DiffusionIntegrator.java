package io.github.performer4j.kernels.field;

import io.github.performer4j.kernels.graph.SparseMatrix;

/**
 * The exact diffusion {@code e^{λW} F} of sparse weights, as it acts on a field: {@code (e^{λW/s})^s} with s = ⌈|λ|·|W|⌉, each factor by its power series until a term adds nothing. O(s·arcs·n)
 * time and O(N·n) memory: brute force that never forms e^{λW}.
 */
public final class DiffusionIntegrator implements FieldIntegrator {
    private static final int TERMS = 30; // 1/30! is below the rounding of 1

    private final SparseMatrix weights;
    private final double step; // λ/s
    private final int steps; // s

    /**
     * Makes the integrator.
     *
     * @param weights W [N,N]
     * @param rate λ
     * @throws IllegalArgumentException if W is not square, or λ·|W| is not from 0 to 10^6 in size, |W| its largest sum of a row's absolute values
     */
    public DiffusionIntegrator(SparseMatrix weights, double rate) {
        double[] rows = new double[weights.rows()];
        weights.forEach((i, j, w) -> rows[i] += Math.abs(w));
        double norm = 0;
        for (double row : rows) {
            norm = Math.max(norm, row);
        }
        double size = Math.abs(rate) * norm;
        if (weights.rows() != weights.columns() || !(size <= 1e6)) {
            throw new IllegalArgumentException(
                    "weights must be square, and rate times their largest row at most 1e6; rows=" + weights.rows()
                            + ", columns=" + weights.columns() + ", rate=" + rate + ", row=" + norm);
        }
        this.weights = weights;
        steps = (int) Math.max(1, Math.ceil(size));
        step = rate / steps;
    }

    @Override
    public int vertices() {
        return weights.rows();
    }

    @Override
    public double[] integrate(double[] field, int n) {
        FieldIntegrator.require(field, n, vertices());
        double[] sum = field.clone();
        for (int s = 0; s < steps; s++) {
            double[] term = sum;
            double[] next = sum.clone();
            for (int k = 1; k <= TERMS; k++) {
                term = weights.times(term, n);
                boolean adds = false;
                for (int i = 0; i < term.length; i++) {
                    term[i] *= step / k;
                    double before = next[i];
                    next[i] += term[i];
                    adds |= next[i] != before;
                }
                if (!adds) {
                    break;
                }
            }
            sum = next;
        }
        return sum;
    }
}
