package io.github.performer4j.kernels.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Products of columns are the function of the offset; with many draws that is the closed form; derivatives equal differences. */
class FourierPlacesTest {
    private static final double[] P = {0.7, -1.1, 0.3, 2.5, -0.4, 0.6, 0.9, -2.0}; // c, μ, λ, ψ of two components

    /** c, μ of rows and of columns, λ of both, ψ, of two components each. */
    private static final double[] GRID = {0.7, -1.1, 0.3, 2.5, -0.8, 1.2, -0.4, 0.1, -0.6, 0.2, 0.9, -2.0};

    private static double product(FourierPlaces places, int i, int j) {
        return product(places, P, i, j);
    }

    private static double product(FourierPlaces places, double[] of, int i, int j) {
        double[] q = places.columns(of, 0, true, i, 1, 1);
        double[] k = places.columns(of, 0, false, j, 1, 1);
        double sum = 0;
        for (int c = 0; c < q.length; c++) {
            sum += q[c] * k[c];
        }
        return sum;
    }

    @Test
    void productsAreTheFunctionOfTheOffset() {
        FourierPlaces places = new FourierPlaces(2, 5, 31);
        double[] z = places.nodes()[0];
        assertThat(z[2]).isCloseTo(0, within(1e-12));
        assertThat(z[0]).isCloseTo(-1.2815515655446004, within(1e-9)); // Φ⁻¹(0.1)
        for (int i : new int[] {0, 3, 30}) {
            for (int j : new int[] {0, 7, 22}) {
                double wanted = 0;
                for (int g = 0; g < 2; g++) {
                    for (double node : z) {
                        double frequency = P[2 + g] + Math.exp(P[4 + g]) * node;
                        wanted += P[g] * P[g] / 5 * Math.cos(2 * Math.PI * frequency * (i - j) / 31 - P[6 + g]);
                    }
                }
                assertThat(product(places, i, j)).isCloseTo(wanted, within(1e-12));
            }
        }
    }

    /** Left and right differ by the phase. */
    @Test
    void manyDrawsAreTheClosedForm() {
        FourierPlaces places = new FourierPlaces(2, 20_000, 31);
        for (int offset : new int[] {-9, -2, 0, 2, 9}) {
            double delta = offset / 31.0;
            double wanted = 0;
            for (int g = 0; g < 2; g++) {
                double width = Math.exp(P[4 + g]);
                wanted += P[g]
                        * P[g]
                        * Math.exp(-2 * Math.PI * Math.PI * width * width * delta * delta)
                        * Math.cos(2 * Math.PI * P[2 + g] * delta - P[6 + g]);
            }
            assertThat(product(places, 10 + offset, 10)).isCloseTo(wanted, within(1e-4));
        }
    }

    /** On a grid of 4 × 5 with a class token, whose columns are 0. */
    @Test
    void onAGridManyDrawsAreTheClosedForm() {
        FourierPlaces places = new FourierPlaces(2, 20_000, 5, List.of(4, 5), true);
        for (int i : new int[] {1, 7, 20}) {
            for (int j : new int[] {1, 6, 12}) {
                double[] delta = {((i - 1) / 5 - (j - 1) / 5) / 5.0, ((i - 1) % 5 - (j - 1) % 5) / 5.0};
                double wanted = 0;
                for (int g = 0; g < 2; g++) {
                    double cycles = 0;
                    double spread = 0;
                    for (int l = 0; l < 2; l++) {
                        cycles += GRID[2 + 2 * l + g] * delta[l];
                        spread += Math.pow(Math.exp(GRID[6 + 2 * l + g]) * delta[l], 2);
                    }
                    wanted += GRID[g]
                            * GRID[g]
                            * Math.exp(-2 * Math.PI * Math.PI * spread)
                            * Math.cos(2 * Math.PI * cycles - GRID[10 + g]);
                }
                assertThat(product(places, GRID, i, j)).isCloseTo(wanted, within(2e-3));
            }
            assertThat(product(places, GRID, i, 0)).isZero();
            assertThat(product(places, GRID, 0, i)).isZero();
        }
    }

    /** The points of the second dimension are the reversed bits of 0, 1, 2, 3 by quarters, each in the middle of its quarter. */
    @Test
    void nodesFillTheSquareEvenly() {
        double[][] z = new FourierPlaces(1, 4, 9, List.of(3, 3), false).nodes();
        double eighth = 1.1503493803760083; // −Φ⁻¹(1/8)
        double three = 0.31863936396437514; // −Φ⁻¹(3/8)
        assertThat(z[0]).containsExactly(new double[] {-eighth, -three, three, eighth}, within(1e-9));
        assertThat(z[1]).containsExactly(new double[] {-eighth, three, -three, eighth}, within(1e-9));
    }

    @Test
    void derivativesEqualDifferences() {
        FourierPlaces places = new FourierPlaces(2, 3, 11);
        differences(places, 5, P);
        differences(new FourierPlaces(2, 3, 5, List.of(4, 5), true), 0, GRID);
    }

    private static void differences(FourierPlaces places, int first, double... of) {
        double[] error = new double[4 * places.columns()];
        for (int i = 0; i < error.length; i++) {
            error[i] = Math.sin(3 * i + 1);
        }
        for (boolean query : new boolean[] {true, false}) {
            double[] derivatives = new double[of.length];
            places.backward(of, 0, query, first, 4, 1.7, error, derivatives);
            for (int p = 0; p < of.length; p++) {
                double numeric = (score(places, of, query, first, p, 1e-5, error)
                                - score(places, of, query, first, p, -1e-5, error))
                        / 2e-5;
                assertThat(derivatives[p])
                        .as("%s", p)
                        .isCloseTo(numeric, within(1e-8 * Math.max(1, Math.abs(numeric))));
            }
        }
    }

    private static double score(
            FourierPlaces places, double[] of, boolean query, int first, int p, double step, double... error) {
        double[] moved = of.clone();
        moved[p] += step;
        double[] columns = places.columns(moved, 0, query, first, 4, 1.7);
        double sum = 0;
        for (int i = 0; i < error.length; i++) {
            sum += error[i] * columns[i];
        }
        return sum;
    }
}
