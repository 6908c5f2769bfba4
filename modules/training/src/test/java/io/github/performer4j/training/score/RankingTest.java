package io.github.performer4j.training.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

/** Ranking beside its definitions, pair by pair and threshold by threshold. */
class RankingTest {
    @Test
    void areaIsTheShareOfPairsInOrder() {
        Random random = new Random(3);
        for (int trial = 0; trial < 50; trial++) {
            int n = 2 + random.nextInt(40);
            float[] scores = new float[n];
            float[] weights = new float[n];
            boolean[] positive = new boolean[n];
            for (int i = 0; i < n; i++) {
                scores[i] = (random.nextInt(9) - 4) / 4f * (random.nextBoolean() ? 1 : -1); // ties, −0 among them
                weights[i] = random.nextInt(5) / 4f;
                positive[i] = random.nextBoolean();
            }
            double above = 0;
            double pairs = 0;
            for (int i = 0; i < n; i++) {
                for (int j = 0; j < n; j++) {
                    if (positive[i] && !positive[j]) {
                        double weight = (double) weights[i] * weights[j];
                        pairs += weight;
                        above += weight * (scores[i] > scores[j] ? 1 : scores[i] == scores[j] ? 0.5 : 0);
                    }
                }
            }
            Double area = Ranking.area(scores, i -> positive[i], weights);
            if (pairs == 0) {
                assertThat(area).isNull();
            } else {
                assertThat(area).isCloseTo(above / pairs, within(Expect.TOLERANCE));
            }
        }
    }

    @Test
    void midRanksAreHalfwayBetweenLessAndNotMore() {
        Random random = new Random(4);
        float[] values = new float[200];
        for (int i = 0; i < values.length; i++) {
            values[i] = -0.25f * (random.nextInt(21) - 10);
        }
        double[] ranks = Ranking.midRanks(values);
        for (int i = 0; i < values.length; i++) {
            int less = 0;
            int equal = 0;
            for (float value : values) {
                less += value < values[i] ? 1 : 0;
                equal += value == values[i] ? 1 : 0;
            }
            assertThat(ranks[i]).isEqualTo(less + (equal + 1) / 2.0);
        }
    }

    /** Scores 3 2 2 1, positives at 3 and one 2: recall ½ at precision 1, then recall 1 at precision 2/3. */
    @Test
    void averagePrecisionStepsOverEqualScoresAtOnce() {
        double expected = 0.5 * 1 + 0.5 * 2 / 3;
        assertThat(Ranking.averagePrecision(new float[] {3, 2, 2, 1}, i -> i < 2))
                .isEqualTo(expected);
        assertThat(Ranking.averagePrecision(new float[] {3, 2, 2, 1}, i -> i == 0 || i == 2))
                .isEqualTo(expected);
        assertThat(Ranking.averagePrecision(new float[] {1, 2}, i -> false)).isNull();
        assertThat(Ranking.averagePrecision(new float[] {0f, -0f, 0f, -0f}, i -> i == 1))
                .isEqualTo(0.25);
    }

    @Test
    void nothingHasNoRank() {
        assertThat(Ranking.midRanks()).isEmpty();
        assertThat(Ranking.area(new float[0], i -> true, null)).isNull();
        assertThat(Ranking.averagePrecision(new float[0], i -> true)).isNull();
    }
}
