package io.github.performer4j.data;

import io.github.performer4j.kernels.CounterRandom;
import java.util.BitSet;

/**
 * Chooses whole groups for the held-out side: in seeded order, a group is taken when that brings the side nearer to its target, which means
 * that it is no larger than twice what is missing, and when it is no larger than a cap. If the cap lets nothing through it is lifted, and
 * if all groups are too large the smallest is taken. At least one group stays on the training side.
 */
final class Shares {
    private static final long DRAW_ORDER = 6;

    private Shares() {}

    /**
     * Chooses groups.
     *
     * @param sizes tokens of each group; at least two groups
     * @param target tokens wanted
     * @param cap largest group wanted
     * @param seed decides the order
     * @return the chosen groups, neither none nor all
     */
    static BitSet choose(long[] sizes, double target, double cap, long seed) {
        int[] order = new int[sizes.length];
        CounterRandom draws = CounterRandom.of(seed, DRAW_ORDER);
        for (int i = 0; i < order.length; i++) {
            int j = draws.nextInt(i + 1);
            order[i] = order[j];
            order[j] = i;
        }
        BitSet chosen = take(sizes, order, target, cap);
        if (chosen.isEmpty()) {
            chosen = take(sizes, order, target, Double.MAX_VALUE);
        }
        if (chosen.isEmpty()) {
            int smallest = order[0];
            for (int group : order) {
                smallest = sizes[group] < sizes[smallest] ? group : smallest;
            }
            chosen.set(smallest);
        }
        return chosen;
    }

    private static BitSet take(long[] sizes, int[] order, double target, double cap) {
        BitSet chosen = new BitSet();
        double missing = target;
        for (int group : order) {
            if (sizes[group] <= cap && sizes[group] <= 2 * missing && chosen.cardinality() < sizes.length - 1) {
                chosen.set(group);
                missing -= sizes[group];
            }
        }
        return chosen;
    }
}
