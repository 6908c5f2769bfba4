package io.github.performer4j.kernels.layer;

import io.github.performer4j.kernels.Grid;
import io.github.performer4j.kernels.memory.Matrix;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** LayerNorm against its formula in float64, and its gradient against central differences of that. */
class LayerElementsNormTest {
    private static final int ROWS = 5;
    private static final float EPSILON = 1e-5f;
    private static final double BOUND = 1e-6;
    private static final String CASES = "io.github.performer4j.kernels.Grid#implementationsAndColumns";

    private static double[] norm(double[] x, double[] gain, double[] bias) {
        double mean = 0;
        for (double value : x) {
            mean += value / x.length;
        }
        double variance = 0;
        for (double value : x) {
            variance += (value - mean) * (value - mean) / x.length;
        }
        double[] out = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            out[i] = (x[i] - mean) / Math.sqrt(variance + EPSILON) * gain[i] + bias[i];
        }
        return out;
    }

    @ParameterizedTest
    @MethodSource(CASES)
    void values(LayerElements elements, int columns) {
        Matrix x = Grid.normal(1, ROWS, columns, 2);
        Matrix gain = Grid.normal(2, 1, columns, 1);
        Matrix bias = Grid.normal(3, 1, columns, 1);
        Matrix out = Grid.poisoned(ROWS, columns);
        Matrix moments = Grid.poisoned(ROWS, 2);
        double[][] expected = new double[ROWS][];
        for (int r = 0; r < ROWS; r++) {
            expected[r] = norm(Grid.values(x)[r], Grid.values(gain)[0], Grid.values(bias)[0]);
        }
        elements.layerNorm(x, gain, bias, EPSILON, out, moments);
        Grid.assertClose(out, expected, BOUND);
        Matrix again = Grid.poisoned(ROWS, columns);
        elements.layerNormAgain(x, gain, bias, moments, again);
        Grid.assertClose(again, Grid.values(out), 0);
        elements.layerNorm(x, gain, bias, EPSILON, x, moments); // in place
        Grid.assertClose(x, expected, BOUND);
    }

    /** A mean of 1,000 costs what float32 cannot hold of it (6e-5 of the deviation), and no more: squares would lose everything. */
    @ParameterizedTest
    @MethodSource(CASES)
    void rowsFarFromZero(LayerElements elements, int columns) {
        Matrix x = Grid.normal(1, ROWS, columns, 1);
        for (int r = 0; r < ROWS; r++) {
            for (int c = 0; c < columns; c++) {
                x.set(r, c, x.get(r, c) + 1000);
            }
        }
        Matrix gain = Grid.poisoned(1, columns);
        Matrix bias = Grid.poisoned(1, columns);
        elements.fill(gain, 1);
        elements.fill(bias, 0);
        Matrix out = Grid.poisoned(ROWS, columns);
        double[][] expected = new double[ROWS][];
        for (int r = 0; r < ROWS; r++) {
            expected[r] = norm(Grid.values(x)[r], Grid.values(gain)[0], Grid.values(bias)[0]);
        }
        elements.layerNorm(x, gain, bias, EPSILON, out, Grid.poisoned(ROWS, 2));
        if (columns > 1) {
            Grid.assertClose(out, expected, 2e-4);
        }
    }

    @ParameterizedTest
    @MethodSource(CASES)
    void gradient(LayerElements elements, int columns) {
        Matrix x = Grid.normal(1, ROWS, columns, 2);
        Matrix gain = Grid.normal(2, 1, columns, 1);
        Matrix bias = Grid.normal(3, 1, columns, 1);
        Matrix error = Grid.normal(4, ROWS, columns, 1);
        Matrix moments = Grid.poisoned(ROWS, 2);
        elements.layerNorm(x, gain, bias, EPSILON, Grid.poisoned(ROWS, columns), moments);

        Matrix dx = Grid.normal(5, ROWS, columns, 1);
        Matrix dGain = Grid.normal(6, 1, columns, 1);
        Matrix dBias = Grid.normal(7, 1, columns, 1);
        double[] g = Grid.values(gain)[0];
        double[] b = Grid.values(bias)[0];
        double[][] wantedDx = Grid.values(dx);
        double[][] wantedDGain = Grid.values(dGain);
        double[][] wantedDBias = Grid.values(dBias);
        for (int r = 0; r < ROWS; r++) {
            double[] row = Grid.values(x)[r];
            double[] e = Grid.values(error)[r];
            for (int i = 0; i < columns; i++) {
                wantedDx[r][i] += slope(row, i, e, g, b, row);
                wantedDGain[0][i] += slope(g, i, e, g, b, row);
                wantedDBias[0][i] += e[i];
            }
        }
        elements.layerNormGradient(error, x, gain, moments, dx, dGain, dBias);
        // A single column is constant: what is left of the gradient is rounding, amplified by 1/√ε.
        Grid.assertClose(dx, wantedDx, columns == 1 ? 1e-3 : 5e-6);
        Grid.assertClose(dGain, wantedDGain, 5e-6);
        Grid.assertClose(dBias, wantedDBias, BOUND);
    }

    /** Returns the central difference of Σ error ⊙ norm along one number. */
    private static double slope(double[] moved, int i, double[] error, double[] gain, double[] bias, double[] x) {
        double h = 1e-5;
        double kept = moved[i];
        double difference = 0;
        for (int sign : new int[] {1, -1}) {
            moved[i] = kept + sign * h;
            double[] out = norm(x, gain, bias);
            for (int j = 0; j < out.length; j++) {
                difference += sign * error[j] * out[j] / (2 * h);
            }
        }
        moved[i] = kept;
        return difference;
    }
}
