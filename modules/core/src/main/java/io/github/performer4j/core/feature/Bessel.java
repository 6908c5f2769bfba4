package io.github.performer4j.core.feature;

/** The modified Bessel function of the first kind and order 0, which the second moment of geometric features is made of. */
final class Bessel {
    /** From here on the smallest term of the asymptotic expansion is below e^{−2z} = 4e-18. */
    private static final double FAR = 20;

    private Bessel() {}

    /** Returns log I₀(z), z ≥ 0, to about 1e-15 of max(1, log I₀(z)); does not overflow. */
    static double logI0(double z) {
        return z < FAR ? Math.log(series(z)) : z - Math.log(2 * Math.PI * z) / 2 + Math.log(asymptotic(z));
    }

    /** {@code Σ (z²/4)^k / (k!)²}: all terms are positive, so nothing cancels. */
    private static double series(double z) {
        double quarter = z * z / 4;
        double term = 1;
        double sum = 1;
        for (int k = 1; term > sum * 1e-17; k++) {
            term *= quarter / ((double) k * k);
            sum += term;
        }
        return sum;
    }

    /** {@code I₀(z) e^{−z} √(2πz) = Σ (1·3·…·(2k−1))² / (k! (8z)^k)}. */
    private static double asymptotic(double z) {
        double term = 1;
        double sum = 1;
        for (int k = 1; term > 1e-17 && k < 2 * FAR; k++) {
            term *= (2.0 * k - 1) * (2.0 * k - 1) / (k * 8 * z);
            sum += term;
        }
        return sum;
    }
}
