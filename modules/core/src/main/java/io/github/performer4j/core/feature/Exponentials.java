package io.github.performer4j.core.feature;

/** What the plain definitions of positive features share: {@code φ_i = M^{-½} (exp(log_i) + ε)}, ε ≥ 0. */
final class Exponentials {
    private Exponentials() {}

    /** Returns φ; log_i is the logarithm of φ_i √M, without ε. */
    static double[] of(double[] logs, double epsilon) {
        double[] phi = new double[logs.length];
        for (int i = 0; i < phi.length; i++) {
            phi[i] = (Math.exp(logs[i]) + epsilon) / Math.sqrt(logs.length);
        }
        return phi;
    }

    /** Checks ε. */
    static void check(double epsilon) {
        if (!(epsilon >= 0)) {
            throw new IllegalArgumentException("epsilon must not be negative; epsilon=" + epsilon);
        }
    }
}
