package io.github.performer4j.training.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import org.junit.jupiter.api.Test;

class PairPoolTest {
    private static float[] at(double degrees) {
        double angle = Math.toRadians(degrees);
        return new float[] {(float) Math.cos(angle), (float) Math.sin(angle)};
    }

    /** Ranks 1, 2 and 1 by hand, and the cross-entropy by hand. */
    @Test
    void vectorsAreRankedAmongAll() {
        PairPool pool = new PairPool();
        pool.add(at(0), at(5), new int[] {1}, new int[] {11});
        pool.add(at(20), at(60), new int[] {2}, new int[] {12});
        pool.add(at(100), at(90), new int[] {3}, new int[] {13});
        PairFigures figures = new PairFigures();
        double tau = 0.5;
        double loss = pool.ofVectors(figures, tau);
        Map<String, Double> found = figures.figures();
        assertThat(found.get("recallAt1")).isCloseTo(2.0 / 3, within(1e-12));
        assertThat(found.get("meanReciprocalRank")).isCloseTo((1 + 0.5 + 1) / 3, within(1e-12));
        assertThat(figures.baselines().get("chanceRecallAt1")).isCloseTo(1.0 / 3, within(1e-12));
        double[] first = {0, 20, 100};
        double[] second = {5, 60, 90};
        double expected = 0;
        for (int i = 0; i < 3; i++) {
            double sum = 0;
            for (double candidate : second) {
                sum += Math.exp(Math.cos(Math.toRadians(first[i] - candidate)) / tau);
            }
            expected += Math.log(sum) - Math.cos(Math.toRadians(first[i] - second[i])) / tau;
        }
        assertThat(loss).isCloseTo(expected / 3, within(1e-6));
    }

    /** No double holds the exponentials of such similarities themselves. */
    @Test
    void smallTemperaturesDoNotOverflow() {
        PairPool pool = new PairPool();
        pool.add(at(0), at(180), new int[] {1}, new int[] {11});
        pool.add(at(180), at(0), new int[] {2}, new int[] {12});
        double tau = 0.001;
        assertThat(pool.ofVectors(new PairFigures(), tau)).isCloseTo(2 / tau, within(1e-3));
    }

    /** What is known to be right as well is no wrong answer: an equal second text, or the partner of an equal first text. */
    @Test
    void equalTextsAreNotCounted() {
        PairPool pool = new PairPool();
        pool.add(at(0), at(30), new int[] {1, 2}, new int[] {11});
        pool.add(at(0), at(10), new int[] {1, 2}, new int[] {12}); // the same first text
        pool.add(at(90), at(0), new int[] {3}, new int[] {11}); // the second text of pair 0
        PairFigures figures = new PairFigures();
        pool.ofVectors(figures, 1);
        // pair 0 has no other candidate; pair 1 finds pair 2's text before its own; pair 2 has pair 1's nearer
        assertThat(figures.figures().get("meanReciprocalRank")).isCloseTo((1 + 0.5 + 0.5) / 3, within(1e-12));
        assertThat(figures.baselines().get("chanceRecallAt1")).isCloseTo((1 + 0.5 + 0.5) / 3, within(1e-12));
    }

    @Test
    void bagsKnowRareWords() {
        PairPool pool = new PairPool();
        int common = 5000;
        pool.add(null, null, new int[] {common, 7, common}, new int[] {7, common});
        pool.add(null, null, new int[] {common, 8}, new int[] {common, common, 8});
        pool.add(null, null, new int[] {9, common}, new int[] {common, 10});
        PairFigures figures = new PairFigures();
        pool.ofBags(figures);
        // the third has nothing in common with any: one of three, by chance
        assertThat(figures.figures().get("recallAt1")).isCloseTo((1 + 1 + 1 / 3.0) / 3, within(1e-12));
    }

    /** Letters count three in a row: all texts here are of equal letters. */
    @Test
    void lettersCountInWords() {
        PairPool pool = new PairPool();
        pool.add(null, null, new int[] {1, 2, 3, 4}, new int[] {4, 1, 2, 3});
        pool.add(null, null, new int[] {3, 2, 1, 4}, new int[] {4, 3, 2, 1});
        PairFigures figures = new PairFigures();
        pool.ofBags(figures);
        assertThat(figures.figures().get("recallAt1")).isEqualTo(1);
    }
}
