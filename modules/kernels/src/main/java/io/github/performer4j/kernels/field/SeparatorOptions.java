package io.github.performer4j.kernels.field;

import io.github.performer4j.kernels.graph.Graph;

/**
 * How {@link SeparatorIntegrator} cuts a graph.
 *
 * @param leaf vertices up to which a part is not cut further, but has a dense kernel
 * @param landmarks vertices of a separator whose distances tell signatures apart; more than there are is all of them
 * @param step what differences of distances in a signature are rounded to, in units of the arcs' weights
 * @param unit what distances to a separator are rounded to, where f is no exponential
 */
public record SeparatorOptions(int leaf, int landmarks, double step, double unit) {

    /**
     * Checks numbers.
     *
     * @throws IllegalArgumentException if one is not positive, or not finite
     */
    public SeparatorOptions {
        if (leaf < 1 || landmarks < 1 || !positive(step) || !positive(unit)) {
            throw new IllegalArgumentException("leaf, landmarks, step and unit must be positive and finite; leaf="
                    + leaf + ", landmarks=" + landmarks + ", step=" + step + ", unit=" + unit);
        }
    }

    private static boolean positive(double value) {
        return value > 0 && value < Double.POSITIVE_INFINITY;
    }

    /** Returns options for a graph: leaves of 256 vertices, 6 landmarks, signatures rounded to two mean arcs and distances to a quarter of one. */
    public static SeparatorOptions of(Graph graph) {
        double[] sum = new double[1];
        graph.adjacency().forEach((i, j, length) -> sum[0] += length);
        double mean = graph.arcs() == 0 ? 1 : sum[0] / graph.arcs();
        return new SeparatorOptions(256, 6, 2 * mean, mean / 4);
    }
}
