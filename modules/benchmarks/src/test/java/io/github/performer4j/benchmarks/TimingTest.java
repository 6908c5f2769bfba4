package io.github.performer4j.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

/** A clock that the work itself turns: no test waits. */
class TimingTest {
    private long now;
    private int calls;

    /** Times work whose i-th call takes as many milliseconds as the i-th value; the last one repeats. */
    private Timing timing(int runs, double seconds, int fewest, long... millis) {
        now = 0;
        calls = 0;
        return Timing.of(
                () -> now += 1_000_000 * millis[Math.min(calls++, millis.length - 1)],
                runs,
                seconds,
                fewest,
                () -> now);
    }

    @Test
    void theMedianOfEvenAndOddNumbers() {
        assertThat(Timing.median(7)).isEqualTo(7);
        assertThat(Timing.median(9, 1, 5)).isEqualTo(5);
        assertThat(Timing.median(8, 2, 4, 100)).isEqualTo(6);
        assertThatThrownBy(() -> Timing.median()).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void theMedianLeavesItsArgumentAlone() {
        double[] values = {3, 1, 2};
        Timing.median(values);
        assertThat(values).containsExactly(3, 1, 2);
    }

    @Test
    void warmUpIsNotCounted() {
        assertThat(timing(3, 10, 3, 900, 500, 30, 10, 20)).isEqualTo(new Timing(20, 3));
        assertThat(calls).isEqualTo(5);
    }

    @Test
    void slowWorkIsRunFewerTimes() {
        assertThat(timing(9, 1, 3, 100, 100, 300)).isEqualTo(new Timing(300, 4));
        assertThat(timing(9, 1, 3, 5000)).isEqualTo(new Timing(5000, 3));
        assertThat(calls).as("one warm-up only").isEqualTo(4);
        assertThat(timing(2, 1, 3, 5000)).isEqualTo(new Timing(5000, 2));
    }
}
