package io.github.performer4j.data.rows;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.performer4j.kernels.math.CounterRandom;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ShuffleBufferTest {
    private static List<Integer> shuffled(int n, int window, long maxWeight, long seed) throws IOException {
        int[] next = {0};
        ShuffleBuffer<Integer> buffer = new ShuffleBuffer<>(
                () -> next[0] < n ? next[0]++ : null, window, maxWeight, e -> 10, CounterRandom.of(seed));
        List<Integer> out = new ArrayList<>();
        for (Integer e = buffer.next(); e != null; e = buffer.next()) {
            assertThat(next[0] - out.size()).as("held back").isLessThanOrEqualTo((int)
                    Math.min(window, (maxWeight + 9) / 10));
            out.add(e);
        }
        return out;
    }

    @Test
    void isAPermutationThatHoldsBackNoMoreThanItsBounds() throws IOException {
        for (int window : new int[] {1, 7, 101, 1000}) {
            assertThat(shuffled(101, window, Long.MAX_VALUE, 3))
                    .hasSize(101)
                    .containsAll(IntStream.range(0, 101).boxed().toList());
        }
        assertThat(shuffled(101, 1, Long.MAX_VALUE, 3))
                .isEqualTo(IntStream.range(0, 101).boxed().toList());
        assertThat(shuffled(101, 50, 70, 3)).hasSize(101);
    }

    /** A stream that fits is shuffled uniformly: each of 5 elements comes first in a fifth of 5,000 orders, within 4 sigma. */
    @Test
    void isUniformWhereTheStreamFits() throws IOException {
        int[] first = new int[5];
        for (int seed = 0; seed < 5000; seed++) {
            first[shuffled(5, 5, Long.MAX_VALUE, seed).get(0)]++;
        }
        for (int count : first) {
            assertThat((double) count).isCloseTo(1000, within(4 * Math.sqrt(5000 * 0.2 * 0.8)));
        }
    }
}
