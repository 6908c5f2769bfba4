package io.github.performer4j.kernels.layer;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.performer4j.kernels.math.CounterRandom;
import io.github.performer4j.kernels.memory.FloatBlock;
import io.github.performer4j.kernels.memory.Matrix;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Columns are those of the neighbours; the way back is the transposed map. */
class TokenShiftTest {
    private static Matrix rows(int rows, int columns, int seed) {
        Matrix m = Matrix.allocate(rows, columns);
        CounterRandom random = CounterRandom.of(seed);
        for (int r = 0; r < rows; r++) {
            for (int c = 0; c < columns; c++) {
                m.set(r, c, (float) random.nextGaussian());
            }
        }
        return m;
    }

    @Test
    void halvesAndThirds() {
        Matrix x = Matrix.allocate(3, 7);
        for (int i = 0; i < 21; i++) {
            x.set(i / 7, i % 7, 10 * (i / 7) + i % 7);
        }
        Matrix y = rows(3, 7, 1);
        TokenShift.Sequence all = new TokenShift.Sequence(null, 0, null);
        new TokenShift(true).forward(all, x, y);
        assertThat(row(y, 0)).containsExactly(0, 1, 2, 0, 0, 0, 6);
        assertThat(row(y, 2)).containsExactly(20, 21, 22, 13, 14, 15, 26);
        new TokenShift(false).forward(all, x, y);
        assertThat(row(y, 0)).containsExactly(10, 11, 2, 3, 0, 0, 6);
        assertThat(row(y, 1)).containsExactly(20, 21, 12, 13, 4, 5, 16);
        assertThat(row(y, 2)).containsExactly(0, 0, 22, 23, 14, 15, 26);
    }

    private static float[] row(Matrix m, int r) {
        float[] row = new float[m.columns()];
        m.block().read(m.at(r), row, 0, row.length);
        return row;
    }

    /** {@code error · (S x) = (Sᵀ error) · x} for each pair, with padded tokens that hold NaN where the map may not look. */
    @ParameterizedTest
    @CsvSource({"true,1,6", "true,9,7", "false,1,7", "false,9,8", "false,5,2", "true,4,1"})
    void theWayBackIsTheTransposedMap(boolean causal, int tokens, int columns) {
        TokenShift shift = new TokenShift(causal);
        FloatBlock mask = FloatBlock.allocate(tokens);
        for (int t = 0; t < tokens; t++) {
            mask.set(t, t % 4 == 2 ? 0 : 1);
        }
        TokenShift.Sequence sequence = new TokenShift.Sequence(mask, 0, null);
        Matrix error = rows(tokens, columns, 3);
        Matrix dx = rows(tokens, columns, 4);
        shift.backward(sequence, error, dx);
        Matrix x = Matrix.allocate(tokens, columns);
        Matrix y = rows(tokens, columns, 5);
        for (int i = 0; i < tokens * columns; i++) {
            x.block().fill(x.at(0), (long) tokens * columns, 0);
            x.set(i / columns, i % columns, 1);
            shift.forward(sequence, x, y);
            double sum = 0;
            for (int j = 0; j < tokens * columns; j++) {
                sum += (double) error.get(j / columns, j % columns) * y.get(j / columns, j % columns);
            }
            assertThat(dx.get(i / columns, i % columns)).isEqualTo((float) sum);
        }
    }

    @Test
    void partsSeeTheLastTokenOfThePartBefore() {
        TokenShift shift = new TokenShift(true);
        Matrix x = rows(5, 6, 3);
        Matrix whole = rows(5, 6, 5);
        TokenShift.Sequence start = new TokenShift.Sequence(null, 0, null);
        shift.forward(start, x, whole);
        Matrix carried = rows(1, 6, 7);
        Matrix part = rows(2, 6, 5);
        shift.forward(start, x.rows(0, 2), part);
        shift.carry(start, x.rows(0, 2), carried);
        assertThat(row(part, 1)).isEqualTo(row(whole, 1));
        Matrix rest = rows(3, 6, 5);
        shift.forward(new TokenShift.Sequence(null, 0, carried), x.rows(2, 5), rest);
        for (int t = 0; t < 3; t++) {
            assertThat(row(rest, t)).isEqualTo(row(whole, t + 2));
        }
    }

    /** What goes back through the state makes the derivative of parts that of the whole; a masked last token has none. */
    @ParameterizedTest
    @CsvSource({"1", "0"})
    void partsGoBackThroughTheState(float last) {
        TokenShift shift = new TokenShift(true);
        FloatBlock mask = FloatBlock.allocate(5);
        mask.fill(0, 5, 1);
        mask.set(1, last);
        Matrix error = rows(5, 7, 3);
        Matrix whole = rows(5, 7, 4);
        shift.backward(new TokenShift.Sequence(mask, 0, null), error, whole);
        TokenShift.Sequence first = new TokenShift.Sequence(mask, 0, null);
        Matrix dx = rows(5, 7, 5);
        Matrix state = rows(1, 7, 6);
        shift.backward(new TokenShift.Sequence(mask, 2, null), error.rows(2, 5), dx.rows(2, 5));
        shift.backwardBefore(error.rows(2, 5), state);
        shift.backward(first, error.rows(0, 2), dx.rows(0, 2));
        shift.backwardCarry(first, state, dx.rows(0, 2));
        for (int t = 0; t < 5; t++) {
            assertThat(row(dx, t)).isEqualTo(row(whole, t));
        }
    }
}
