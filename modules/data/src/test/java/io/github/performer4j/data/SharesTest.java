package io.github.performer4j.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.BitSet;
import org.junit.jupiter.api.Test;

class SharesTest {
    private static long sum(long[] sizes, BitSet chosen) {
        return chosen.stream().mapToLong(i -> sizes[i]).sum();
    }

    @Test
    void manySmallGroupsMeetTheTarget() {
        long[] sizes = new long[1000];
        Arrays.setAll(sizes, i -> 1 + i % 13);
        long total = Arrays.stream(sizes).sum();
        for (long seed = 0; seed < 20; seed++) {
            BitSet chosen = Shares.choose(sizes, 0.1 * total, Double.MAX_VALUE, seed);
            assertThat(Math.abs(sum(sizes, chosen) - 0.1 * total)).isLessThan(13);
        }
    }

    @Test
    void noneAndAllAreNeverChosen() {
        for (long seed = 0; seed < 20; seed++) {
            assertThat(Shares.choose(new long[] {5, 5}, 9.9, 100, seed).cardinality())
                    .isEqualTo(1);
            assertThat(Shares.choose(new long[] {100, 90, 80}, 1, 0.1, seed).stream()
                            .toArray())
                    .as("all are too large: the smallest")
                    .containsExactly(2);
        }
    }

    @Test
    void theCapIsLiftedOnlyWhenNothingPasses() {
        for (long seed = 0; seed < 20; seed++) {
            assertThat(Shares.choose(new long[] {50, 3, 50, 3}, 40, 10, seed).stream()
                            .toArray())
                    .containsExactly(1, 3);
            assertThat(Shares.choose(new long[] {50, 50, 50}, 40, 10, seed).cardinality())
                    .isEqualTo(1);
        }
    }
}
