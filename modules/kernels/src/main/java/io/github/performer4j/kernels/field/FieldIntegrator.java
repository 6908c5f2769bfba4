package io.github.performer4j.kernels.field;

import io.github.performer4j.kernels.mask.Mask;

/** Integrates fields over the vertices of something: {@code i(v) = Σ_w K(v,w) F(w)}, K [N,N] a kernel that is prepared once. A value; threads may share it. */
public interface FieldIntegrator {

    /** Returns N. */
    int vertices();

    /**
     * Returns {@code K F}.
     *
     * @param field F [N,n], row-major
     * @param n numbers at each vertex
     * @return [N,n]
     * @throws IllegalArgumentException if the field is of another size
     */
    double[] integrate(double[] field, int n);

    /**
     * Fills in a field: what is known is integrated, and divided by the integral of where it is known, {@code Σ_known K(v,w) F(w) / Σ_known K(v,w)}. Directions want to be normalised behind it.
     *
     * @param field F [N,n]; what stands where it is not known is not read
     * @param known where it is known, [N]
     * @return [N,n]; known vertices are smoothed, too
     * @throws IllegalArgumentException if a vertex sees none that is known: its integral is not positive, which happens by an estimate's noise, too
     */
    default double[] interpolate(double[] field, int n, boolean[] known) {
        require(field, n, vertices());
        if (known.length != vertices()) {
            throw new IllegalArgumentException(
                    "each vertex must be known or not; vertices=" + vertices() + ", known=" + known.length);
        }
        double[] seen = new double[Math.multiplyExact(vertices(), n + 1)];
        for (int v = 0; v < vertices(); v++) {
            if (known[v]) {
                System.arraycopy(field, v * n, seen, v * (n + 1), n);
                seen[v * (n + 1) + n] = 1;
            }
        }
        double[] sums = integrate(seen, n + 1);
        double[] filled = new double[field.length];
        for (int v = 0; v < vertices(); v++) {
            double mass = sums[v * (n + 1) + n];
            if (!(mass > 0 && mass < Double.POSITIVE_INFINITY)) {
                throw new IllegalArgumentException(
                        "a vertex must see some that are known; vertex=" + v + ", sum of their kernel=" + mass);
            }
            for (int c = 0; c < n; c++) {
                filled[v * n + c] = sums[v * (n + 1) + c] / mass;
            }
        }
        return filled;
    }

    /** Returns the integrator whose kernel is a mask of attention, as {@link io.github.performer4j.kernels.mask.TreeMask}. */
    static FieldIntegrator of(Mask mask) {
        return new FieldIntegrator() {
            @Override
            public int vertices() {
                return mask.size();
            }

            @Override
            public double[] integrate(double[] field, int n) {
                require(field, n, mask.size());
                double[] sums = new double[field.length];
                mask.times(field, n, sums);
                return sums;
            }
        };
    }

    /**
     * Checks the size of a field.
     *
     * @throws IllegalArgumentException if it has not n numbers at each vertex
     */
    static void require(double[] field, int n, int vertices) {
        if (n < 1 || field.length != (long) vertices * n) {
            throw new IllegalArgumentException("a field must have n numbers at each vertex; length=" + field.length
                    + ", vertices=" + vertices + ", n=" + n);
        }
    }
}
