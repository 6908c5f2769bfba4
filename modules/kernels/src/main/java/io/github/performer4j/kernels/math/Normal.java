package io.github.performer4j.kernels.math;

/** The normal distribution, in double arithmetic. */
final class Normal {
    private static final double[] A = {0.254829592, -0.284496736, 1.421413741, -1.453152027, 1.061405429};
    private static final double P = 0.3275911;

    private Normal() {}

    /** Returns Φ(z) to 1e-7: Abramowitz and Stegun, 7.1.26. */
    static float distribution(float z) {
        double x = Math.abs(z) * Math.sqrt(0.5);
        double t = 1 / (1 + P * x);
        double tail = t * (A[0] + t * (A[1] + t * (A[2] + t * (A[3] + t * A[4])))) * Math.exp(-x * x) / 2;
        return (float) (z > 0 ? 1 - tail : tail);
    }

    /** Returns the density of N(0, 1). */
    static float density(float z) {
        return (float) (Math.exp(-0.5 * z * z) / Math.sqrt(2 * Math.PI));
    }
}
