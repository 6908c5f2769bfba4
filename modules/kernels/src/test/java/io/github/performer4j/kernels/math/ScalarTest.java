package io.github.performer4j.kernels.math;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Functions of one number against float64. */
public class ScalarTest {

    /** Returns Φ(z) = erfc(−z/√2)/2 in float64: the series of erf near 0 and erfc's continued fraction beyond (A&amp;S 7.1.6, 7.1.14). */
    public static double normal(double z) {
        double a = Math.abs(z) / Math.sqrt(2);
        double tail;
        if (a < 2) {
            double term = a;
            double sum = a;
            for (int n = 1; n < 200; n++) {
                term *= 2 * a * a / (2 * n + 1);
                sum += term;
            }
            tail = 0.5 - Math.exp(-a * a) * sum / Math.sqrt(Math.PI);
        } else {
            double fraction = a;
            for (int n = 200; n > 0; n--) {
                fraction = a + n / 2.0 / fraction;
            }
            tail = Math.exp(-a * a) / (2 * Math.sqrt(Math.PI) * fraction);
        }
        return z > 0 ? 1 - tail : tail;
    }

    @Test
    void expOverItsWholeRange() {
        for (float x = -87.3f; x < 88; x += 0.0137f) {
            assertThat(Scalar.exp(x) / Math.exp(x) - 1).as("exp(%s)", x).isBetween(-2e-7, 2e-7);
        }
        assertThat(Scalar.exp(-1e30f)).isEqualTo(Scalar.exp(-87.3f)).isGreaterThan(Float.MIN_NORMAL);
        assertThat(Scalar.exp(1e30f)).isEqualTo(Scalar.exp(88)).isFinite();
        assertThat(Scalar.exp(Float.NaN)).isNaN();
        assertThat(Scalar.exp(0)).isEqualTo(1);
    }

    @Test
    void normalDistribution() {
        for (float z = -8; z < 8; z += 0.00371f) {
            assertThat(Scalar.normal(z, Scalar.bell(z)) / normal(z) - 1)
                    .as("Φ(%s)", z)
                    .isBetween(-3e-6, 3e-6);
        }
        for (float z = -2; z < 40; z += 0.00371f) {
            assertThat(Scalar.normal(z, Scalar.bell(z)) / normal(z) - 1)
                    .as("Φ(%s)", z)
                    .isBetween(-6e-7, 6e-7);
        }
        assertThat(Scalar.normal(0, 1)).isBetween(0.49999994f, 0.50000006f);
        assertThat(Scalar.normal(Float.POSITIVE_INFINITY, 0)).isEqualTo(1);
        assertThat(Scalar.normal(Float.NaN, Float.NaN)).isNaN();
    }

    /** Known digits, so that the oracle above has one of its own. */
    @Test
    void theOracle() {
        assertThat(normal(1)).isCloseTo(0.8413447460685429, org.assertj.core.data.Offset.offset(1e-15));
        assertThat(normal(-3)).isCloseTo(1.3498980316300946e-3, org.assertj.core.data.Offset.offset(1e-17));
        assertThat(normal(-10)).isCloseTo(7.619853024160526e-24, org.assertj.core.data.Offset.offset(1e-37));
    }
}
