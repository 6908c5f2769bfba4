package io.github.performer4j.data.split;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.performer4j.kernels.math.CounterRandom;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Laws of the splits of examples, on keys drawn with every seed. */
class ExampleSplitsTest {
    private static final double[] SHARES = {0.01, 0.1, 0.37, 0.5, 0.9};

    /** Keys as uneven as classes and authors are: key k has about half the examples of key k − 1. */
    private static String[] keys(int n, long seed) {
        CounterRandom draws = CounterRandom.of(seed, 4);
        return IntStream.range(0, n)
                .mapToObj(i -> "k" + (int) Math.floor(-Math.log(1 - draws.nextDouble()) / Math.log(2)))
                .toArray(String[]::new);
    }

    private static TreeMap<String, Integer> counts(String[] keys, BitSet places) {
        TreeMap<String, Integer> counts = new TreeMap<>();
        places.stream().forEach(i -> counts.merge(keys[i], 1, Integer::sum));
        return counts;
    }

    private static BitSet all(int n) {
        BitSet all = new BitSet();
        all.set(0, n);
        return all;
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void everyClassGivesItsShare(long seed) {
        String[] labels = keys(997, seed);
        TreeMap<String, Integer> sizes = counts(labels, all(labels.length));
        for (double share : SHARES) {
            BitSet held = StratifiedSplit.choose(labels, share, seed).places();
            TreeMap<String, Integer> chosen = counts(labels, held);
            double quota = 0;
            for (String label : sizes.keySet()) {
                int n = sizes.get(label);
                int taken = chosen.getOrDefault(label, 0);
                assertThat(taken).isLessThan(n); // one at least stays
                if (n > 1) {
                    quota += share * n;
                    assertThat(taken).isBetween((int) Math.floor(share * n), (int) Math.ceil(share * n));
                }
            }
            assertThat(Math.abs(held.cardinality() - quota)).isLessThan(3);
            assertThat(held.length()).isLessThanOrEqualTo(labels.length);
            assertThat(StratifiedSplit.choose(labels, share, seed).places()).isEqualTo(held);
            if (share > 0.05) {
                assertThat(StratifiedSplit.choose(labels, share, seed + 1).places())
                        .isNotEqualTo(held);
            }
        }
    }

    /**
     * Hamilton's rule by hand: quotas 0.75, 1.25 and 1.5 of 3, 5 and 6 examples are 3.5, so 4 in all: floors 0, 1, 1;
     * then a and c.
     */
    @Test
    void remaindersGoToTheLargest() {
        String[] labels = "a a a b b b b b c c c c c c".split(" ");
        HeldOut held = StratifiedSplit.choose(labels, 0.25, 1);
        assertThat(counts(labels, held.places()))
                .containsExactly(java.util.Map.entry("a", 1), java.util.Map.entry("b", 1), java.util.Map.entry("c", 2));
        assertThat(held.notes()).isEmpty();
    }

    @Test
    void smallClassesStayInTrainingAndAreTold() {
        String[] labels = "a a a a a a a a a a z b b y".split(" ");
        HeldOut held = StratifiedSplit.choose(labels, 0.1, 1);
        assertThat(counts(labels, held.places())).containsOnlyKeys("a");
        assertThat(held.notes())
                .containsExactly(
                        "classes of one example, which stay in training: 2, the first is y",
                        "classes too small for an example on the held-out side: 1, the first is b with 2");
        assertThat(counts(labels, StratifiedSplit.choose(labels, 0.99, 1).places()))
                .containsExactly(java.util.Map.entry("a", 9), java.util.Map.entry("b", 1));
        assertThat(StratifiedSplit.choose(new String[] {"a", "a"}, 0.01, 1)
                        .places()
                        .cardinality())
                .isOne();
        assertThatThrownBy(() -> StratifiedSplit.choose(new String[] {"a", "b"}, 0.5, 1))
                .hasMessage("a split by classes needs a class of two examples; classes=2, examples=2");
    }

    /** Over many seeds every example of a class is held out about as often. */
    @Test
    void everyExampleHasTheSameChance() {
        String[] labels = new String[20];
        Arrays.fill(labels, "a");
        int[] times = new int[20];
        for (int seed = 0; seed < 2000; seed++) {
            StratifiedSplit.choose(labels, 0.25, seed).places().stream().forEach(i -> times[i]++);
        }
        assertThat(Arrays.stream(times).boxed().toList())
                .allSatisfy(n -> assertThat(n).isBetween(500 - 100, 500 + 100)); // 5 standard deviations
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void noGroupIsOnBothSides(long seed) {
        CounterRandom draws = CounterRandom.of(seed, 5);
        String[] groups =
                IntStream.range(0, 1009).mapToObj(i -> "g" + draws.nextInt(120)).toArray(String[]::new);
        for (double share : SHARES) {
            BitSet held = GroupSplit.choose(groups, share, seed).places();
            Set<String> valid = new HashSet<>();
            Set<String> train = new HashSet<>();
            for (int i = 0; i < groups.length; i++) {
                (held.get(i) ? valid : train).add(groups[i]);
            }
            assertThat(valid).isNotEmpty().doesNotContainAnyElementsOf(train);
            assertThat(train).isNotEmpty();
            // a hundred groups of 3 to 17 examples come as near as half of the largest
            assertThat(held.cardinality() / 1009.0).isBetween(share - 0.01, share + 0.02);
            assertThat(GroupSplit.choose(groups, share, seed).places()).isEqualTo(held);
        }
        assertThat(GroupSplit.choose(groups, 0.5, seed + 100).places())
                .isNotEqualTo(GroupSplit.choose(groups, 0.5, seed).places());
    }

    @Test
    void groupsAreTold() {
        HeldOut held = GroupSplit.choose(new String[] {"a", "a", "b", "b"}, 0.5, 1);
        assertThat(held.notes()).containsExactly("held out 1 of 2 groups, 2 of 4 examples; the largest group has 2");
        assertThatThrownBy(() -> GroupSplit.choose(new String[] {"a", "a"}, 0.5, 1))
                .hasMessage("a split by groups needs two of them; groups=1, group=a");
        assertThatThrownBy(() -> GroupSplit.choose(new String[] {"a", null}, 0.5, 1))
                .hasMessage("every example must have a group; place=1, group=null");
        assertThatThrownBy(() -> GroupSplit.choose(new String[] {"a", "b"}, 1, 1))
                .hasMessage("the share that is held out must be in (0, 1); share=1.0");
        assertThatThrownBy(() -> GroupSplit.choose(new String[] {"a"}, 0.5, 1))
                .hasMessage("a split needs two examples; examples=1");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void whatIsHeldOutIsLater(long seed) {
        CounterRandom draws = CounterRandom.of(seed, 6);
        int[] years = IntStream.range(0, 501).map(i -> 1900 + draws.nextInt(60)).toArray();
        String[] times = Arrays.stream(years).mapToObj(Integer::toString).toArray(String[]::new);
        int most = Arrays.stream(years)
                .map(y -> (int) Arrays.stream(years).filter(other -> other == y).count())
                .max()
                .orElseThrow();
        for (double share : SHARES) {
            BitSet held = TimeSplit.choose(times, share).places();
            int earliest = held.stream().map(i -> years[i]).min().orElseThrow();
            int latest = IntStream.range(0, 501)
                    .filter(i -> !held.get(i))
                    .map(i -> years[i])
                    .max()
                    .orElseThrow();
            assertThat(earliest).isGreaterThan(latest);
            // the nearest cut misses by half of a year at most, but for the first one
            assertThat(Math.abs(held.cardinality() - share * 501))
                    .isLessThanOrEqualTo(share < 0.02 ? most : most / 2.0);
        }
    }

    @Test
    void timesAreRead() {
        assertThat(Times.ranks("10", "9", "1e1", "10.00", "-3")).containsExactly(2, 1, 2, 2, 0);
        assertThat(Times.ranks("2001-02-03T04:05:06Z", "2001-02-03T05:05:06+01:00", "2001-02-03 04:05:05Z"))
                .containsExactly(1, 1, 0);
        assertThat(Times.ranks("2001-02-03", "2001-02-03T00:00", " 2001-02-03 00:00:01 ", "1999-12-31"))
                .containsExactly(1, 1, 2, 0);
        assertThat(Times.ranks("2001-12", "2001-02", "2002-01")).containsExactly(1, 0, 2);
        assertThatThrownBy(() -> Times.ranks("2001-12-01", "12/01/2001"))
                .hasMessage("times must all be dates or local times, as the first is; place=1, time=12/01/2001");
        assertThatThrownBy(() -> Times.ranks("12/01/2001"))
                .hasMessage(
                        "a time must be a number or ISO 8601, such as 2001-02-03T04:05:06Z; place=0, time=12/01/2001");
    }

    @Test
    void tiesStayTogetherAndTheCutIsTold() {
        HeldOut held = TimeSplit.choose(new String[] {"3", "1", "3", "2", "3"}, 0.2);
        assertThat(held.places()).isEqualTo(BitSet.valueOf(new long[] {0b10101}));
        assertThat(held.notes()).containsExactly("held out from 3 on: 3 of 5 examples");
        assertThat(TimeSplit.choose(new String[] {"1", "2", "3", "4"}, 0.375).places()) // 1.5: the later cut
                .isEqualTo(BitSet.valueOf(new long[] {0b1000}));
        assertThatThrownBy(() -> TimeSplit.choose(new String[] {"1", "1.0"}, 0.5))
                .hasMessage("a split by time needs two different times; times=1, time=1");
    }

    @Test
    void givenSidesAreAPartition() {
        GivenSplit given = GivenSplit.of("train", "test", "valid", "train");
        assertThat(given.train()).isEqualTo(BitSet.valueOf(new long[] {0b1001}));
        assertThat(given.valid()).isEqualTo(BitSet.valueOf(new long[] {0b0100}));
        assertThat(given.test()).isEqualTo(BitSet.valueOf(new long[] {0b0010}));
        assertThatThrownBy(() -> GivenSplit.of("train", "Valid"))
                .hasMessage("split must be train, valid or test; place=1, split=Valid");
        assertThatThrownBy(() -> GivenSplit.of("train", null))
                .hasMessage("every example must have a split; place=1, split=null");
    }
}
