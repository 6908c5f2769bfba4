package io.github.performer4j.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.performer4j.core.feature.FeatureMap;
import io.github.performer4j.core.feature.PlainFeatures;
import io.github.performer4j.core.feature.PositiveFeatures;
import io.github.performer4j.core.feature.Projection;
import io.github.performer4j.core.feature.TrigonometricFeatures;
import io.github.performer4j.examples.NadarayaWatson.Means;
import io.github.performer4j.examples.NadarayaWatson.Table;
import io.github.performer4j.kernels.math.CounterRandom;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NadarayaWatsonTest {
    private static final int INPUTS = 3;
    private static final Table TABLE = new Table(gaussian(1, 37, INPUTS), gaussian(2, 37, 2));
    private static final double[][] QUERIES = gaussian(3, 11, INPUTS);

    @Test
    void exactMeansAreThoseOfTheFormula() {
        Means means = NadarayaWatson.exact(TABLE, QUERIES, 0.7);
        for (int i = 0; i < QUERIES.length; i++) {
            double numerator = 0;
            double denominator = 0;
            for (int j = 0; j < TABLE.x().length; j++) {
                double squared = 0;
                for (int l = 0; l < INPUTS; l++) {
                    squared += Math.pow(QUERIES[i][l] - TABLE.x()[j][l], 2);
                }
                double k = Math.exp(-squared / (2 * 0.7 * 0.7));
                numerator += k * TABLE.y()[j][1];
                denominator += k;
            }
            assertThat(means.values()[i][1]).isCloseTo(numerator / denominator, within(1e-12));
        }
    }

    /** Summing the features of the table once gives what summing estimates of K over all pairs gives. */
    @ParameterizedTest
    @ValueSource(strings = {"positive", "hyperbolic", "trigonometric", "hybrid", "oprf", "saderf", "sderf", "aderf"})
    void linearEqualsQuadraticWithTheSameFeatures(String name) {
        FeatureMap map = NadarayaWatson.maps().get(name);
        double sigma = 1.3;
        Means means = NadarayaWatson.linear(TABLE, QUERIES, sigma, map, 32, 5);
        double[][] q = divided(QUERIES, sigma);
        double[][] k = divided(TABLE.x(), sigma);
        PlainFeatures phi = map.plain(map.draw(Projection.ORTHOGONAL, 32, INPUTS, 5), q, k);
        int negative = 0;
        for (int i = 0; i < q.length; i++) {
            double numerator = 0;
            double denominator = 0;
            for (int j = 0; j < k.length; j++) {
                double kernel = Math.exp(-NadarayaWatson.dot(q[i], q[i]) / 2)
                        * phi.estimate(q[i], k[j])
                        * Math.exp(-NadarayaWatson.dot(k[j], k[j]) / 2);
                numerator += kernel * TABLE.y()[j][0];
                denominator += kernel;
            }
            if (denominator <= 0) {
                negative++;
            } else {
                double mean = numerator / denominator;
                assertThat(means.values()[i][0]).isCloseTo(mean, within(1e-9 * (1 + Math.abs(mean))));
            }
        }
        assertThat(means.fallbacks()).isEqualTo(negative).isLessThan(q.length / 2);
    }

    /**
     * A weighted mean of equal outputs is that output, whatever the weights are. Rounding is at most 1e-15 of the terms and denominators are at least 1e-12 of
     * them, hence 1e-3 of the output.
     */
    @ParameterizedTest
    @ValueSource(doubles = {0.1, 0.5, 2})
    void equalOutputsComeBack(double sigma) {
        double[][] y = new double[TABLE.x().length][];
        Arrays.setAll(y, j -> new double[] {7.25});
        for (FeatureMap map : NadarayaWatson.maps().values()) {
            for (double[] value : NadarayaWatson.linear(new Table(TABLE.x(), y), QUERIES, sigma, map, 32, 1)
                    .values()) {
                assertThat(value[0]).as(map.toString()).isCloseTo(7.25, within(7.25e-3));
            }
        }
    }

    /** 16 times the features: a quarter of the distance from the exact means, for each map; half is asked for. */
    @ParameterizedTest
    @ValueSource(strings = {"positive", "hyperbolic", "trigonometric", "hybrid", "oprf", "saderf", "sderf", "aderf"})
    void moreFeaturesComeCloserToTheExactKernel(String name) {
        FeatureMap map = NadarayaWatson.maps().get(name);
        assertThat(distance(map, 1024)).isLessThan(0.5 * distance(map, 64));
    }

    private static double distance(FeatureMap map, int features) {
        double sigma = 2.5;
        double[][] exact = NadarayaWatson.exact(TABLE, QUERIES, sigma).values();
        double sum = 0;
        for (int seed = 0; seed < 20; seed++) {
            double[][] estimate = NadarayaWatson.linear(TABLE, QUERIES, sigma, map, features, seed)
                    .values();
            for (int i = 0; i < exact.length; i++) {
                sum += Math.pow(estimate[i][0] - exact[i][0], 2);
            }
        }
        return Math.sqrt(sum);
    }

    /** Far from all rows the kernel is 0 but for noise: trigonometric estimates of it are negative for about half of the draws. */
    @Test
    void negativeDenominatorsAreCountedAndGiveTheMean() {
        double[][] far = {{9, -9, 9}};
        Table near = new Table(TABLE.x(), new double[TABLE.x().length][1]);
        for (int j = 0; j < near.y().length; j++) {
            near.y()[j][0] = j; // mean 18
        }
        int fallbacks = 0;
        for (int seed = 0; seed < 100; seed++) {
            Means means = NadarayaWatson.linear(near, far, 0.5, new TrigonometricFeatures(), 16, seed);
            if (means.fallbacks() == 1) {
                assertThat(means.values()[0][0]).isCloseTo(18, within(1e-9));
            }
            fallbacks += means.fallbacks();
        }
        assertThat(fallbacks).isBetween(20, 80);
    }

    /** Positive features cannot be negative, but all underflow 60 widths away. */
    @Test
    void vanishingDenominatorsAreCountedAndGiveTheMean() {
        double[][] far = {{60, -60, 60}};
        Means means = NadarayaWatson.linear(TABLE, far, 1, new PositiveFeatures(0), 16, 1);
        assertThat(means.fallbacks()).isEqualTo(1);
        double mean = 0;
        for (double[] row : TABLE.y()) {
            mean += row[0] / TABLE.y().length;
        }
        assertThat(means.values()[0][0]).isCloseTo(mean, within(1e-12));
    }

    private static double[][] gaussian(long seed, int rows, int columns) {
        CounterRandom random = CounterRandom.of(seed);
        double[][] result = new double[rows][columns];
        for (double[] row : result) {
            Arrays.setAll(row, l -> random.nextGaussian());
        }
        return result;
    }

    private static double[][] divided(double[][] rows, double divisor) {
        double[][] result = new double[rows.length][];
        Arrays.setAll(result, i -> Arrays.stream(rows[i]).map(v -> v / divisor).toArray());
        return result;
    }
}
