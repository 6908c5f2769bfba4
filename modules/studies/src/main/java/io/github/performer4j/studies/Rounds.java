package io.github.performer4j.studies;

import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import org.apache.commons.math3.stat.descriptive.rank.Median;

/**
 * Times several works side by side: rounds of one step of each, every second round in reverse, so that what disturbs the machine for a while disturbs all alike. A
 * work's time is the median over its rounds without the first {@value #WARM_UP}, in which code is compiled.
 *
 * @param nanos the clock
 * @param listener hears how it goes on
 */
record Rounds(LongSupplier nanos, Listener listener) {
    static final int WARM_UP = 2;
    static final int TIMED = 9;
    /** Slow works have fewer rounds: none begins another once it has taken this long in all, but each has one to warm up and one that counts. */
    static final long NANOS = 400_000_000;

    /** Hears how it goes on. */
    interface Listener {
        /** So many rounds are done, of {@value #WARM_UP} + {@value #TIMED}. */
        void round(int done);

        /** A work failed and has no time. */
        void failed(int work, RuntimeException reason);
    }

    /** Returns the median time of a step of each work in nanoseconds; null for one that failed. */
    List<Double> medians(List<? extends Runnable> works) {
        List<Laps> laps = new ArrayList<>();
        works.forEach(work -> laps.add(new Laps(work)));
        for (int round = 0; round < WARM_UP + TIMED; round++) {
            for (int i = 0; i < laps.size(); i++) {
                int next = round % 2 == 0 ? i : laps.size() - 1 - i;
                try {
                    laps.get(next).step(round >= WARM_UP, nanos);
                } catch (RuntimeException e) {
                    laps.get(next).failed = true;
                    listener.failed(next, e);
                }
            }
            listener.round(round + 1);
        }
        return laps.stream().map(own -> own.failed ? null : own.median()).toList();
    }

    /** What a work has taken so far. */
    private static final class Laps {
        private final Runnable work;
        private final List<Double> counted = new ArrayList<>();
        private boolean warm;
        private boolean failed;
        private long spent;

        Laps(Runnable work) {
            this.work = work;
        }

        double median() {
            return new Median()
                    .evaluate(counted.stream().mapToDouble(Double::doubleValue).toArray());
        }

        void step(boolean counts, LongSupplier nanos) {
            boolean needed = counts ? counted.isEmpty() : !warm;
            if (failed || !needed && spent >= NANOS) {
                return;
            }
            long start = nanos.getAsLong();
            work.run();
            long time = nanos.getAsLong() - start;
            spent += time;
            warm = true;
            if (counts) {
                counted.add((double) time);
            }
        }
    }
}
