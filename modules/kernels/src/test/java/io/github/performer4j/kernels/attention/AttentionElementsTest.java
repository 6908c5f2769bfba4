package io.github.performer4j.kernels.attention;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.performer4j.kernels.AttentionCheck;
import io.github.performer4j.kernels.Grid;
import io.github.performer4j.kernels.machine.Simd;
import io.github.performer4j.kernels.math.ScalarFunction;
import io.github.performer4j.kernels.memory.Matrix;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The vector form of attention's elements against the plain one, at column counts around the vectors' lengths. */
class AttentionElementsTest {
    private static final int ROWS = 7;
    /** Roundings of sums of up to 613 terms, taken in another order, and of exp. */
    private static final double BOUND = 2e-6;

    private final AttentionElements plain = new PlainAttentionElements();
    private final AttentionElements vector = (AttentionElements) Simd.load("VectorAttentionElements");

    /** One call; what it writes is compared. */
    @FunctionalInterface
    private interface Call {
        void on(AttentionElements elements, Matrix x, Matrix y, Matrix row, float[] perRow);
    }

    /** Both get the same x and y [7,n], row [1,n] and 9 values per row, two more than needed, and must leave the same. */
    private void compare(int columns, Call call) {
        Matrix x = Grid.normal(1, ROWS, columns, 1);
        Matrix y = Grid.normal(2, ROWS, columns, 1);
        Matrix row = Grid.normal(3, 1, columns, 1);
        float[] perRow = {2, 2.5f, 2.5f, 3, 4, 4.5f, 6, Float.NaN, Float.NaN};
        Matrix otherX = Grid.copy(x);
        Matrix otherY = Grid.copy(y);
        Matrix otherRow = Grid.copy(row);
        float[] otherPerRow = perRow.clone();
        call.on(plain, x, y, row, perRow);
        call.on(vector, otherX, otherY, otherRow, otherPerRow);
        Grid.assertClose(otherX, Grid.values(x), BOUND);
        Grid.assertClose(otherY, Grid.values(y), BOUND);
        Grid.assertClose(otherRow, Grid.values(row), BOUND);
        for (int r = 0; r < ROWS; r++) {
            assertThat(Math.abs(perRow[r] - otherPerRow[r]))
                    .isLessThanOrEqualTo((float) (10 * BOUND) * (1 + Math.abs(perRow[r])));
        }
        assertThat(otherPerRow[ROWS]).isNaN();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 16, 17, 63, 100, 613})
    void perRow(int columns) {
        compare(columns, (e, x, y, row, out) -> e.halfSquaredNorms(x, 0.3f, out));
        compare(columns, (e, x, y, row, out) -> e.rowMaxima(x, out));
        compare(columns, (e, x, y, row, out) -> e.dotRow(x, row, out));
        compare(columns, (e, x, y, row, out) -> e.dots(x, y, out));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 16, 17, 63, 100, 613})
    void exponentials(int columns) {
        compare(columns, (e, x, y, row, shift) -> e.exponentials(x, null, shift, 1e-3f));
        compare(columns, (e, x, y, row, shift) -> e.exponentials(x, shift.clone(), shift, 1e-3f));
        compare(columns, (e, x, y, row, a) -> e.dropBelow(x, 0.1f, 1e-3f));
        compare(columns, (e, x, y, row, a) -> e.exponentialsGradient(x, y, a, row, null, 1e-3f, a.clone()));
        compare(columns, (e, x, y, row, sums) -> e.exponentialsGradient(x, y, null, row, sums.clone(), 1e-3f, sums));
    }

    /** The largest exponent less itself is 0 and its exponential 1, however long rows are. */
    @ParameterizedTest
    @ValueSource(ints = {1, 16, 17, 100})
    void exponentialsOfLongRowsAreAtMostOne(int columns) {
        for (AttentionElements e : AttentionCheck.elements()) {
            for (float norm : new float[] {1, 1e3f, 1e5f, 1e6f, 1e9f}) {
                Matrix x = Grid.normal(1, ROWS, columns, norm);
                float[] heights = new float[ROWS];
                float[] tops = new float[ROWS];
                e.halfSquaredNorms(x, 1, heights);
                e.rowMaxima(x, tops);
                for (int r = 0; r < ROWS; r++) {
                    tops[r] -= heights[r];
                }
                e.exponentials(x, heights, tops, 0);
                for (double[] row : Grid.values(x)) {
                    assertThat(Arrays.stream(row).max().orElseThrow())
                            .as("norm %s", norm)
                            .isEqualTo(1);
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 16, 17, 63, 100, 613})
    void sumsAndScales(int columns) {
        float[] visible = {1, 0, 1, 1, 0, 0, 1};
        compare(columns, (e, x, y, row, a) -> e.addColumnSums(x, row));
        compare(columns, (e, x, y, row, a) -> e.addWeightedRows(x, a, row));
        compare(columns, (e, x, y, row, a) -> e.addOuter(x, a, row, null));
        compare(columns, (e, x, y, row, a) -> e.addOuter(x, null, row, a));
        compare(columns, (e, x, y, row, a) -> e.zeroRows(x, visible));
        compare(columns, (e, x, y, row, a) -> e.addScaledRows(x, a, y));
        compare(columns, (e, x, y, row, a) -> e.scaleRows(x, a, y));
        compare(columns, (e, x, y, row, a) -> e.scaleRows(x, a, x));
        for (float[] seen : new float[][] {visible, null}) {
            compare(columns, (e, x, y, row, a) -> e.addRunningSums(x, seen, a, row, y));
            compare(columns, (e, x, y, row, a) -> e.addReverseSums(x, seen, row, y));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 16, 17, 32, 63, 100})
    void stepsOfAState(int columns) {
        Matrix key = Grid.normal(4, 1, ROWS, 1);
        Matrix query = Grid.normal(5, 1, ROWS, 1);
        compare(columns, (e, x, y, row, a) -> e.advance(x, 0.7f, key, Grid.copy(row), query, y, row));
        compare(columns, (e, x, y, row, a) -> e.advance(x, 0.7f, key, Grid.copy(row), query, x, row)); // in place
    }

    /** A square, a row too few, and one with more tokens than columns. */
    @ParameterizedTest
    @ValueSource(ints = {1, 3, 7, 16, 17, 63})
    void causal(int columns) {
        compare(columns, (e, x, y, row, top) -> e.causal(x, null));
        float[] rising = new float[64];
        IntStream.range(0, 64).forEach(i -> rising[i] = i / 3 * 0.5f);
        compare(columns, (e, x, y, row, top) -> e.causal(x, rising));
    }

    @ParameterizedTest
    @EnumSource(ScalarFunction.class)
    void functions(ScalarFunction f) {
        for (int columns : new int[] {1, 17, 100}) {
            compare(columns, (e, x, y, row, a) -> e.apply(f, x, 1e-3f, y));
            compare(columns, (e, x, y, row, a) -> e.apply(f, x, 0, x));
            compare(columns, (e, x, y, row, a) -> e.applyGradient(f, x, y));
        }
    }

    /** Derivatives of the functions against differences of their values, away from the kinks. */
    @ParameterizedTest
    @EnumSource(ScalarFunction.class)
    void derivatives(ScalarFunction f) {
        for (float z : new float[] {-3, -1.1f, -0.3f, 0.2f, 0.9f, 2.7f}) {
            float h = 1.0f / 64;
            float difference = (f.apply(z + h) - f.apply(z - h)) / (2 * h);
            assertThat(f.derivative(z))
                    .as("%s'(%s)", f, z)
                    .isCloseTo(difference, org.assertj.core.data.Offset.offset(2e-3f));
        }
    }
}
