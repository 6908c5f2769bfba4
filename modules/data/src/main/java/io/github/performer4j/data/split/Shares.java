package io.github.performer4j.data.split;

import io.github.performer4j.kernels.math.CounterRandom;
import java.util.Arrays;
import java.util.BitSet;
import java.util.stream.IntStream;

/**
 * Chooses whole groups (clusters, documents) for the held-out side.
 *
 * <p>Groups are put in a seeded order that knows nothing of their sizes, and the first of them are taken, as many as bring the side nearest to
 * its target. Of {@link #ORDERS} such orders the one is kept whose share of the tokens and share of the groups are nearest to what was
 * asked, which keeps the side's mean size that of all groups. To search for groups that fill the last gap would come nearer still, and
 * hold out the small ones.
 *
 * <p>A group of more than three times the mean and twice the target is passed over. Where less than one group of mean size is asked for, no
 * choice reaches the share, and nearness would always take the smallest; there the first order stands. At least one group is taken, and
 * at least one left.
 */
public final class Shares {
    /** Orders that are tried. */
    static final int ORDERS = 16;

    private static final long DRAW_ORDER = 6;
    private static final double TARGETS = 2;
    private static final double MEANS = 3;
    /** Weight of the share of the groups beside that of the tokens. */
    private static final double COUNT_WEIGHT = 0.25;

    private final long[] sizes;
    private final double target;

    private Shares(long[] sizes, double target) {
        this.sizes = sizes;
        this.target = target;
    }

    /**
     * Chooses among all groups.
     *
     * @param sizes tokens of each group, positive; at least two groups
     * @param target tokens wanted
     * @param seed decides the orders
     * @return the chosen groups, neither none nor all
     */
    public static BitSet choose(long[] sizes, double target, long seed) {
        return choose(sizes, IntStream.range(0, sizes.length).toArray(), target, seed);
    }

    /**
     * Chooses among some groups.
     *
     * @param sizes tokens of each group, positive; at least two groups
     * @param candidates groups that may be chosen, at least one
     * @param target tokens wanted
     * @param seed decides the orders
     * @return the chosen groups, neither none nor all
     */
    public static BitSet choose(long[] sizes, int[] candidates, double target, long seed) {
        Shares shares = new Shares(sizes, target);
        double limit = Math.max(TARGETS * target, MEANS * shares.mean(candidates));
        int[] eligible = IntStream.of(candidates).filter(g -> sizes[g] <= limit).toArray();
        double wanted = target / shares.mean(eligible);
        BitSet best = null;
        double least = Double.POSITIVE_INFINITY;
        for (int i = 0; i < (wanted < 1 ? 1 : ORDERS); i++) {
            Interrupts.end("the held-out side was chosen");
            CounterRandom draws = i == 0 ? CounterRandom.of(seed, DRAW_ORDER) : CounterRandom.of(seed, DRAW_ORDER, i);
            BitSet chosen = shares.first(order(sizes.length, draws), eligible);
            double distance = Math.abs(shares.sum(chosen) / target - 1)
                    + COUNT_WEIGHT * Math.abs(chosen.cardinality() / wanted - 1);
            if (distance < least) {
                least = distance;
                best = chosen;
            }
        }
        return best;
    }

    private double mean(int... groups) {
        return Arrays.stream(groups).mapToLong(g -> sizes[g]).average().orElseThrow();
    }

    private double sum(BitSet groups) {
        return groups.stream().mapToLong(g -> sizes[g]).sum();
    }

    private static int[] order(int groups, CounterRandom draws) {
        int[] order = new int[groups];
        for (int i = 0; i < groups; i++) {
            int j = draws.nextInt(i + 1);
            order[i] = order[j];
            order[j] = i;
        }
        return order;
    }

    /** Takes eligible groups from the front until the next one would lead away from the target. */
    private BitSet first(int[] order, int... eligible) {
        BitSet may = new BitSet();
        IntStream.of(eligible).forEach(may::set);
        BitSet chosen = new BitSet();
        double missing = target;
        int count = 0; // BitSet counts anew each time it is asked
        for (int group : order) {
            if (!may.get(group)) {
                continue;
            }
            boolean nearer = sizes[group] < 2 * missing;
            if (count > 0 && (!nearer || count == sizes.length - 1)) {
                break;
            }
            chosen.set(group);
            count++;
            missing -= sizes[group];
        }
        return chosen;
    }
}
