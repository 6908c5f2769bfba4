package io.github.performer4j.core.feature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.performer4j.kernels.math.CounterRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The laws of each way to draw W; statistics within 4 standard errors over fixed seeds. */
class ProjectionTest {
    private static final int D = 7;
    private static final int N = 10_000;

    @ParameterizedTest
    @EnumSource(Projection.class)
    void aDrawIsAFunctionOfItsSeed(Projection projection) {
        int d = 8; // Hadamard matrices need a power of two
        double[][] w = projection.draw(21, d, 5);
        assertThat(w).hasDimensions(21, d).isDeepEqualTo(projection.draw(21, d, 5));
        assertThat(w[0]).isNotEqualTo(projection.draw(21, d, 6)[0]);
    }

    @ParameterizedTest
    @CsvSource({"ORTHOGONAL, 17", "ORTHOGONAL_REGULARIZED, 17", "ORTHOGONAL, 5", "ORTHOGONAL, 7"})
    void rowsOfABlockAreOrthogonalAndThoseOfTwoBlocksAreNot(Projection projection, int rows) {
        double[][] w = projection.draw(rows, D, 11);
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < i; j++) {
                double cosine = Rows.dot(w[i], w[j]) / Math.sqrt(Rows.dot(w[i], w[i]) * Rows.dot(w[j], w[j]));
                if (i / D == j / D) {
                    assertThat(cosine).isCloseTo(0, within(1e-14));
                } else {
                    assertThat(Math.abs(cosine)).isGreaterThan(1e-6);
                }
            }
        }
    }

    /** |w|² of a normal row is χ²(D): mean D, variance 2D, fourth central moment 12D² + 48D. */
    @ParameterizedTest
    @CsvSource({"IID, 0", "IID, 3", "ORTHOGONAL, 0", "ORTHOGONAL, 6", "ORTHOGONAL, 8"})
    void squaredNormsAreChiSquare(Projection projection, int row) {
        double sum = 0;
        double squares = 0;
        for (int seed = 0; seed < N; seed++) {
            double[] w = projection.draw(9, D, seed)[row];
            double deviation = Rows.dot(w, w) - D;
            sum += deviation / N;
            squares += deviation * deviation / N;
        }
        assertThat(sum).isCloseTo(0, within(4 * Math.sqrt(2.0 * D / N)));
        double errorOfVariance = Math.sqrt((12.0 * D * D + 48 * D - 4.0 * D * D) / N);
        assertThat(squares).isCloseTo(2 * D, within(4 * errorOfVariance));
    }

    @Test
    void regularisedNormsAreTheRootOfD() {
        for (double[] w : Projection.ORTHOGONAL_REGULARIZED.draw(17, D, 3)) {
            assertThat(Rows.dot(w, w)).isCloseTo(D, within(1e-13));
        }
    }

    /**
     * Each entry of a Haar row has mean 0 and second moment 1/D; without a sign fix, QR would give the diagonal one sign. Norms are
     * independent of directions, and blocks of each other.
     */
    @ParameterizedTest
    @EnumSource(
            value = Projection.class,
            mode = EnumSource.Mode.EXCLUDE,
            names = {"GIVENS", "HADAMARD", "CWY", "TRUNCATED_CWY"})
    void entriesHaveTheMomentsOfTheNormalDistribution(Projection projection) {
        double diagonal = 0;
        double offDiagonal = 0;
        double second = 0;
        double blocks = 0;
        double normAndDirection = 0;
        for (int seed = 0; seed < N; seed++) {
            double[][] w = projection.draw(2 * D, D, seed);
            diagonal += w[D - 1][D - 1] / N;
            offDiagonal += w[2][4] / N;
            second += w[1][1] * w[1][1] / N;
            blocks += w[2][3] * w[2 + D][3] / N;
            double square = Rows.dot(w[0], w[0]);
            normAndDirection += (square - D) * (w[0][0] * w[0][0] / square - 1.0 / D) / N;
        }
        assertThat(diagonal).isCloseTo(0, within(4 / Math.sqrt(N)));
        assertThat(offDiagonal).isCloseTo(0, within(4 / Math.sqrt(N)));
        assertThat(second)
                .isCloseTo(
                        1, within(4 * Math.sqrt(2.0 / N))); // var of the square is 2, and below it where norms are √D
        assertThat(blocks).isCloseTo(0, within(4 / Math.sqrt(N)));
        double direction = 3.0 / (D * (D + 2)) - 1.0 / (D * D);
        assertThat(normAndDirection).isCloseTo(0, within(4 * Math.sqrt(2.0 * D * direction / N)));
    }

    /** Fast constructions: mean 0 by their random signs, second moments near those of the normal distribution. */
    @ParameterizedTest
    @CsvSource({"GIVENS, 0.1", "HADAMARD, 0.05", "CWY, 0.1"})
    void fastDirectionsAreNearlyUniform(Projection projection, double bound) {
        int d = 8;
        double[] mean = new double[d];
        double[] second = new double[d];
        for (int seed = 0; seed < N; seed++) {
            double[][] w = projection.draw(d, d, seed);
            for (int j = 0; j < d; j++) {
                mean[j] += w[1][j] / N;
                second[j] += w[1][j] * w[1][j] / N;
            }
        }
        for (int j = 0; j < d; j++) {
            assertThat(mean[j]).isCloseTo(0, within(4 * Math.sqrt(1.2 / N)));
            assertThat(second[j]).isCloseTo(1, within(bound + 4 * Math.sqrt(2.2 / N)));
        }
    }

    /** Gram matrices of the directions of a block: the identity, or 1 and −1/(D−1) for a simplex. */
    @ParameterizedTest
    @CsvSource({
        "ORTHOGONAL, 8, 0, 1e-13",
        "GIVENS, 8, 0, 1e-13",
        "HADAMARD, 8, 0, 1e-13",
        "CWY, 8, 0, 1e-6",
        "CWY, 5, 0, 1e-6",
        "TRUNCATED_CWY, 8, 0, 1e-6",
        "TRUNCATED_CWY, 5, 0, 1e-6",
        "SIMPLEX, 8, -0.14285714285714285, 1e-13",
        "SIMPLEX, 5, -0.14285714285714285, 1e-13"
    })
    void directionsOfABlockHaveTheirGramMatrix(Projection projection, int rows, double product, double bound) {
        double[][] w = projection.draw(rows + 8, 8, 19);
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < i; j++) {
                double cosine = Rows.dot(w[i], w[j]) / Math.sqrt(Rows.dot(w[i], w[i]) * Rows.dot(w[j], w[j]));
                if (i < 8) {
                    assertThat(cosine).isCloseTo(product, within(bound));
                }
            }
        }
    }

    /** The compact form is the product of its reflections. */
    @Test
    void compactReflectionsEqualTheirProduct() {
        double[][] units = Directions.units(5, D, CounterRandom.of(3));
        double[][] q = Reflections.compact(units, D);
        for (int c = 0; c < D; c++) {
            double[] column = new double[D];
            column[c] = 1;
            for (int i = units.length - 1; i >= 0; i--) { // H(u_1) … H(u_L) e_c
                double twice = 2 * Rows.dot(units[i], column);
                for (int l = 0; l < D; l++) {
                    column[l] -= twice * units[i][l];
                }
            }
            assertThat(q[c]).containsExactly(column, within(1e-13));
        }
    }

    @Test
    void hadamardNeedsAPowerOfTwo() {
        assertThatThrownBy(() -> Projection.HADAMARD.draw(3, 7, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageEndingWith("a power of two; D=7");
    }

    @Test
    void redrawsFollowTheIteration() {
        RedrawSchedule every3 = new RedrawSchedule(3);
        assertThat(new long[] {every3.index(0), every3.index(2), every3.index(3), every3.index(8), every3.index(9)})
                .containsExactly(0, 0, 1, 2, 3);
        assertThat(new RedrawSchedule(0).index(1_000_000)).isZero();
        assertThat(new RedrawSchedule(1).index(5_000_000_000L)).isEqualTo(5_000_000_000L);
        assertThatThrownBy(() -> new RedrawSchedule(-1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("redraw interval must not be negative; interval=-1");
    }
}
