package io.github.performer4j.core.layer;

import io.github.performer4j.core.feature.Moments;
import io.github.performer4j.core.feature.Statistics;

/**
 * The parameter in which an attention layer keeps moments of its queries and keys, [H,2(1+D+D²)]: per head what {@link Moments#ofSums} reads, of queries and then of keys,
 * divided by the rows' number, or a moving average of that.
 *
 * <p>With running statistics the gradient of it is {@code (1 − β)(θ − s)}, s those of the batch, and the updater does nothing, so that a step makes {@code θ ← βθ + (1−β)s}.
 * Gradients of micro-batches add up in the order that all gradients do; so runs are the same for any number of threads.
 */
final class KeptStatistics {
    /** Name of the parameter. */
    static final String NAME = "statistics";

    private KeptStatistics() {}

    /** Returns the number of values per head. */
    static int length(int headSize) {
        return 2 * Moments.sumsLength(headSize);
    }

    /**
     * Turns the sums of a batch into the gradient of running statistics, in place; 0 for a head without rows.
     *
     * @param sums of queries and keys of one head
     * @param kept θ of the head
     */
    static void gradient(double[] sums, double[] kept) {
        normalize(sums);
        int half = sums.length / 2;
        for (int at = 0; at < sums.length; at += half) {
            boolean empty = !(sums[at] > 0);
            for (int i = at; i < at + half; i++) {
                sums[i] = empty ? 0 : (1 - Statistics.DECAY) * (kept[i] - sums[i]);
            }
        }
    }

    /** Divides the sums over queries and those over keys by their weight, in place. */
    static void normalize(double[] sums) {
        int half = sums.length / 2;
        for (int at = 0; at < sums.length; at += half) {
            double weight = sums[at];
            for (int i = at; i < at + half && weight > 0; i++) {
                sums[i] /= weight;
            }
        }
    }
}
