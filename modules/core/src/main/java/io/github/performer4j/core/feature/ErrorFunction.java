package io.github.performer4j.core.feature;

/** The error function in double arithmetic, for oracles only (the JDK has none). */
final class ErrorFunction {
    private ErrorFunction() {}

    /**
     * Returns erf(z) by its Taylor series for |z| &lt; 3 and the continued fraction of erfc beyond (Abramowitz and Stegun, 7.1.6
     * and 7.1.14); absolute error below 1e-14.
     */
    static double erf(double z) {
        double a = Math.abs(z);
        if (a < 3) {
            double term = a;
            double sum = a;
            for (int n = 1; Math.abs(term) > 1e-18 * Math.abs(sum) && n < 200; n++) {
                term *= 2 * a * a / (2 * n + 1);
                sum += term;
            }
            return Math.copySign(2 / Math.sqrt(Math.PI) * Math.exp(-a * a) * sum, z);
        }
        double fraction = a;
        for (int n = 60; n > 0; n--) {
            fraction = a + n / 2.0 / fraction;
        }
        return Math.copySign(1 - Math.exp(-a * a) / (Math.sqrt(Math.PI) * fraction), z);
    }
}
