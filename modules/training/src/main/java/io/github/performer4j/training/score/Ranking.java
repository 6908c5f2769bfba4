package io.github.performer4j.training.score;

import it.unimi.dsi.fastutil.floats.FloatArrays;
import java.util.Arrays;
import java.util.function.IntPredicate;

/**
 * What depends on the order of scores alone; equal scores are one step of the curve, so the examples' order never
 * matters.
 *
 * <pre>
 * mid-rank of x_i     #{x_j &lt; x_i} + (#{x_j = x_i} + 1) / 2
 * area                P(score of a positive &gt; that of a negative) + ½ P(equal), exact (Mann and Whitney)
 * average precision   Σ (R_n − R_{n−1}) P_n over the distinct scores, downwards (scikit-learn's; no interpolation)
 * </pre>
 *
 * <p>Nd4j's {@code ROC} is not used: its exact mode walks through equal scores one by one, so a constant prediction
 * gets any area between 0 and 1, and its other mode is exact to a threshold's step only ({@code LibraryTrapsTest}).
 * Order is fastutil's stable radix sort of indices: four bytes per example.
 */
final class Ranking {
    private Ranking() {}

    /**
     * Returns mid-ranks, from 1.
     *
     * @param values {@code [n] float32}, finite
     * @return {@code [n] float64}
     */
    static double[] midRanks(float... values) {
        float[] scores = withoutMinusZero(values);
        int[] order = order(scores);
        double[] ranks = new double[scores.length];
        for (int from = 0; from < order.length; ) {
            int to = endOfEquals(scores, order, from);
            for (int i = from; i < to; i++) {
                ranks[order[i]] = (from + 1 + to) / 2.0;
            }
            from = to;
        }
        return ranks;
    }

    /**
     * Returns the area under the receiver operating characteristic.
     *
     * @param values scores {@code [n] float32}, finite
     * @param positive which of them are positives
     * @param weights {@code [n] float32}, or null for 1 each
     * @return in [0,1]; null if there are no positives or no negatives (of a weight)
     */
    static Double area(float[] values, IntPredicate positive, float[] weights) {
        float[] scores = withoutMinusZero(values);
        int[] order = order(scores);
        double positives = 0;
        double negatives = 0;
        double below = 0;
        for (int from = 0; from < order.length; ) {
            int to = endOfEquals(scores, order, from);
            double up = weight(order, from, to, positive, weights);
            double down = weight(order, from, to, positive.negate(), weights);
            below += up * (negatives + down / 2);
            positives += up;
            negatives += down;
            from = to;
        }
        return positives > 0 && negatives > 0 ? below / positives / negatives : null;
    }

    /**
     * Returns the average precision.
     *
     * @param values scores {@code [n] float32}, finite
     * @param positive which of them are positives
     * @return in (0,1]; null if there are no positives
     */
    static Double averagePrecision(float[] values, IntPredicate positive) {
        float[] scores = withoutMinusZero(values);
        int[] order = order(scores);
        double found = 0;
        double sum = 0;
        for (int end = order.length; end > 0; ) {
            int start = end - 1;
            while (start > 0 && scores[order[start - 1]] == scores[order[end - 1]]) {
                start--;
            }
            double more = weight(order, start, end, positive, null);
            found += more;
            sum += more * found / (order.length - start);
            end = start;
        }
        return found > 0 ? sum / found : null;
    }

    private static double weight(int[] order, int from, int to, IntPredicate which, float[] weights) {
        double sum = 0;
        for (int i = from; i < to; i++) {
            if (which.test(order[i])) {
                sum += weights == null ? 1 : weights[order[i]];
            }
        }
        return sum;
    }

    private static int endOfEquals(float[] scores, int[] order, int from) {
        int to = from + 1;
        while (to < order.length && scores[order[to]] == scores[order[from]]) {
            to++;
        }
        return to;
    }

    /** A sort by bits would tell −0 from 0. */
    private static float[] withoutMinusZero(float... values) {
        float[] scores = values.clone();
        for (int i = 0; i < scores.length; i++) {
            scores[i] += 0f;
        }
        return scores;
    }

    private static int[] order(float... scores) {
        int[] order = new int[scores.length];
        Arrays.setAll(order, i -> i);
        FloatArrays.radixSortIndirect(order, scores, true);
        return order;
    }
}
