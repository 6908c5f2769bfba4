package io.github.performer4j.benchmarks;

import java.util.Arrays;
import java.util.function.LongSupplier;

/**
 * Repeated timing of one piece of work.
 *
 * @param medianMs median in milliseconds
 * @param runs runs behind it
 */
record Timing(double medianMs, int runs) {
    private static final double NANOS_PER_MS = 1e6;
    private static final double MS_PER_SECOND = 1e3;

    /**
     * Warms up, then measures. The first run builds the graph and touches new memory; a second one warms caches and the compiler, unless
     * the first took longer than all timed runs may.
     *
     * @param work what is timed
     * @param runs timed runs at most
     * @param seconds time of all timed runs after which no other is started
     * @param fewest runs that are made however long they take, if {@code runs} allows
     * @param nanos the clock
     */
    static Timing of(Runnable work, int runs, double seconds, int fewest, LongSupplier nanos) {
        if (time(work, nanos) < seconds * MS_PER_SECOND) {
            work.run();
        }
        double[] times = new double[runs];
        double sum = 0;
        int n = 0;
        while (n < runs && (n < fewest || sum < seconds * MS_PER_SECOND)) {
            times[n] = time(work, nanos);
            sum += times[n++];
        }
        return new Timing(median(Arrays.copyOf(times, n)), n);
    }

    private static double time(Runnable work, LongSupplier nanos) {
        long start = nanos.getAsLong();
        work.run();
        return (nanos.getAsLong() - start) / NANOS_PER_MS;
    }

    /** Returns the middle value, or the mean of the middle two; the argument is not changed. */
    static double median(double... values) {
        Rule.that(values.length > 0, "a median needs a value; values=0");
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int half = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
    }
}
