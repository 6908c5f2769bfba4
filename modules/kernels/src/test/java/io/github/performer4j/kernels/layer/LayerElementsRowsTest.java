package io.github.performer4j.kernels.layer;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.performer4j.kernels.Grid;
import io.github.performer4j.kernels.math.CounterRandom;
import io.github.performer4j.kernels.memory.Matrix;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Copies, sums, lookups and dropout of rows, against what they are defined to be. */
class LayerElementsRowsTest {
    private static final int ROWS = 7;
    /** One rounding of float32 for each of up to {@value #ROWS} terms. */
    private static final double BOUND = 5e-7;

    private static final String CASES = "io.github.performer4j.kernels.Grid#implementationsAndColumns";

    @ParameterizedTest
    @MethodSource(CASES)
    void copyFillAndFillRows(LayerElements elements, int columns) {
        Matrix x = Grid.normal(1, ROWS, columns, 1);
        Matrix out = Grid.poisoned(ROWS, columns);
        elements.copy(x, out);
        Grid.assertClose(out, Grid.values(x), 0);
        elements.fill(out, -2.5f);
        Grid.assertClose(out, Grid.values(ROWS, columns, (r, c) -> -2.5), 0);
        Matrix row = Grid.normal(2, 1, columns, 1);
        elements.fillRows(row, out);
        Grid.assertClose(out, Grid.values(ROWS, columns, (r, c) -> row.get(0, c)), 0);
    }

    @ParameterizedTest
    @MethodSource(CASES)
    void addAndAddRow(LayerElements elements, int columns) {
        Matrix x = Grid.normal(1, ROWS, columns, 1);
        Matrix y = Grid.normal(2, ROWS, columns, 1);
        Matrix row = Grid.normal(3, 1, columns, 1);
        double[][] sum = Grid.values(ROWS, columns, (r, c) -> x.get(r, c) + y.get(r, c));
        elements.add(x, y);
        Grid.assertClose(y, sum, 0);

        double[][] shifted = Grid.values(ROWS, columns, (r, c) -> x.get(r, c) + row.get(0, c));
        Matrix out = Grid.poisoned(ROWS, columns);
        elements.addRow(x, row, out);
        Grid.assertClose(out, shifted, 0);
        elements.addRow(x, row, x); // in place
        Grid.assertClose(x, shifted, 0);
    }

    @ParameterizedTest
    @MethodSource(CASES)
    void addScaled(LayerElements elements, int columns) {
        Matrix x = Grid.normal(1, ROWS, columns, 1);
        Matrix y = Grid.normal(2, ROWS, columns, 1);
        double[][] sum = Grid.values(ROWS, columns, (r, c) -> y.get(r, c) + 0.3f * x.get(r, c)); // both rounded
        elements.addScaled(x, 0.3f, y);
        Grid.assertClose(y, sum, 0);
        double[][] less = Grid.values(ROWS, columns, (r, c) -> y.get(r, c) - x.get(r, c));
        elements.addScaled(x, -1, y);
        Grid.assertClose(y, less, 0);
    }

    @ParameterizedTest
    @MethodSource(CASES)
    void columnSumsAreAdded(LayerElements elements, int columns) {
        Matrix x = Grid.normal(1, ROWS, columns, 1);
        Matrix sums = Grid.normal(2, 1, columns, 1);
        double[][] expected = Grid.values(1, columns, (r, c) -> {
            double sum = sums.get(0, c);
            for (int i = 0; i < ROWS; i++) {
                sum += x.get(i, c);
            }
            return sum;
        });
        elements.addColumnSums(x, sums);
        Grid.assertClose(sums, expected, BOUND);
    }

    @ParameterizedTest
    @MethodSource(CASES)
    void gatherAndScatter(LayerElements elements, int columns) {
        Matrix table = Grid.normal(1, 5, columns, 1);
        int[] ids = {9, 9, 4, 0, 2, 4, 4, 1, 0}; // the first two are not asked for
        Matrix out = Grid.poisoned(ROWS, columns);
        elements.gather(table, ids, 2, out);
        Grid.assertClose(out, Grid.values(ROWS, columns, (r, c) -> table.get(ids[2 + r], c)), 0);

        Matrix x = Grid.normal(2, ROWS, columns, 1);
        double[][] expected = Grid.values(table);
        for (int r = 0; r < ROWS; r++) {
            for (int c = 0; c < columns; c++) {
                expected[ids[2 + r]][c] += x.get(r, c);
            }
        }
        elements.scatterAdd(x, ids, 2, table);
        Grid.assertClose(table, expected, BOUND);
    }

    /** Odd column counts put the start of every other row in the middle of a draw. */
    @ParameterizedTest
    @MethodSource(CASES)
    void dropoutIsThatOfTheStream(LayerElements elements, int columns) {
        double p = 0.3;
        int firstRow = 11;
        float[] factors = new float[(firstRow + ROWS) * columns + 1];
        CounterRandom random = CounterRandom.of(5, 2, 7);
        float kept = (float) (1 / (1 - p));
        for (int i = 0; i + 1 < factors.length; i += 2) {
            long bits = random.nextLong();
            factors[i] = (bits >>> 32) * 0x1.0p-32 < p ? 0 : kept;
            factors[i + 1] = (bits & 0xFFFFFFFFL) * 0x1.0p-32 < p ? 0 : kept;
        }
        Matrix x = Grid.normal(1, ROWS, columns, 1);
        double[][] expected = Grid.values(
                ROWS, columns, (r, c) -> x.get(r, c) * factors[(firstRow + r) * columns + c]); // rounded to float32
        elements.dropout(x, firstRow, p, CounterRandom.mix(5, 2, 7));
        Grid.assertClose(x, expected, 0);
        double[][] before = Grid.values(x);
        elements.dropout(x, 0, 0, 1);
        Grid.assertClose(x, before, 0);
    }

    @ParameterizedTest
    @MethodSource("io.github.performer4j.kernels.Grid#implementations")
    void dropoutSetsToZeroWhateverWasThereAndDropsItsShare(LayerElements elements) {
        Matrix x = Matrix.allocate(1000, 101);
        elements.fill(x, Float.POSITIVE_INFINITY);
        elements.dropout(x, 0, 0.1, 42);
        int zeros = 0;
        for (int r = 0; r < 1000; r++) {
            for (int c = 0; c < 101; c++) {
                zeros += x.get(r, c) == 0 ? 1 : 0;
            }
        }
        assertThat(zeros / 101_000.0).isBetween(0.095, 0.105); // five standard deviations
    }
}
