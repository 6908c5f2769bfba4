package io.github.performer4j.kernels.layer;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.performer4j.kernels.Grid;
import io.github.performer4j.kernels.math.Activation;
import io.github.performer4j.kernels.math.ScalarTest;
import io.github.performer4j.kernels.memory.Matrix;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Activations against closed forms in float64. */
class LayerElementsActivationTest {
    private static final int ROWS = 3;

    /** With a sigmoid, its argument of up to 20 is rounded to 24 bits before the exponential. */
    private static double bound(Activation f) {
        return f.sigmoid() ? 1e-6 : 5e-7;
    }

    static Stream<Arguments> cases() {
        return Grid.implementationsAndColumns()
                .flatMap(a -> Stream.of(Activation.values()).map(f -> Arguments.of(a.get()[0], a.get()[1], f)));
    }

    private static double value(Activation f, double z) {
        return switch (f) {
            case GELU -> z * ScalarTest.normal(z);
            case RELU -> Math.max(z, 0);
            case SILU -> z / (1 + Math.exp(-z));
            case GELU_TANH -> z / 2 * (1 + Math.tanh(inner(z)));
        };
    }

    /** The argument of GPT-2's hyperbolic tangent. */
    private static double inner(double z) {
        return Math.sqrt(2 / Math.PI) * (z + 0.044715 * z * z * z);
    }

    private static double slope(Activation f, double z) {
        return switch (f) {
            case GELU -> ScalarTest.normal(z) + z * Math.exp(-z * z / 2) / Math.sqrt(2 * Math.PI);
            case RELU -> z > 0 ? 1 : 0;
            case SILU -> (1 + z / (1 + Math.exp(z))) / (1 + Math.exp(-z));
            case GELU_TANH -> {
                double t = Math.tanh(inner(z));
                yield (1 + t) / 2 + z / 2 * (1 - t * t) * Math.sqrt(2 / Math.PI) * (1 + 3 * 0.044715 * z * z);
            }
        };
    }

    @ParameterizedTest
    @MethodSource("cases")
    void withoutGate(LayerElements elements, int columns, Activation f) {
        Matrix z = Grid.normal(1, ROWS, columns, 2);
        Matrix out = Grid.poisoned(ROWS, columns);
        double[][] values = Grid.values(ROWS, columns, (r, c) -> value(f, z.get(r, c)));
        elements.activate(f, z, out);
        Grid.assertClose(out, values, bound(f));

        Matrix d = Grid.normal(2, ROWS, columns, 1);
        Matrix other = Grid.copy(d);
        double[][] gradient = Grid.values(ROWS, columns, (r, c) -> d.get(r, c) * slope(f, z.get(r, c)));
        elements.fill(out, Float.NaN);
        elements.activateGradient(f, z, d, out);
        Grid.assertClose(d, gradient, bound(f));
        Grid.assertClose(out, values, bound(f));
        elements.activateGradient(f, z, other, null);
        Grid.assertClose(other, Grid.values(d), 0);

        elements.activate(f, z, z); // in place
        Grid.assertClose(z, Grid.values(out), 0);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void withGate(LayerElements elements, int columns, Activation f) {
        Matrix z = Grid.normal(1, ROWS, columns, 2);
        Matrix gate = Grid.normal(2, ROWS, columns, 1);
        Matrix d = Grid.normal(3, ROWS, columns, 1);
        Matrix out = Grid.poisoned(ROWS, columns);
        double[][] values = Grid.values(ROWS, columns, (r, c) -> value(f, z.get(r, c)) * gate.get(r, c));
        double[][] dz = Grid.values(ROWS, columns, (r, c) -> d.get(r, c) * gate.get(r, c) * slope(f, z.get(r, c)));
        double[][] dGate = Grid.values(ROWS, columns, (r, c) -> d.get(r, c) * value(f, z.get(r, c)));
        elements.gated(f, z, gate, out);
        Grid.assertClose(out, values, bound(f));
        elements.fill(out, Float.NaN);
        Matrix other = Grid.copy(d);
        Matrix otherGate = Grid.copy(gate);
        elements.gatedGradient(f, z, gate, d, gate, out); // over the gate
        Grid.assertClose(d, dz, bound(f));
        Grid.assertClose(gate, dGate, bound(f));
        Grid.assertClose(out, values, bound(f));
        Matrix apart = Grid.poisoned(ROWS, columns);
        elements.gatedGradient(f, z, otherGate, other, apart, null);
        Grid.assertClose(other, Grid.values(d), 0);
        Grid.assertClose(apart, Grid.values(gate), 0);
    }

    /** The smaller the value, the less exact: exp takes half a square of up to 85 in 24 bits. GELU(−8) is −5e-15. */
    @ParameterizedTest
    @MethodSource("io.github.performer4j.kernels.Grid#implementations")
    void geluAtEachEnd(LayerElements elements) {
        List<Float> points = List.of(
                -13f, -10f, -8f, -6f, -3f, -1f, -1e-3f, -1e-20f, 0f, 1e-30f, 1e-4f, 0.5f, 2f, 5f, 10f, 30f, 1e4f);
        Matrix z = Matrix.allocate(17, points.size());
        for (int r = 0; r < z.rows(); r++) {
            for (int c = 0; c < z.columns(); c++) {
                z.set(r, c, points.get((r + c) % points.size())); // each point in each lane
            }
        }
        Matrix slope = Matrix.allocate(z.rows(), z.columns());
        Matrix out = Matrix.allocate(z.rows(), z.columns());
        elements.fill(slope, 1);
        elements.activateGradient(Activation.GELU, z, slope, out);
        for (int r = 0; r < z.rows(); r++) {
            for (int c = 0; c < z.columns(); c++) {
                float x = z.get(r, c);
                double bound = x < -8 ? 1e-5 : x < -2 ? 3e-6 : 1e-6;
                double wanted = value(Activation.GELU, x);
                assertThat(Math.abs(out.get(r, c) - wanted))
                        .as("gelu(%s)", x)
                        .isLessThanOrEqualTo(bound * Math.abs(wanted));
                assertThat(Math.abs(slope.get(r, c) - slope(Activation.GELU, x)))
                        .as("gelu'(%s)", x)
                        .isLessThan(3e-7);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("io.github.performer4j.kernels.Grid#implementations")
    void farBelowZeroNothingIsLeftAndNaNStays(LayerElements elements) {
        Matrix z = Matrix.allocate(1, 33);
        elements.fill(z, -1e4f);
        z.set(0, 5, Float.NaN);
        z.set(0, 32, Float.NaN);
        elements.activate(Activation.GELU, z, z);
        assertThat(z.get(0, 5)).isNaN();
        assertThat(z.get(0, 32)).isNaN();
        assertThat(Math.abs(z.get(0, 0))).isLessThan(1e-30f);
        assertThat(Math.abs(z.get(0, 31))).isLessThan(1e-30f);
    }
}
