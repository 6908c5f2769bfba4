package io.github.performer4j.kernels.math;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Golden values of an independent program, purity, and the first moments of each distribution within 4 standard errors. */
class CounterRandomTest {
    private static final int N = 200_000;

    @Test
    void equalsAnIndependentImplementationOfTheMixer() throws IOException {
        List<String> lines;
        try (BufferedReader in = new BufferedReader(new InputStreamReader(
                CounterRandomTest.class.getResourceAsStream("splitmix64.csv"), StandardCharsets.UTF_8))) {
            lines = in.lines().skip(1).toList();
        }
        assertThat(lines).hasSize(8);
        for (String line : lines) {
            String[] cells = line.split(",", -1);
            long seed = Long.parseLong(cells[0]);
            long[] path = cells[1].isEmpty()
                    ? new long[0]
                    : Arrays.stream(cells[1].split(" ", -1))
                            .mapToLong(Long::parseLong)
                            .toArray();
            assertThat(CounterRandom.mix(seed, path)).as(line).isEqualTo(Long.parseLong(cells[2]));
            CounterRandom random = CounterRandom.of(seed, path);
            for (int i = 3; i < 6; i++) {
                assertThat(random.nextLong()).as(line).isEqualTo(Long.parseLong(cells[i]));
            }
        }
    }

    @Test
    void streamIsAPureFunctionOfSeedAndPathWhateverElseWasDrawn() {
        CounterRandom a = CounterRandom.of(7, 2, 3);
        CounterRandom other = CounterRandom.of(7, 2, 4);
        CounterRandom b = CounterRandom.of(7, 2, 3);
        for (int i = 0; i < 100; i++) {
            other.nextGaussian();
            assertThat(a.nextGaussian()).isEqualTo(b.nextGaussian());
            other.nextInt(3);
            assertThat(a.nextInt(97)).isEqualTo(b.nextInt(97));
        }
    }

    @Test
    void everyPartOfSeedAndPathCounts() {
        Set<Long> hashes = new HashSet<>();
        int made = 0;
        for (long seed = -3; seed <= 3; seed++) {
            assertThat(hashes.add(CounterRandom.mix(seed))).isTrue();
            made++;
            for (long a = -3; a <= 3; a++) {
                assertThat(hashes.add(CounterRandom.mix(seed, a))).isTrue();
                made++;
                for (long b = -3; b <= 3; b++) {
                    assertThat(hashes.add(CounterRandom.mix(seed, a, b))).isTrue();
                    made++;
                }
            }
        }
        assertThat(hashes).hasSize(made);
    }

    @Test
    void doublesAreUniformInTheirHalfOpenInterval() {
        CounterRandom random = CounterRandom.of(11, 1);
        double sum = 0;
        double squares = 0;
        int[] bins = new int[16];
        for (int i = 0; i < N; i++) {
            double u = random.nextDouble();
            assertThat(u >= 0 && u < 1).isTrue();
            sum += u;
            squares += u * u;
            bins[(int) (u * 16)]++;
        }
        assertThat(sum / N).isCloseTo(0.5, within(4 * Math.sqrt(1 / 12.0 / N)));
        assertThat(squares / N).isCloseTo(1 / 3.0, within(4 * Math.sqrt(4 / 45.0 / N))); // var u² = 1/5 − 1/9
        double chiSquare = chiSquare(bins);
        assertThat(chiSquare).isLessThan(15 + 4 * Math.sqrt(30)); // χ²(15): mean 15, variance 30
    }

    @Test
    void gaussiansHaveTheMomentsOfTheNormalDistribution() {
        CounterRandom random = CounterRandom.of(13, 1);
        double[] moments = new double[5];
        double lag = 0;
        double last = 0;
        for (int i = 0; i < N; i++) {
            double g = random.nextGaussian();
            for (int p = 1; p <= 4; p++) {
                moments[p] += Math.pow(g, p) / N;
            }
            lag += g * last / N; // the two of a pair are independent
            last = g;
        }
        // standard errors: √(E g^{2p} − (E g^p)²) = 1, √2, √15, √96
        assertThat(moments[1]).isCloseTo(0, within(4 / Math.sqrt(N)));
        assertThat(moments[2]).isCloseTo(1, within(4 * Math.sqrt(2.0 / N)));
        assertThat(moments[3]).isCloseTo(0, within(4 * Math.sqrt(15.0 / N)));
        assertThat(moments[4]).isCloseTo(3, within(4 * Math.sqrt(96.0 / N)));
        assertThat(lag).isCloseTo(0, within(4 / Math.sqrt(N)));
    }

    @Test
    void integersAreUniformBelowTheirBoundWithoutModuloBias() {
        CounterRandom random = CounterRandom.of(17, 1);
        int[] bins = new int[13];
        for (int i = 0; i < N; i++) {
            bins[random.nextInt(13)]++; // an index out of [0, 13) would throw
        }
        assertThat(chiSquare(bins)).isLessThan(12 + 4 * Math.sqrt(24));
        int bound = 3 << 29; // plain modulo of 32 bits would draw the lower third twice as often
        int low = 0;
        for (int i = 0; i < N; i++) {
            int drawn = random.nextInt(bound);
            assertThat(drawn >= 0 && drawn < bound).isTrue();
            low += drawn < bound / 3 ? 1 : 0;
        }
        assertThat(low / (double) N).isCloseTo(1 / 3.0, within(4 * Math.sqrt(2 / 9.0 / N)));
        assertThat(random.nextInt(1)).isZero();
        assertThat(random.nextInt(Integer.MAX_VALUE)).isNotNegative();
    }

    @Test
    void boundsThatAreNotPositiveAreRefused() {
        for (int bound : new int[] {0, -1, Integer.MIN_VALUE}) {
            assertThatThrownBy(() -> CounterRandom.of(1).nextInt(bound))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("bound must be positive; bound=" + bound);
        }
    }

    private static double chiSquare(int[] bins) {
        double expected = N / (double) bins.length;
        return Arrays.stream(bins)
                .mapToDouble(n -> (n - expected) * (n - expected) / expected)
                .sum();
    }
}
