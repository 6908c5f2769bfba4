package io.github.performer4j.kernels.layer;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.performer4j.kernels.Grid;
import io.github.performer4j.kernels.memory.Matrix;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Normalisation by the root mean square against its formula and against differences, in float64. */
class RmsNormTest {
    private static final int ROWS = 5;
    private static final float EPSILON = 1e-3f;

    private static double[] norm(double[] x, Matrix gain) {
        double squares = 0;
        for (double v : x) {
            squares += v * v;
        }
        double[] out = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            out[i] = gain.get(0, i) * x[i] / Math.sqrt(squares / x.length + EPSILON);
        }
        return out;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 8, 63, 100, 257})
    void valuesAndGradients(int columns) {
        Matrix x = Grid.normal(1, ROWS, columns, 2);
        Matrix gain = Grid.normal(2, 1, columns, 1);
        Matrix error = Grid.normal(3, ROWS, columns, 1);
        Matrix out = Grid.poisoned(ROWS, columns);
        Matrix inverse = Grid.poisoned(ROWS, 1);
        double[][] rows = Grid.values(x);
        RmsNorm.forward(x, gain, EPSILON, out, inverse);
        Grid.assertClose(out, Grid.values(ROWS, columns, (r, c) -> norm(rows[r], gain)[c]), 1e-6);

        Matrix dx = Grid.normal(4, ROWS, columns, 1);
        Matrix dGain = Grid.normal(5, 1, columns, 1);
        double[][] before = Grid.values(dx);
        double[][] gainBefore = Grid.values(dGain);
        RmsNorm.gradient(error, x, gain, inverse, dx, dGain);
        Grid.assertClose(
                dx, Grid.values(ROWS, columns, (r, c) -> before[r][c] + difference(rows[r], gain, error, r, c)), 3e-6);
        Grid.assertClose(
                dGain,
                Grid.values(1, columns, (ignored, c) -> {
                    double sum = gainBefore[0][c];
                    for (int r = 0; r < ROWS; r++) {
                        sum += error.get(r, c) * norm(rows[r], gain)[c] / gain.get(0, c);
                    }
                    return sum;
                }),
                3e-6);
        RmsNorm.forward(x, gain, EPSILON, x, inverse); // in place
        Grid.assertClose(x, Grid.values(out), 0);
    }

    private static double difference(double[] x, Matrix gain, Matrix error, int r, int c) {
        double h = 1e-5;
        double[] up = x.clone();
        double[] down = x.clone();
        up[c] += h;
        down[c] -= h;
        double sum = 0;
        for (int i = 0; i < x.length; i++) {
            sum += error.get(r, i) * (norm(up, gain)[i] - norm(down, gain)[i]) / (2 * h);
        }
        return sum;
    }

    @org.junit.jupiter.api.Test
    void shapes() {
        Matrix x = Matrix.allocate(2, 3);
        assertThatThrownBy(() -> RmsNorm.forward(x, Matrix.allocate(1, 4), 1, x, Matrix.allocate(2, 1)))
                .hasMessage("gain must be [1,3]; gain=[1,4]");
    }
}
