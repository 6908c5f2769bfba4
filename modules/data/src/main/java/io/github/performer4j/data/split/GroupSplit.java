package io.github.performer4j.data.split;

import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Holds out whole groups of examples (patients, authors, families): {@link Shares} chooses among them, with their
 * numbers of examples as sizes. No group is on both sides.
 */
public final class GroupSplit {
    private GroupSplit() {}

    /**
     * Chooses groups.
     *
     * @param groups [n] the group of each example
     * @param share of the examples that is wanted, in (0, 1); how near whole groups come to it says {@link Shares}
     * @param seed decides which groups
     * @return the examples of the chosen groups; neither none nor all
     * @throws IllegalArgumentException if an example has no group, or there is one group only
     */
    public static HeldOut choose(String[] groups, double share, long seed) {
        HeldOut.require(groups.length, share);
        HeldOut.requireAll("group", groups);
        Map<String, Integer> numbers = new HashMap<>();
        int[] numberOf = new int[groups.length];
        for (int i = 0; i < groups.length; i++) {
            Integer known = numbers.putIfAbsent(groups[i], numbers.size());
            numberOf[i] = known == null ? numbers.size() - 1 : known;
        }
        if (numbers.size() < 2) {
            throw new IllegalArgumentException("a split by groups needs two of them; groups=1, group=" + groups[0]);
        }
        long[] sizes = new long[numbers.size()];
        for (int number : numberOf) {
            sizes[number]++;
        }
        BitSet chosen = Shares.choose(sizes, share * groups.length, seed);
        BitSet places = new BitSet(groups.length);
        for (int i = 0; i < groups.length; i++) {
            places.set(i, chosen.get(numberOf[i]));
        }
        return new HeldOut(
                places,
                List.of(String.format(
                        Locale.ROOT,
                        "held out %,d of %,d groups, %,d of %,d examples; the largest group has %,d",
                        chosen.cardinality(),
                        sizes.length,
                        places.cardinality(),
                        groups.length,
                        Arrays.stream(sizes).max().orElseThrow())));
    }
}
