package io.github.performer4j.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.performer4j.kernels.CounterRandom;
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
