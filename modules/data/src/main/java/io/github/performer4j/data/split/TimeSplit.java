package io.github.performer4j.data.split;

import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * Holds out the latest examples: every held-out example is later than every one for training. Examples of the same time
 * stay together; of all cuts between two times the one is taken that brings the held-out side nearest to its share, the
 * later of two that are as near.
 *
 * <p>What times may be says {@link Times}.
 */
public final class TimeSplit {
    private TimeSplit() {}

    /**
     * Cuts.
     *
     * @param times [n] when each example was
     * @param share of the examples that is wanted, in (0, 1)
     * @return the latest examples; neither none nor all
     * @throws IllegalArgumentException if an example has no time, a time cannot be read, or all are the same
     */
    public static HeldOut choose(String[] times, double share) {
        HeldOut.require(times.length, share);
        HeldOut.requireAll("time", times);
        int[] ranks = Times.ranks(times);
        int most = 0;
        for (int rank : ranks) {
            most = Math.max(most, rank);
        }
        if (most == 0) {
            throw new IllegalArgumentException("a split by time needs two different times; times=1, time=" + times[0]);
        }
        int[] counts = new int[most + 1];
        for (int rank : ranks) {
            counts[rank]++;
        }
        int first = cut(counts, share * times.length);
        BitSet places = new BitSet(times.length);
        String earliest = null;
        for (int i = 0; i < ranks.length; i++) {
            places.set(i, ranks[i] >= first);
            if (earliest == null && ranks[i] == first) {
                earliest = times[i];
            }
        }
        return new HeldOut(
                places,
                List.of(String.format(
                        Locale.ROOT,
                        "held out from %s on: %,d of %,d examples",
                        earliest,
                        places.cardinality(),
                        times.length)));
    }

    /** Returns the first rank that is held out, at least 1. */
    private static int cut(int[] counts, double wanted) {
        int best = counts.length - 1;
        double least = Double.POSITIVE_INFINITY;
        long held = 0;
        for (int rank = counts.length - 1; rank >= 1; rank--) {
            held += counts[rank];
            if (Math.abs(held - wanted) < least) {
                least = Math.abs(held - wanted);
                best = rank;
            }
        }
        return best;
    }

    /** Ranks keys of one type: 0 the smallest, equal keys the same. */
    static <K extends Comparable<K>> int[] ranks(List<K> keys) {
        Integer[] order = new Integer[keys.size()];
        Arrays.setAll(order, i -> i);
        Arrays.sort(order, Comparator.comparing(keys::get));
        int[] ranks = new int[order.length];
        for (int i = 1; i < order.length; i++) {
            boolean same = keys.get(order[i]).compareTo(keys.get(order[i - 1])) == 0;
            ranks[order[i]] = ranks[order[i - 1]] + (same ? 0 : 1);
        }
        return ranks;
    }
}
