package io.github.performer4j.core.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.performer4j.kernels.math.CounterRandom;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ContrastiveLossTest {
    private static final int WIDTH = 5;
    private static final double TAU = 0.7;

    /** Three pairs and two hard negatives; the first texts of pairs 0 and 2 are equal, so the three texts with them are of one group. */
    private static final int[] GROUPS = {0, 0, 2, 2, 0, 0, 6, 7};

    private static final int[] SIDES = {0, 1, 0, 1, 0, 1, 2, 2};

    private static double[][] vectors() {
        double[][] z = new double[GROUPS.length][WIDTH];
        for (int i = 0; i < z.length; i++) {
            for (int e = 0; e < WIDTH; e++) {
                z[i][e] = CounterRandom.of(5, i, e).nextGaussian();
            }
        }
        return z;
    }

    private static int[][] labels(Candidates candidates) {
        int[][] labels = new int[GROUPS.length][];
        for (int i = 0; i < labels.length; i++) {
            labels[i] = new int[] {candidates.looks(SIDES[i]) ? i ^ 1 : -1, GROUPS[i], SIDES[i]};
        }
        return labels;
    }

    /** Who is compared with whom, written out: row i, its partner, its negatives. */
    private static int[][] written(Candidates candidates) {
        return switch (candidates) {
            case ALL ->
                new int[][] {
                    {0, 1, 2, 3, 6, 7},
                    {1, 0, 2, 3, 6, 7},
                    {2, 3, 0, 1, 4, 5, 6, 7},
                    {3, 2, 0, 1, 4, 5, 6, 7},
                    {4, 5, 2, 3, 6, 7},
                    {5, 4, 2, 3, 6, 7}
                };
            case BOTH ->
                new int[][] {{0, 1, 3, 6, 7}, {1, 0, 2}, {2, 3, 1, 5, 6, 7}, {3, 2, 0, 4}, {4, 5, 3, 6, 7}, {5, 4, 2}};
            case FIRST -> new int[][] {{0, 1, 3, 6, 7}, {2, 3, 1, 5, 6, 7}, {4, 5, 3, 6, 7}};
        };
    }

    private static double closed(double[][] z, Candidates candidates) {
        double log = 0;
        int[][] rows = written(candidates);
        for (int[] row : rows) {
            double sum = 0;
            for (int k = 1; k < row.length; k++) {
                sum += Math.exp(dot(z[row[0]], z[row[k]]) / TAU);
            }
            log += Math.log(Math.exp(dot(z[row[0]], z[row[1]]) / TAU) / sum);
        }
        return -log / rows.length;
    }

    private static double dot(double[] a, double... b) {
        double sum = 0;
        for (int e = 0; e < a.length; e++) {
            sum += a[e] * b[e];
        }
        return sum;
    }

    @ParameterizedTest
    @EnumSource
    void itIsTheClosedForm(Candidates candidates) {
        double[][] z = vectors();
        ContrastiveLoss.Result result = new ContrastiveLoss(candidates, TAU).of(z, labels(candidates));
        assertThat(result.loss()).isCloseTo(closed(z, candidates), within(1e-12));
        double step = 1e-5;
        for (int i = 0; i < z.length; i++) {
            for (int e = 0; e < WIDTH; e++) {
                double before = z[i][e];
                z[i][e] = before + step;
                double above = closed(z, candidates);
                z[i][e] = before - step;
                double below = closed(z, candidates);
                z[i][e] = before;
                assertThat(result.gradient()[i][e]).isCloseTo((above - below) / (2 * step), within(1e-9));
            }
        }
    }

    /** Two orthogonal pairs at τ = 1, both sides: −log(e / (e + 1)) for each text. */
    @Test
    void twoPairsByHand() {
        double[][] z = {{1, 0}, {1, 0}, {0, 1}, {0, 1}};
        int[][] labels = {{1, 0, 0}, {0, 0, 1}, {3, 2, 0}, {2, 2, 1}};
        ContrastiveLoss.Result result = new ContrastiveLoss(Candidates.BOTH, 1).of(z, labels);
        double p = Math.E / (Math.E + 1);
        assertThat(result.loss()).isCloseTo(-Math.log(p), within(1e-15));
        // as a first text (p − 1) z_1 + (1 − p) z_3, and the same again as the candidate of its partner and of row 3
        assertThat(result.gradient()[0][0]).isCloseTo((p - 1) / 2, within(1e-15));
        assertThat(result.gradient()[0][1]).isCloseTo((1 - p) / 2, within(1e-15));
    }

    /** Small temperatures do not overflow; texts that are all alike, or none that looks, teach nothing. */
    @Test
    void edgesAreFinite() {
        double[][] z = vectors();
        assertThat(new ContrastiveLoss(Candidates.ALL, 1e-4)
                        .of(z, labels(Candidates.ALL))
                        .loss())
                .isFinite();
        int[][] alike = {{1, 0, 0}, {0, 0, 1}, {3, 0, 0}, {2, 0, 1}};
        ContrastiveLoss.Result same = new ContrastiveLoss(Candidates.ALL, 1).of(Arrays.copyOf(z, 4), alike);
        assertThat(same.loss()).isZero();
        assertThat(same.gradient()).isDeepEqualTo(new double[4][WIDTH]);
        int[][] nobody = {{-1, 0, 0}, {-1, 0, 1}};
        assertThat(new ContrastiveLoss(Candidates.ALL, 1)
                        .of(Arrays.copyOf(z, 2), nobody)
                        .loss())
                .isZero();
    }
}
