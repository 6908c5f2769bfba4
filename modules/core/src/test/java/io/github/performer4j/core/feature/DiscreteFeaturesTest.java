package io.github.performer4j.core.feature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.performer4j.kernels.math.CounterRandom;
import java.util.Arrays;
import java.util.function.DoubleToIntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Poisson and geometric features: closed second moments, best parameters, laws of the counts, and what the shift must do. */
class DiscreteFeaturesTest {
    private static final int D = 4;
    private static final double[] X = {0.4, -0.3, 0.2, 0.1};
    private static final double[] Y = {-0.1, 0.25, 0.3, -0.2};
    private static final double[][] QUERIES = {X, {0.3, 0.1, -0.2, 0}, {-0.2, 0.3, 0.1, 0.1}, {0.5, -0.1, 0.3, 0}};
    private static final double[][] KEYS = {Y, {0, 0.4, -0.1, 0.4}, {0.1, -0.2, 0.2, 0.3}, {0, 0.2, 0.5, -0.3}};

    static Stream<Arguments> data() {
        return Arrays.stream(DiscreteLaw.values())
                .flatMap(law -> Stream.of(
                        Arguments.of(law, "a head", QUERIES, KEYS),
                        Arguments.of(law, "one pair", new double[][] {X}, new double[][] {Y})));
    }

    /** Over a million draws: relative variances here are 0.01 to 0.4, known to 0.1% to 0.6%; so 3% is at least five standard errors. */
    @ParameterizedTest(name = "{0}, {1}")
    @MethodSource("data")
    void theVarianceOfASingleDrawIsItsClosedForm(DiscreteLaw law, String name, double[][] queries, double[][] keys) {
        int blocks = 100;
        int block = 10_000;
        DiscreteFeatures map = DiscreteFeatures.of(law);
        double sum = 0;
        double squares = 0;
        double[] c = null;
        for (int b = 0; b < blocks; b++) {
            DiscreteFrame frame = map.frame(queries, keys, map.draw(Projection.IID, block, D, b));
            double[] q = frame.logs(X);
            double[] k = frame.logs(Y);
            for (int i = 0; i < block; i++) {
                double estimate = Math.exp(q[i] + k[i]);
                sum += estimate / blocks / block;
                squares += estimate * estimate / blocks / block;
            }
            c = frame.shift();
        }
        double kernel = Math.exp(Rows.dot(X, Y));
        double[] g = product(X, Y, c);
        double factor = Math.exp(2 * (Rows.dot(X, Y) - Arrays.stream(g).sum())); // of both sides, squared
        double closed = factor * moment(law, law.parameter(products(queries, keys, c)), g) - kernel * kernel;
        assertThat(closed / kernel / kernel).isBetween(0.01, 0.4);
        assertThat((squares - sum * sum) / closed).isCloseTo(1, within(0.03));
    }

    /** Second moment of one draw's estimate of exp(Σ g_l). */
    private static double moment(DiscreteLaw law, double parameter, double[] g) {
        if (law == DiscreteLaw.POISSON) {
            return Math.exp(parameter * g.length + Rows.dot(g, g) / parameter);
        }
        double log = -g.length * Math.log(parameter);
        for (double value : g) {
            log += Bessel.logI0(2 * value / Math.sqrt(1 - parameter));
        }
        return Math.exp(log);
    }

    private static double[] product(double[] x, double[] y, double[] c) {
        return IntStream.range(0, x.length)
                .mapToDouble(l -> (x[l] - c[l]) * (y[l] - c[l]))
                .toArray();
    }

    private static double[] products(double[][] queries, double[][] keys, double[] c) {
        double[] g = new double[c.length];
        for (int l = 0; l < g.length; l++) {
            for (double[] x : queries) {
                for (double[] y : keys) {
                    g[l] += Math.pow((x[l] - c[l]) * (y[l] - c[l]), 2) / queries.length / keys.length;
                }
            }
            g[l] = Math.sqrt(g[l]);
        }
        return g;
    }

    static Stream<Arguments> parameters() {
        return Arrays.stream(DiscreteLaw.values())
                .flatMap(law -> Stream.of(
                        Arguments.of(law, new double[] {0.01, 0.03}),
                        Arguments.of(law, new double[] {0.5, 0.2, 1.3}),
                        Arguments.of(law, new double[] {0, 3, 1}),
                        Arguments.of(law, new double[] {20, 31, 12, 17, 2})));
    }

    /** A grid of steps of 2% in λ and in p/(1−p); the minimum is flat, so the moment decides and the parameter is held to one step. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("parameters")
    void theParameterIsTheMinimiserOnAGrid(DiscreteLaw law, double[] g) {
        double best = Double.POSITIVE_INFINITY;
        double at = Double.NaN;
        for (double t = Math.log(1e-4); t < Math.log(1e4); t += 0.02) {
            double parameter = law == DiscreteLaw.POISSON ? Math.exp(t) : 1 / (1 + Math.exp(-t));
            double moment = moment(law, parameter, g);
            if (moment < best) {
                best = moment;
                at = t;
            }
        }
        double chosen = law.parameter(g);
        double step = law == DiscreteLaw.POISSON ? Math.log(chosen) : Math.log(chosen / (1 - chosen));
        assertThat(step).isCloseTo(at, within(0.02));
        assertThat(moment(law, chosen, g)).isLessThanOrEqualTo(best * (1 + 1e-12));
    }

    /** Values by the power series in 60 digits; 20 is where the two expansions meet. */
    @ParameterizedTest
    @CsvSource({
        "0.5, 0.061549719185481376",
        "1, 0.235914358507178706",
        "2, 0.823993541482956227",
        "5, 3.30468177582253331",
        "10, 7.94297208311869518",
        "19.9, 17.4921498186213498",
        "20, 17.5896104282442742",
        "30, 27.3847014331719372",
        "100, 96.7797326899425769",
        "700, 695.805699998443401"
    })
    void besselFunctionEqualsItsSeriesInManyDigits(double z, double logI0) {
        assertThat(Bessel.logI0(z)).isCloseTo(logI0, within(2e-15 * Math.max(1, logI0)));
    }

    @Test
    void besselFunctionDoesNotOverflow() {
        double z = 1e6;
        assertThat(Bessel.logI0(z)).isCloseTo(z - Math.log(2 * Math.PI * z) / 2, within(1e-6));
        assertThat(Bessel.logI0(0)).isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "POISSON, 0.001",
        "POISSON, 0.4",
        "POISSON, 3",
        "POISSON, 41.5",
        "POISSON, 5000",
        "GEOMETRIC, 0.999",
        "GEOMETRIC, 0.6",
        "GEOMETRIC, 0.2",
        "GEOMETRIC, 0.001"
    })
    void countsHaveMeanAndVarianceOfTheirLaw(DiscreteLaw law, double parameter) {
        int n = 200_000;
        DoubleToIntFunction counts = law.counts(parameter);
        CounterRandom random = CounterRandom.of(5);
        boolean poisson = law == DiscreteLaw.POISSON;
        double q = 1 - parameter;
        double mean = poisson ? parameter : q / parameter;
        double variance = poisson ? parameter : q / parameter / parameter;
        double fourth =
                poisson ? parameter + 3 * parameter * parameter : variance * variance * (9 + parameter * parameter / q);
        double sum = 0;
        double squares = 0;
        for (int i = 0; i < n; i++) {
            double difference = counts.applyAsInt(1 - random.nextDouble()) - mean;
            sum += difference / n;
            squares += difference * difference / n;
        }
        assertThat(sum).isCloseTo(0, within(4 * Math.sqrt(variance / n)));
        assertThat(squares).isCloseTo(variance, within(4 * Math.sqrt((fourth - variance * variance) / n)));
    }

    /** Pearson's statistic over the counts 0 … 9, all expected more than ten times; 10 degrees of freedom with the rest: mean 10, deviation √20. */
    @ParameterizedTest
    @CsvSource({"POISSON, 3.7", "GEOMETRIC, 0.3"})
    void countsAreAsOftenAsTheirLawSays(DiscreteLaw law, double parameter) {
        int n = 200_000;
        int cells = 10;
        double[] expected = new double[cells + 1];
        double probability = law == DiscreteLaw.POISSON ? Math.exp(-parameter) : parameter;
        double rest = 1;
        for (int w = 0; w < cells; w++) {
            expected[w] = n * probability;
            rest -= probability;
            probability *= law == DiscreteLaw.POISSON ? parameter / (w + 1) : 1 - parameter;
        }
        expected[cells] = n * rest;
        double[] observed = new double[cells + 1];
        DoubleToIntFunction counts = law.counts(parameter);
        for (double[] row : DiscreteFeatures.of(law).draw(Projection.IID, n / D, D, 12)) {
            for (double u : row) {
                observed[Math.min(counts.applyAsInt(u), cells)]++;
            }
        }
        double statistic = 0;
        for (int w = 0; w <= cells; w++) {
            assertThat(expected[w]).isGreaterThan(10);
            statistic += Math.pow(observed[w] - expected[w], 2) / expected[w];
        }
        assertThat(statistic).isLessThan(cells + 4 * Math.sqrt(2 * cells));
    }

    @ParameterizedTest
    @EnumSource(DiscreteLaw.class)
    void uniformsAreFloatsBetweenZeroAndOneThatNameTheirSeedOnly(DiscreteLaw law) {
        double[][] w = DiscreteFeatures.of(law).draw(Projection.IID, 1000, D, 3);
        assertThat(w).isDeepEqualTo(DiscreteFeatures.of(law).draw(Projection.SIMPLEX, 1000, D, 3));
        assertThat(Arrays.deepEquals(w, DiscreteFeatures.of(law).draw(Projection.IID, 1000, D, 4)))
                .isFalse();
        for (double[] row : w) {
            for (double u : row) {
                assertThat(u).isGreaterThan(0).isLessThan(1).isEqualTo((float) u);
            }
        }
    }

    /** Counts at both ends of what a float can say are numbers, for the least and the greatest parameter too. */
    @Test
    void extremeUniformsAndProductsGiveExactCounts() {
        for (DiscreteLaw law : DiscreteLaw.values()) {
            for (double g : new double[] {0, 1e-30, 1, 1e5, 1e30, Double.POSITIVE_INFINITY, Double.NaN}) {
                DoubleToIntFunction counts = law.counts(law.parameter(new double[] {g, g}));
                int least = counts.applyAsInt(1 - 0x1.0p-24);
                int most = counts.applyAsInt(0x1.0p-54);
                assertThat(least).isBetween(0, most);
                assertThat(most).isLessThan(1 << 24); // so that float32 holds them
            }
        }
    }

    /** Moving all rows by t moves c by t, and leaves counts and relative errors as they are. */
    @ParameterizedTest
    @EnumSource(DiscreteLaw.class)
    void relativeErrorsDoNotChangeWhenAllRowsMove(DiscreteLaw law) {
        double[] t = {3, -2, 0.5, 1};
        DiscreteFeatures map = DiscreteFeatures.of(law);
        double[][] w = map.draw(Projection.IID, 16, D, 1);
        DiscreteFrame frame = map.frame(QUERIES, KEYS, w);
        DiscreteFrame moved = map.frame(moved(QUERIES, t), moved(KEYS, t), w);
        assertThat(moved.counts()).isDeepEqualTo(frame.counts());
        for (int i = 0; i < QUERIES.length; i++) {
            for (int l = 0; l < D; l++) {
                assertThat(moved.shift()[l]).isCloseTo(frame.shift()[l] + t[l], within(1e-13));
                assertThat(frame.shift()[l]).isLessThan(Math.min(QUERIES[i][l], KEYS[i][l]));
            }
            double[] x = moved(QUERIES, t)[i];
            double[] y = moved(KEYS, t)[i];
            double error =
                    map.plain(w, QUERIES, KEYS).estimate(QUERIES[i], KEYS[i]) / Math.exp(Rows.dot(QUERIES[i], KEYS[i]));
            double movedError =
                    map.plain(w, moved(QUERIES, t), moved(KEYS, t)).estimate(x, y) / Math.exp(Rows.dot(x, y));
            // a minimiser of a smooth function is known to the root of the rounding error, 1e-8; the law's parameter is
            // one
            assertThat(movedError / error).isCloseTo(1, within(1e-7));
        }
    }

    private static double[][] moved(double[][] rows, double[] t) {
        return Arrays.stream(rows)
                .map(row ->
                        IntStream.range(0, D).mapToDouble(l -> row[l] + t[l]).toArray())
                .toArray(double[][]::new);
    }

    /** All g_l are λ then, and each draw is exact. */
    @Test
    void poissonFeaturesOfEqualRowsAreExact() {
        DiscreteFeatures map = DiscreteFeatures.of(DiscreteLaw.POISSON);
        double[][] rows = {X, X, X};
        double estimate =
                map.plain(map.draw(Projection.IID, 1, D, 1), rows, rows).estimate(X, X);
        assertThat(estimate).isCloseTo(Math.exp(Rows.dot(X, X)), within(1e-9));
    }

    @Test
    void headsWithoutRowsHaveFramesToo() {
        for (DiscreteLaw law : DiscreteLaw.values()) {
            DiscreteFeatures map = DiscreteFeatures.of(law);
            double[][] w = map.draw(Projection.IID, 7, D, 1);
            DiscreteFrame frame = map.frame(new double[0][], KEYS, w);
            assertThat(frame.shift()).containsOnly(0);
            assertThat(Arrays.stream(frame.constants()).allMatch(Double::isFinite))
                    .isTrue();
        }
    }

    @Test
    void settingsAreCheckedAndNamed() {
        assertThat(FeatureMap.named("Poisson")).isEqualTo(new DiscreteFeatures(DiscreteLaw.POISSON, 0));
        assertThat(FeatureMap.named("geometric")).isEqualTo(new DiscreteFeatures(DiscreteLaw.GEOMETRIC, 0));
        assertThat(FeatureMap.named("poisson").looksAhead()).isTrue();
        assertThatThrownBy(() -> new DiscreteFeatures(null, 0)).hasMessage("law must be given; law=null");
        assertThatThrownBy(() -> new DiscreteFeatures(DiscreteLaw.POISSON, -1))
                .hasMessage("epsilon must not be negative; epsilon=-1.0");
    }
}
