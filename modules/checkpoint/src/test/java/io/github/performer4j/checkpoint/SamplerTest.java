package io.github.performer4j.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.performer4j.kernels.math.CounterRandom;
import java.util.BitSet;
import org.junit.jupiter.api.Test;

/** The draws follow the probabilities of {@link Sampling}'s rules. */
class SamplerTest {
    private static final double[] P = {0.1, 0.4, 0, 0.3, 0.2};
    private static final int DRAWS = 20_000;

    @Test
    void drawsFollowTheProbabilities() {
        follows(Sampling.defaults(), 0.1, 0.4, 0, 0.3, 0.2);
    }

    /** At temperature 1/2 the probabilities are squared: 1, 16, 9, 4 of 30. */
    @Test
    void temperatureSharpens() {
        follows(Sampling.defaults().withTemperature(0.5), 1 / 30.0, 16 / 30.0, 0, 9 / 30.0, 4 / 30.0);
    }

    @Test
    void topKKeepsTheMostProbable() {
        follows(Sampling.defaults().withTopK(2), 0, 4 / 7.0, 0, 3 / 7.0, 0);
    }

    /** 0.4 + 0.3 reach 0.65, so two tokens stay. */
    @Test
    void topPKeepsTheNucleus() {
        follows(Sampling.defaults().withTopP(0.65), 0, 4 / 7.0, 0, 3 / 7.0, 0);
    }

    /** At least 0.6 · 0.4 is 0.24. */
    @Test
    void minPKeepsWhatIsNearTheLargest() {
        follows(Sampling.defaults().withMinP(0.6), 0, 4 / 7.0, 0, 3 / 7.0, 0);
        follows(Sampling.defaults().withMinP(1), 0, 1, 0, 0, 0);
    }

    /** The fewest that reach a share: one less does not. */
    @Test
    void theNucleusIsTheSmallest() {
        double[] p = {0.05, 0.3, 0.1, 0.25, 0.02, 0.28};
        for (double share = 0.05; share < 1; share += 0.05) {
            double[] weight = Sampler.weights(p, 0.3, Sampling.defaults().withTopP(share));
            double kept = 0;
            double smallest = 1;
            double largestCut = 0;
            for (int token = 0; token < p.length; token++) {
                kept += weight[token] > 0 ? p[token] : 0;
                smallest = weight[token] > 0 ? Math.min(smallest, p[token]) : smallest;
                largestCut = weight[token] == 0 ? Math.max(largestCut, p[token]) : largestCut;
            }
            assertThat(kept).isGreaterThanOrEqualTo(share - 1e-12);
            assertThat(kept - smallest).isLessThan(share + 1e-12);
            assertThat(smallest).isGreaterThan(largestCut);
        }
    }

    /** Of equal tokens the first ones stay. */
    @Test
    void tiesGoToTheLowerIds() {
        double[] p = {0.1, 0.3, 0.3, 0.3};
        assertThat(Sampler.weights(p, 0.3, Sampling.defaults().withTopK(2))).containsExactly(0, 1, 1, 0);
        assertThat(Sampler.weights(p, 0.3, Sampling.defaults().withTopP(0.5))).containsExactly(0, 1, 1, 0);
        assertThat(Sampler.draw(p, Sampling.defaults().withTemperature(0), CounterRandom.of(1)))
                .isEqualTo(1);
    }

    /** Squared where the text has them already: 0.16 and 0.04 for 0.4 and 0.2. */
    @Test
    void repeatedTokensArePenalised() {
        double[] p = P.clone();
        BitSet there = new BitSet();
        there.set(1);
        there.set(4);
        Sampler.penalise(p, there, 2);
        double[] expected = {0.1, 0.16, 0, 0.3, 0.04};
        for (int token = 0; token < p.length; token++) {
            assertThat(p[token]).isCloseTo(expected[token] / 0.3, within(1e-12));
        }
        Sampler.penalise(p, there, 1e6);
        assertThat(Sampler.draw(p, Sampling.defaults().withTemperature(0), CounterRandom.of(1)))
                .isEqualTo(3);
        double[] same = P.clone();
        Sampler.penalise(same, there, 1);
        assertThat(same).containsExactly(P);
    }

    @Test
    void temperatureZeroAndNearlyZeroTakeTheMostProbable() {
        follows(Sampling.defaults().withTemperature(0), 0, 1, 0, 0, 0);
        follows(Sampling.defaults().withTemperature(1e-6), 0, 1, 0, 0, 0);
    }

    @Test
    void rangesAreChecked() {
        assertThatThrownBy(() -> new Sampling(-1, 0, 1)).hasMessageContaining("temperature=-1.0");
        assertThatThrownBy(() -> new Sampling(Double.NaN, 0, 1)).hasMessageContaining("temperature=NaN");
        assertThatThrownBy(() -> new Sampling(1, -2, 1)).hasMessageContaining("top-k=-2");
        assertThatThrownBy(() -> new Sampling(1, 0, 0)).hasMessageContaining("top-p=0.0");
        assertThatThrownBy(() -> Sampling.defaults().withMinP(1.5)).hasMessageContaining("min-p=1.5");
        assertThatThrownBy(() -> Sampling.defaults().withRepetitionPenalty(0))
                .hasMessageContaining("repetition-penalty=0.0");
        assertThatThrownBy(() -> Sampler.draw(new double[3], Sampling.defaults(), CounterRandom.of(1)))
                .isInstanceOf(IllegalStateException.class);
    }

    /** Within 4 standard errors of the binomial; impossible tokens never. */
    private static void follows(Sampling sampling, double... expected) {
        int[] count = new int[P.length];
        for (int i = 0; i < DRAWS; i++) {
            count[Sampler.draw(P, sampling, CounterRandom.of(43, i))]++;
        }
        for (int token = 0; token < P.length; token++) {
            double p = expected[token];
            assertThat(count[token] / (double) DRAWS)
                    .as("token %d", token)
                    .isCloseTo(p, within(4 * Math.sqrt(p * (1 - p) / DRAWS)));
        }
    }
}
