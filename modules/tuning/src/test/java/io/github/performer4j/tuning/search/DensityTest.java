package io.github.performer4j.tuning.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Densities on [0, 1]: they integrate to 1, and draws follow them. */
class DensityTest {
    private static final Density MIXTURE = new Density.Mixture(0, 0.02, 0.9, 0.9);
    private static final Density SHARES = new Density.Shares(3, 0.1, 0.2, 0.9);

    @Test
    void theyIntegrateToOne() {
        for (Density density : new Density[] {MIXTURE, SHARES, new Density.Mixture(), new Density.Shares(2)}) {
            int n = 30_000;
            double sum = 0;
            for (int i = 0; i < n; i++) {
                sum += Math.exp(density.log((i + 0.5) / n)) / n;
            }
            assertThat(sum).isCloseTo(1, within(1e-6));
        }
    }

    /** The share of draws in each tenth is the integral of the density over it, within five standard errors. */
    @Test
    void drawsFollowTheDensity() {
        SplittableRandom random = new SplittableRandom(7);
        int n = 40_000;
        double[] share = new double[10];
        for (int i = 0; i < n; i++) {
            double u = MIXTURE.draw(random);
            assertThat(u).isBetween(0.0, 1.0);
            share[Math.min(9, (int) (10 * u))] += 1.0 / n;
        }
        for (int tenth = 0; tenth < 10; tenth++) {
            double p = 0;
            for (int i = 0; i < 1000; i++) {
                p += Math.exp(MIXTURE.log((tenth + (i + 0.5) / 1000) / 10)) / 10_000;
            }
            assertThat(share[tenth]).as("tenth %d", tenth).isCloseTo(p, within(5 * Math.sqrt(p * (1 - p) / n)));
        }
    }

    /** (2 + 1)/(3 + 3), (0 + 1)/6, (1 + 1)/6, each over a third of [0, 1]. */
    @Test
    void sharesAreCountsWithOneMoreOfEach() {
        assertThat(Math.exp(SHARES.log(0.0))).isCloseTo(1.5, within(1e-12));
        assertThat(Math.exp(SHARES.log(0.5))).isCloseTo(0.5, within(1e-12));
        assertThat(Math.exp(SHARES.log(1.0))).isCloseTo(1, within(1e-12));
        SplittableRandom random = new SplittableRandom(3);
        int first = 0;
        for (int i = 0; i < 10_000; i++) {
            first += SHARES.draw(random) < 1 / 3.0 ? 1 : 0;
        }
        assertThat(first / 10_000.0).isCloseTo(0.5, within(0.025));
    }
}
