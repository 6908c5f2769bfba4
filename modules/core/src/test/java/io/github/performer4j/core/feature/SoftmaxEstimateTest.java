package io.github.performer4j.core.feature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Estimates of exp(x·y) by all maps and projections: bias within 4 standard errors, variances against closed forms. */
class SoftmaxEstimateTest {
    private static final int D = 4;
    private static final int SEEDS = 10_000;
    private static final double[] X = {0.4, -0.3, 0.2, 0.1};
    private static final double[] Y = {-0.1, 0.25, 0.3, -0.2};
    private static final double SM = Math.exp(Rows.dot(X, Y));
    private static final double SUM = squared(1); // |x + y|² = 0.3875
    private static final double DIFFERENCE = squared(-1);
    /** Other queries and keys of the same head, for maps that look at them. */
    private static final double[][] QUERIES = {X, {0.9, 0.1, -0.2, 0}, {-0.5, 0.3, 0.1, 0.1}, {0.7, -0.1, 0.3, 0}};

    private static final double[][] KEYS = {Y, {0, 0.6, -0.1, 0.4}, {0.1, -0.5, 0.2, 0.3}, {0, 0.2, 0.5, -0.6}};

    private static double squared(int sign) {
        double sum = 0;
        for (int l = 0; l < D; l++) {
            sum += Math.pow(X[l] + sign * Y[l], 2);
        }
        return sum;
    }

    static Stream<Arguments> unbiased() {
        List<FeatureMap> maps = new ArrayList<>(List.of(
                new PositiveFeatures(0),
                new HyperbolicFeatures(0),
                new TrigonometricFeatures(),
                new GerfFeatures(-0.1, 0),
                new GerfFeatures(0.05, 0),
                HybridFeatures.angular(1),
                HybridFeatures.angular(2),
                HybridFeatures.gaussian(1, 1),
                HybridFeatures.gaussian(2, 0.7),
                new ClusteredFeatures(1),
                new ClusteredFeatures(2)));
        for (Estimator estimator : Estimator.values()) {
            maps.add(new DenseExponentialFeatures(estimator, 0));
        }
        for (DiscreteLaw law : DiscreteLaw.values()) {
            maps.add(DiscreteFeatures.of(law));
        }
        return maps.stream()
                .flatMap(map -> Stream.of(
                                Projection.IID, Projection.ORTHOGONAL, Projection.SIMPLEX, Projection.SIMPLEX_PLUS)
                        .map(projection -> Arguments.of(map, projection)));
    }

    @ParameterizedTest(name = "{0}, {1}")
    @MethodSource("unbiased")
    void theMeanOverSeedsIsTheKernel(FeatureMap map, Projection projection) {
        int features = map instanceof HybridFeatures ? 20 : 6;
        double sum = 0;
        double squares = 0;
        for (int seed = 0; seed < SEEDS; seed++) {
            double[][] w = map.draw(projection, features, D, seed);
            double estimate = map.plain(w, QUERIES, KEYS).estimate(X, Y);
            sum += estimate / SEEDS;
            squares += estimate * estimate / SEEDS;
        }
        double error = Math.sqrt((squares - sum * sum) / SEEDS);
        assertThat(sum).isCloseTo(SM, within(4 * error));
        assertThat(error).isLessThan(0.02 * SM); // so that the bound can fail
    }

    static Stream<Arguments> closedForms() {
        double positive = Math.exp(SUM) * SM * SM * (1 - Math.exp(-SUM));
        double a = -0.08;
        double gerf = Math.pow(1 - 4 * a, D)
                        * Math.pow(1 - 8 * a, -D / 2.0)
                        * Math.exp(2 * (1 - 4 * a) / (1 - 8 * a) * SUM - Rows.dot(X, X) - Rows.dot(Y, Y))
                - SM * SM;
        double optimal = Estimator.optimalA(SUM, D);
        double oprf = Math.pow(1 - 4 * optimal, D)
                        * Math.pow(1 - 8 * optimal, -D / 2.0)
                        * Math.exp(2 * (1 - 4 * optimal) / (1 - 8 * optimal) * SUM - Rows.dot(X, X) - Rows.dot(Y, Y))
                - SM * SM;
        return Stream.of(
                Arguments.of(new PositiveFeatures(0), 1, positive, null),
                Arguments.of(new HyperbolicFeatures(0), 2, positive * (1 - Math.exp(-SUM)) / 2, null),
                Arguments.of(
                        new TrigonometricFeatures(),
                        2,
                        Math.exp(SUM) / (SM * SM) * Math.pow(1 - Math.exp(-DIFFERENCE), 2) / 2,
                        null),
                Arguments.of(new GerfFeatures(a, 0), 1, gerf, null),
                Arguments.of(new DenseExponentialFeatures(Estimator.OPRF, 0), 1, oprf, "one pair"));
    }

    /** Over a million single draws, which bring the variance to about half a per cent where |x+y|² is below ½. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("closedForms")
    void theVarianceOfASingleDrawIsItsClosedForm(FeatureMap map, int columns, double closedForm, String pair) {
        int draws = 1_000_000;
        double[][] queries = pair == null ? QUERIES : new double[][] {X};
        double[][] keys = pair == null ? KEYS : new double[][] {Y};
        double[][] w = Projection.IID.draw(draws, D, 77);
        double sum = 0;
        double squares = 0;
        int block = 1000;
        for (int from = 0; from < draws; from += block) {
            double[] products =
                    single(map, java.util.Arrays.copyOfRange(w, from, from + block), columns, queries, keys);
            for (double estimate : products) {
                sum += estimate / draws;
                squares += estimate * estimate / draws;
            }
        }
        assertThat((squares - sum * sum) / closedForm).isCloseTo(1, within(0.03));
    }

    /** Estimates from each draw alone: features of n draws are √n times smaller than those of one. */
    private static double[] single(FeatureMap map, double[][] w, int columns, double[][] queries, double[][] keys) {
        int n = w.length;
        double[][] rows = map instanceof HyperbolicFeatures ? HyperbolicFeatures.mirrored(w) : w;
        PlainFeatures phi = map.plain(rows, queries, keys);
        double[] q = phi.query().apply(X);
        double[] k = phi.key().apply(Y);
        double[] estimates = new double[n];
        for (int i = 0; i < n * columns; i++) {
            estimates[i % n] += q[i] * k[i] * n;
        }
        return estimates;
    }

    /** The angular weights make the estimate nearly exact where both ends are, and no worse than the better part at either. */
    @Test
    void hybridsAreTheBestOfBothEnds() {
        double[] x = {0.9, 0, 0, 0};
        double[] opposite = {-0.9, 0, 0, 0};
        for (double[] y : new double[][] {x, opposite}) {
            double hybrid = error(HybridFeatures.angular(1), 16, x, y);
            double positive = error(new PositiveFeatures(0), 4, x, y); // as many columns as the hybrid gives each part
            double waves = error(new TrigonometricFeatures(), 4, x, y);
            assertThat(hybrid).isLessThanOrEqualTo(Math.min(positive, waves) * 1.05 + 1e-25);
        }
    }

    private static double error(FeatureMap map, int features, double[] x, double[] y) {
        double kernel = Math.exp(Rows.dot(x, y));
        double sum = 0;
        for (int seed = 0; seed < 4000; seed++) {
            double[][] w = map.draw(Projection.IID, features, D, seed);
            double difference =
                    map.plain(w, new double[][] {x}, new double[][] {y}).estimate(x, y) - kernel;
            sum += difference * difference / 4000;
        }
        return sum;
    }
}
