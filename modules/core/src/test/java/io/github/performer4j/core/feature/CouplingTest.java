package io.github.performer4j.core.feature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.performer4j.kernels.math.CounterRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The mean squared error of positive features with coupled rows, M = D: iid &gt; orthogonal &gt; simplex &gt; SimRF+ (arXiv 2301.13856).
 *
 * <p>With z = x + y, s = |z|², {@code MSE = e^{−|x|²−|y|²}(e^{2s}/M + (1 − 1/M)ρ) − SM²}, ρ = E exp((w_i + w_j)·z) over pairs of rows. The direction of
 * w_i + w_j is uniform, so that {@code ρ = E_r Σ_k (s r²/4)^k Γ(D/2)/(k! Γ(k + D/2))}, r = |w_i + w_j|: one integral over norms, no Monte Carlo.
 */
class CouplingTest {

    /** E exp(r u·z) over uniform directions u, |z|² = s. */
    private static double sphere(double r2, double s, int d) {
        double term = 1;
        double sum = 1;
        for (int k = 1; k < 500 && term > 1e-17 * sum; k++) {
            term *= s * r2 / 4 / (k * (k - 1 + d / 2.0));
            sum += term;
        }
        return sum;
    }

    /** Density of χ(D), up to its constant. */
    private static double chi(double r, int d) {
        return Math.pow(r, d - 1) * Math.exp(-r * r / 2);
    }

    /** ρ for rows with the cosine c: the trapezoidal rule over both norms. */
    private static double rho(double cosine, double s, int d) {
        double step = 0.05;
        double top = Math.sqrt(d) + 9;
        double sum = 0;
        double mass = 0;
        for (double a = step; a < top; a += step) {
            for (double b = step; b < top; b += step) {
                double weight = chi(a, d) * chi(b, d);
                mass += weight;
                sum += weight * sphere(a * a + b * b + 2 * a * b * cosine, s, d);
            }
        }
        return sum / mass;
    }

    private static double error(double rho, double s, double squares, int m, double kernel) {
        return Math.exp(-squares) * (Math.exp(2 * s) / m + (1 - 1.0 / m) * rho) - kernel * kernel;
    }

    /** Returns a vector of a given squared norm, in an arbitrary direction. */
    private static double[] vector(double square, int d, long seed) {
        double[] x = Directions.units(1, d, CounterRandom.of(seed))[0];
        Rows.scale(x, Math.sqrt(square));
        return x;
    }

    private static double squaredSum(double[] x, double[] y) {
        return Rows.dot(x, x) + Rows.dot(y, y) + 2 * Rows.dot(x, y);
    }

    /** For orthogonal rows r² is χ²(2D), whose moments give the same series in closed form. */
    @ParameterizedTest
    @CsvSource({"4, 0.5", "6, 2", "16, 1"})
    void theOracleHasTheKnownLimits(int d, double s) {
        double closed = 0;
        double term = 1;
        for (int k = 0; k < 200; k++) {
            closed += term;
            term *= s / 2 * (d + k) / ((k + 1) * (k + d / 2.0));
        }
        assertThat(rho(0, s, d)).isCloseTo(closed, within(1e-6 * closed));
    }

    @ParameterizedTest
    @CsvSource({"4, 0.2, 0.3", "6, 0.5, 0.4", "16, 1, 0.7", "16, 0.05, 0.05"})
    void simplexIsBelowOrthogonalIsBelowIndependent(int d, double squareX, double squareY) {
        double[] x = vector(squareX, d, 1);
        double[] y = vector(squareY, d, 2);
        double s = squaredSum(x, y);
        double kernel = Math.exp(Rows.dot(x, y));
        double iid = error(Math.exp(s), s, squareX + squareY, d, kernel);
        double orthogonal = error(rho(0, s, d), s, squareX + squareY, d, kernel);
        double simplex = error(rho(-1.0 / (d - 1), s, d), s, squareX + squareY, d, kernel);
        assertThat(iid).isCloseTo(Math.exp(s) * kernel * kernel * (1 - Math.exp(-s)) / d, within(1e-12 * iid));
        assertThat(orthogonal).isLessThan(0.995 * iid);
        assertThat(simplex).isLessThan(0.9995 * orthogonal);
        assertThat(simplex).isPositive();
    }

    /** What is drawn has the oracle's error: within 4 standard errors over 30,000 draws. */
    @ParameterizedTest
    @CsvSource({"ORTHOGONAL, 0", "SIMPLEX, -0.25"})
    void drawsHaveTheErrorOfTheOracle(Projection projection, double cosine) {
        int d = 5;
        double[] x = vector(0.3, d, 1);
        double[] y = vector(0.2, d, 2);
        double kernel = Math.exp(Rows.dot(x, y));
        double expected = error(rho(cosine, squaredSum(x, y), d), squaredSum(x, y), 0.5, d, kernel);
        int n = 30_000;
        double sum = 0;
        double squares = 0;
        PositiveFeatures map = new PositiveFeatures(0);
        for (int seed = 0; seed < n; seed++) {
            double[][] w = projection.draw(d, d, seed);
            double difference = Rows.dot(map.apply(x, w), map.apply(y, w)) - kernel;
            sum += difference * difference / n;
            squares += Math.pow(difference, 4) / n;
        }
        double standardError = Math.sqrt((squares - sum * sum) / n);
        assertThat(sum).isCloseTo(expected, within(4 * standardError));
        assertThat(standardError).isLessThan(0.05 * expected);
    }

    /**
     * SimRF+ by paired draws: for the same norms, rotations integrated out, the sum over pairs of E exp((w_i + w_j)·z) is smaller than that of the
     * simplex; the mean difference is beyond 6 standard errors.
     */
    @ParameterizedTest
    @ValueSource(ints = {4, 8, 16})
    void simplexPlusIsBelowSimplex(int d) {
        double s = 0.8;
        int n = 4000;
        double sum = 0;
        double squares = 0;
        for (int seed = 0; seed < n; seed++) {
            double difference = pairs(Projection.SIMPLEX_PLUS.draw(d, d, seed), s, d)
                    - pairs(Projection.SIMPLEX.draw(d, d, seed), s, d);
            sum += difference / n;
            squares += difference * difference / n;
        }
        double error = Math.sqrt((squares - sum * sum) / n);
        assertThat(sum).isLessThan(-6 * error);
    }

    private static double pairs(double[][] w, double s, int d) {
        double sum = 0;
        for (int i = 0; i < w.length; i++) {
            for (int j = 0; j < i; j++) {
                double r2 = Rows.dot(w[i], w[i]) + Rows.dot(w[j], w[j]) + 2 * Rows.dot(w[i], w[j]);
                sum += sphere(r2, s, d);
            }
        }
        return sum;
    }

    /** Both simplex couplings draw the same norms for a seed, which is what makes the comparison above a paired one. */
    @Test
    void normsDoNotDependOnTheCoupling() {
        double[][] one = Projection.SIMPLEX.draw(13, 5, 3);
        double[][] other = Projection.SIMPLEX_PLUS.draw(13, 5, 3);
        double[][] third = Projection.ORTHOGONAL.draw(13, 5, 3);
        for (int i = 0; i < one.length; i++) {
            double norm = Rows.dot(one[i], one[i]);
            assertThat(Rows.dot(other[i], other[i])).isCloseTo(norm, within(1e-12 * norm));
            assertThat(Rows.dot(third[i], third[i])).isCloseTo(norm, within(1e-12 * norm));
        }
    }
}
