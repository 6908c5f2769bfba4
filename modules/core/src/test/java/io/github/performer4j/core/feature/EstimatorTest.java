package io.github.performer4j.core.feature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.performer4j.kernels.math.CounterRandom;
import io.github.performer4j.kernels.product.DoubleProducts;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What data-dependent maps choose, against the definitions of arXiv 2205.15317 and 2302.00787. */
class EstimatorTest {
    private static final int D = 4;
    /** Queries and keys whose coordinates differ in size, and by side. */
    private static final double[][] X = rows(1, 40, 0.9, 0.2, 0.5, 0.1);

    private static final double[][] Y = rows(2, 30, 0.1, 0.6, 0.4, 0.8);

    static double[][] rows(long seed, int n, double... spread) {
        CounterRandom random = CounterRandom.of(seed);
        double[][] rows = new double[n][spread.length];
        for (double[] row : rows) {
            for (int l = 0; l < row.length; l++) {
                row[l] = spread[l] * (random.nextGaussian() + 0.3 * l);
            }
        }
        return rows;
    }

    /** log of the mean second moment of GERF up to what A does not touch, for pairs with |x + y|² = ψ. */
    private static double secondMoment(double a, double psi, int d) {
        return d * Math.log(1 - 4 * a) - d / 2.0 * Math.log(1 - 8 * a) + 2 * (1 - 4 * a) / (1 - 8 * a) * psi;
    }

    @ParameterizedTest
    @CsvSource({"0.01, 4", "0.5, 4", "2, 64", "30, 64", "1800, 64", "1e-9, 16", "5, 1"})
    void optimalAIsTheMinimiserOfAGrid(double psi, int d) {
        double a = Estimator.optimalA(psi, d);
        double best = secondMoment(a, psi, d);
        assertThat(a).isLessThanOrEqualTo(0);
        double span = Math.max(1e-3, 2 * Math.abs(a));
        double nearest = Double.NaN;
        double least = Double.POSITIVE_INFINITY;
        int steps = 20_000;
        for (int i = 0; i < steps; i++) {
            double other = -span + (span + 0.12) * i / steps;
            double value = secondMoment(other, psi, d);
            assertThat(value).isGreaterThanOrEqualTo(best - 1e-12 * Math.abs(best));
            if (value < least) {
                least = value;
                nearest = other;
            }
        }
        assertThat(nearest).isCloseTo(a, within(2 * (span + 0.12) / steps));
    }

    @Test
    void psiIsTheMeanSquaredNormOfAllSums() {
        double sum = 0;
        for (double[] x : X) {
            for (double[] y : Y) {
                for (int l = 0; l < D; l++) {
                    sum += (x[l] + y[l]) * (x[l] + y[l]) / (X.length * Y.length);
                }
            }
        }
        assertThat(Estimator.psi(Moments.of(X), Moments.of(Y))).isCloseTo(sum, within(1e-12));
    }

    /** The two conditions of the family in its published form, with B_k = (I−4A)^½ S_k: B₁ᵀ(I−4A)⁻¹B₂ = I, that is S₁ᵀS₂ = I. */
    @ParameterizedTest
    @EnumSource(Estimator.class)
    void coordinatesOfKeysInvertThoseOfQueries(Estimator estimator) {
        Metric metric = estimator.choose(Moments.of(X), Moments.of(Y));
        if (metric.queries() == null) {
            assertThat(metric.keys()).isNull();
            return;
        }
        double[] product = DoubleProducts.multiplyTransposed(metric.queries(), metric.keys(), D, D, D);
        for (int i = 0; i < D; i++) {
            for (int j = 0; j < D; j++) {
                assertThat(product[i * D + j]).isCloseTo(i == j ? 1 : 0, within(1e-9));
            }
        }
    }

    /** S₁ᵀS₁ = P = M₁⁻¹ # M₂ solves P M₁ P = M₂: queries and keys are equally spread in the new coordinates. */
    @Test
    void aderfSpreadsQueriesAndKeysAlike() {
        Moments x = Moments.of(X);
        Moments y = Moments.of(Y);
        Metric metric = Estimator.ADERF.choose(x, y);
        double[] first = x.in(metric.queries()).second();
        double[] second = y.in(metric.keys()).second();
        for (int i = 0; i < first.length; i++) {
            assertThat(first[i]).isCloseTo(second[i], within(2e-3 * x.squaredNorm()));
        }
    }

    @Test
    void saderfSpreadsEachCoordinateAlike() {
        Metric metric = Estimator.SADERF.choose(Moments.of(X), Moments.of(Y));
        double[] first = Moments.of(X).in(metric.queries()).second();
        double[] second = Moments.of(Y).in(metric.keys()).second();
        for (int l = 0; l < D; l++) {
            assertThat(first[l * D + l]).isCloseTo(second[l * D + l], within(0.02 * first[l * D + l]));
        }
    }

    /** In the eigenvectors, the formula of the paper, by (I−4A)^½. */
    @Test
    void sderfTakesItsFormulaInTheEigenvectors() {
        double[][] x = {{1, 0, 0, 0}, {-1, 0, 0, 0}, {0, 2, 0, 0}, {0, -2, 0, 0}};
        double[][] y = {{0, 0, 3, 0}, {0, 0, -3, 0}, {0, 0, 0, 0}, {0, 0, 0, 0}};
        Metric metric = Estimator.SDERF.choose(Moments.of(x), Moments.of(y));
        double[] lambda = {0.5, 2, 4.5, 0};
        for (int i = 0; i < D; i++) {
            double l = lambda[i];
            double expected = (1 - 2 * l - Math.sqrt((2 * l + 1) * (2 * l + 1) + 8 * l)) / 16;
            for (int j = 0; j < D; j++) {
                double root = i == j ? Math.sqrt(1 - 4 * expected) : 0;
                assertThat(metric.root()[i * D + j]).isCloseTo(root, within(1e-12));
            }
        }
    }

    /** The mean log of the second moment over all pairs, which the choice minimises, is never worse for a richer family. */
    @Test
    void richerFamiliesHaveSmallerErrorsOnHeterogeneousData() {
        double positive = meanSquares(new PositiveFeatures(0));
        double oprf = meanSquares(new DenseExponentialFeatures(Estimator.OPRF, 0));
        assertThat(oprf).isLessThan(positive);
        for (Estimator estimator : new Estimator[] {Estimator.SADERF, Estimator.SDERF, Estimator.ADERF}) {
            assertThat(meanSquares(new DenseExponentialFeatures(estimator, 0)))
                    .as(estimator.name())
                    .isLessThan(oprf);
        }
    }

    /** Mean over pairs of the log of the mean squared estimate, over the same draws for all maps. */
    private static double meanSquares(FeatureMap map) {
        int draws = 20_000;
        int pairs = 12;
        double[] squares = new double[pairs];
        double[][] w = Projection.IID.draw(draws, D, 3);
        PlainFeatures phi = map.plain(w, X, Y);
        for (int p = 0; p < pairs; p++) {
            double[] q = phi.query().apply(X[p]);
            double[] k = phi.key().apply(Y[p]);
            for (int i = 0; i < draws; i++) {
                squares[p] += Math.pow(q[i] * k[i] * draws, 2) / draws;
            }
        }
        double sum = 0;
        for (int p = 0; p < pairs; p++) {
            sum += Math.log(squares[p]) / pairs;
        }
        return sum;
    }

    @Test
    void withoutDataTheMapIsPositiveFeatures() {
        Moments none = Moments.none(D);
        for (Estimator estimator : Estimator.values()) {
            assertThat(estimator.choose(none, Moments.of(Y)).scalar()).isZero();
        }
        for (Estimator estimator : Estimator.values()) {
            Moments zeros = Moments.of(new double[3][D]);
            Frame frame = estimator.choose(zeros, zeros).frame(Projection.IID.draw(5, D, 1));
            assertThat(frame.w()[4]).doesNotContain(Double.NaN);
            assertThat(frame.constants()).doesNotContain(Double.NaN);
        }
    }

    @Test
    void wrongSettingsAreRefused() {
        assertThatThrownBy(() -> GerfFeatures.of(0.125)).hasMessage("A must be finite and below 1/8; A=0.125");
        assertThatThrownBy(() -> new DenseExponentialFeatures(null, 0))
                .hasMessage("estimator must be given; estimator=null");
        assertThatThrownBy(() -> new DenseExponentialFeatures(Estimator.OPRF, -1))
                .hasMessage("epsilon must not be negative; epsilon=-1.0");
        assertThatThrownBy(() -> HybridFeatures.angular(3).draws(15))
                .hasMessage("hybrid features need at least 2 columns a copy; features=15, copies=8");
        assertThat(HybridFeatures.angular(3).columns(31, D)).isEqualTo(16);
        assertThat(HybridFeatures.gaussian(1, 1).columns(128, D)).isEqualTo(120);
        assertThatThrownBy(() -> HyperbolicFeatures.defaults().draws(7))
                .hasMessageEndingWith("features must be even; features=7");
    }
}
