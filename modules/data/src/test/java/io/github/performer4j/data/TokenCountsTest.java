package io.github.performer4j.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.performer4j.data.token.Specials;
import io.github.performer4j.kernels.math.CounterRandom;
import java.io.IOException;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TokenCountsTest {
    private static final int V = 11;

    private static TokenCounts random(long seed, boolean causal, int vocabulary) {
        TokenCounter counter = new TokenCounter(vocabulary, Specials.OWN, causal);
        CounterRandom draws = CounterRandom.of(seed);
        for (int i = 0; i < 997; i++) {
            counter.add(2 + draws.nextInt(vocabulary - 2), 3 + draws.nextInt(vocabulary - 3));
        }
        return counter.counts();
    }

    @Test
    void probabilitiesAreAddOneSmoothed() {
        TokenCounter counter = new TokenCounter(V, Specials.OWN, false);
        counter.add(2, 5);
        counter.add(5, 6);
        counter.add(6, 5);
        counter.add(5, 4); // unknown: not counted
        counter.add(5, 3); // EOS: not predicted under a masked objective
        TokenCounts counts = counter.counts();
        assertThat(counts.total()).isEqualTo(3);
        assertThat(counts.predictable()).isEqualTo(6);
        assertThat(Math.exp(counts.logOrder0(5))).isCloseTo(3.0 / 9, within(1e-15));
        assertThat(Math.exp(counts.logOrder0(10))).isCloseTo(1.0 / 9, within(1e-15));
        assertThat(Math.exp(counts.logOrder1(5, 6))).isCloseTo(2.0 / 7, within(1e-15));
        assertThat(Math.exp(counts.logOrder1(4, 6)))
                .as("a left neighbour never seen")
                .isCloseTo(1.0 / 6, within(1e-15));
    }

    @Test
    void bothDistributionsSumToOne() {
        for (boolean causal : new boolean[] {false, true}) {
            TokenCounts counts = random(3, causal, V);
            int[] predictable = IntStream.range(0, V)
                    .filter(t -> t >= 5 || (causal && t == 3))
                    .toArray();
            assertThat(predictable).hasSize(counts.predictable());
            assertThat(IntStream.of(predictable)
                            .mapToDouble(t -> Math.exp(counts.logOrder0(t)))
                            .sum())
                    .isCloseTo(1, within(1e-12));
            for (int left = 0; left < V; left++) {
                int l = left;
                assertThat(IntStream.of(predictable)
                                .mapToDouble(t -> Math.exp(counts.logOrder1(l, t)))
                                .sum())
                        .isCloseTo(1, within(1e-12));
            }
        }
    }

    @Test
    void tokensThatCannotBePredictedAreRefused() {
        TokenCounts masked = random(3, false, V);
        for (int token : new int[] {-1, 0, 1, 2, 3, 4, V}) {
            assertThatThrownBy(() -> masked.logOrder0(token)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> masked.logOrder1(5, token)).isInstanceOf(IllegalArgumentException.class);
        }
        assertThat(random(3, true, V).logOrder0(3)).isNegative();
    }

    @Test
    void jsonRoundTripsAndMergeAdds() throws IOException {
        TokenCounts a = random(3, true, V);
        TokenCounts b = random(4, true, V);
        assertThat(TokenCounts.fromJson(new ObjectMapper().readTree(a.toJson().toString())))
                .isEqualTo(a);
        TokenCounts sum = a.merge(b);
        assertThat(sum.total()).isEqualTo(a.total() + b.total());
        assertThat(sum.unigram()[6]).isEqualTo(a.unigram()[6] + b.unigram()[6]);
        assertThat(sum.bigram().get(5).get(6))
                .isEqualTo(a.bigram().get(5).get(6) + b.bigram().get(5).get(6));
        assertThat(sum).isEqualTo(b.merge(a));
        assertThatThrownBy(() -> a.merge(random(4, false, V))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> TokenCounts.fromJson(new ObjectMapper().readTree("{}")))
                .hasMessageContaining("token counts must have");
    }

    @Test
    void sparseAndDenseCountingAgree() {
        int large = 2000;
        TokenCounter counter = new TokenCounter(large, Specials.OWN, false);
        counter.add(1999, 1998);
        counter.add(1999, 1998);
        assertThat(counter.counts().bigram()).isEqualTo(Map.of(1999, Map.of(1998, 2L)));
        assertThat(random(5, false, 1024).total()).isPositive();
    }

    /** Uniform symbols have entropy log n; a cycle is certain given its left neighbour. */
    @Test
    void entropiesOfKnownSources() {
        TokenCounter counter = new TokenCounter(V, Specials.OWN, false);
        counter.add(2, 5);
        for (int i = 1; i < 6000; i++) {
            counter.add(5 + (i - 1) % 6, 5 + i % 6);
        }
        assertThat(counter.counts().entropyOrder0()).isCloseTo(Math.log(6), within(1e-12));
        assertThat(counter.counts().entropyOrder1()).isZero();
    }
}
