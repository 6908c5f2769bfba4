package io.github.performer4j.kernels.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

/** Products of columns are the function of the offset; with many draws that is the closed form; derivatives equal differences. */
class FourierPlacesTest {
    private static final double[] P = {0.7, -1.1, 0.3, 2.5, -0.4, 0.6, 0.9, -2.0}; // c, μ, λ, ψ of two components

    private static double product(FourierPlaces places, int i, int j) {
        double[] q = places.columns(P, 0, true, i, 1, 1);
        double[] k = places.columns(P, 0, false, j, 1, 1);
        double sum = 0;
        for (int c = 0; c < q.length; c++) {
            sum += q[c] * k[c];
        }
        return sum;
    }

    @Test
    void productsAreTheFunctionOfTheOffset() {
        FourierPlaces places = new FourierPlaces(2, 5, 31);
        double[] z = places.nodes();
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

    @Test
    void derivativesEqualDifferences() {
        FourierPlaces places = new FourierPlaces(2, 3, 11);
        double[] error = new double[4 * places.columns()];
        for (int i = 0; i < error.length; i++) {
            error[i] = Math.sin(3 * i + 1);
        }
        for (boolean query : new boolean[] {true, false}) {
            double[] derivatives = new double[8];
            places.backward(P, 0, query, 5, 4, 1.7, error, derivatives);
            for (int p = 0; p < 8; p++) {
                double numeric = (score(places, query, p, 1e-5, error) - score(places, query, p, -1e-5, error)) / 2e-5;
                assertThat(derivatives[p])
                        .as("%s", p)
                        .isCloseTo(numeric, within(1e-8 * Math.max(1, Math.abs(numeric))));
            }
        }
    }

    private static double score(FourierPlaces places, boolean query, int p, double step, double[] error) {
        double[] moved = P.clone();
        moved[p] += step;
        double[] columns = places.columns(moved, 0, query, 5, 4, 1.7);
        double sum = 0;
        for (int i = 0; i < error.length; i++) {
            sum += error[i] * columns[i];
        }
        return sum;
    }
}
