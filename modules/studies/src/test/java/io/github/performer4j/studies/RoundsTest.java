package io.github.performer4j.studies;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Works that take time on a clock of their own. */
class RoundsTest {
    private static final long MILLISECOND = 1_000_000;

    private final List<String> diary = new ArrayList<>();
    private long now;

    private final Rounds rounds = new Rounds(() -> now, new Rounds.Listener() {
        @Override
        public void round(int done) {
            diary.add("round " + done);
        }

        @Override
        public void failed(int work, RuntimeException reason) {
            diary.add("failed " + work + ": " + reason.getMessage());
        }
    });

    /** Takes so many milliseconds, step by step; the last for all further ones. */
    private Runnable work(String name, int... milliseconds) {
        int[] step = {0};
        return () -> {
            diary.add(name);
            now += milliseconds[Math.min(step[0]++, milliseconds.length - 1)] * MILLISECOND;
        };
    }

    @Test
    void worksTakeTurnsAndEverySecondRoundIsInReverse() {
        rounds.medians(List.of(work("a", 1), work("b", 2)));
        List<String> expected = new ArrayList<>();
        for (int round = 1; round <= Rounds.WARM_UP + Rounds.TIMED; round++) {
            expected.addAll(round % 2 == 1 ? List.of("a", "b") : List.of("b", "a"));
            expected.add("round " + round);
        }
        assertThat(diary).containsExactlyElementsOf(expected);
    }

    @Test
    void theFirstRoundsDoNotCountAndADisturbanceMovesNoMedian() {
        List<Double> medians = rounds.medians(List.of(work("a", 90, 80, 7, 7, 60, 7), work("b", 3)));
        assertThat(medians).containsExactly(7.0 * MILLISECOND, 3.0 * MILLISECOND);
    }

    @Test
    void slowWorksHaveFewerRoundsButOneThatCounts() {
        assertThat(rounds.medians(List.of(work("slow", 500), work("b", 1), work("slower", 120))))
                .containsExactly(500.0 * MILLISECOND, 1.0 * MILLISECOND, 120.0 * MILLISECOND);
        assertThat(diary).filteredOn("slow"::equals).hasSize(2);
        assertThat(diary).filteredOn("slower"::equals).hasSize(4);
        assertThat(diary).filteredOn("b"::equals).hasSize(Rounds.WARM_UP + Rounds.TIMED);
    }

    @Test
    void aWorkThatFailsHasNoTimeAndIsNotTriedAgain() {
        List<Double> medians = rounds.medians(List.of(work("a", 4), () -> {
            throw new IllegalStateException("no such map");
        }));
        assertThat(medians).containsExactly(4.0 * MILLISECOND, null);
        assertThat(diary).filteredOn("failed 1: no such map"::equals).hasSize(1);
    }
}
