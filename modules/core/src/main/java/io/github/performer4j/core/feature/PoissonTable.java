package io.github.performer4j.core.feature;

/**
 * Poisson counts from uniform numbers by inverting {@code P(W > w)}; O(√λ) to set up, O(log λ) a count.
 *
 * <p>It holds the counts whose probability is more than 1e-20 of the most probable one's: the others have less than a uniform number of 53 bits can tell
 * from 0.
 */
final class PoissonTable {
    private static final double NEGLIGIBLE = 1e-20;

    private final int first;
    /** {@code P(W > first + i)}, falling to 0. */
    private final double[] above;

    /**
     * Sets up a table.
     *
     * @param lambda λ, positive and below 2³⁰
     */
    PoissonTable(double lambda) {
        int mode = (int) lambda;
        int from = mode;
        for (double weight = 1; from > 0 && weight > NEGLIGIBLE; from--) {
            weight *= from / lambda;
        }
        int to = mode;
        for (double weight = 1; weight > NEGLIGIBLE; to++) {
            weight *= lambda / (to + 1);
        }
        double[] weights = new double[to - from + 1];
        weights[mode - from] = 1;
        for (int w = mode; w > from; w--) {
            weights[w - 1 - from] = weights[w - from] * w / lambda;
        }
        for (int w = mode; w < to; w++) {
            weights[w + 1 - from] = weights[w - from] * lambda / (w + 1);
        }
        first = from;
        above = new double[weights.length];
        for (int i = above.length - 1; i > 0; i--) {
            above[i - 1] = above[i] + weights[i];
        }
        double total = above[0] + weights[0];
        Rows.scale(above, 1 / total);
    }

    /** Returns the least w with P(W > w) &lt; u, for u in (0,1]. */
    int count(double u) {
        int low = 0;
        int high = above.length - 1;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (above[middle] < u) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return first + low;
    }
}
