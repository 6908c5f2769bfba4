package io.github.performer4j.kernels.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.performer4j.kernels.Grid;
import io.github.performer4j.kernels.memory.Matrix;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Softmax and cross-entropy against float64, for rows from one column to 50,000. */
class LayerElementsLossTest {
    private static final double BOUND = 1e-6;

    static Stream<Arguments> cases() {
        return Stream.concat(
                Grid.implementationsAndColumns(),
                Grid.implementations().stream().map(e -> Arguments.of(e, 49_999)));
    }

    private static double[][] softmax(Matrix x) {
        double[][] p = Grid.values(x);
        for (double[] row : p) {
            double top = Double.NEGATIVE_INFINITY;
            for (double value : row) {
                top = Math.max(top, value);
            }
            double sum = 0;
            for (int c = 0; c < row.length; c++) {
                row[c] = Math.exp(row[c] - top);
                sum += row[c];
            }
            for (int c = 0; c < row.length; c++) {
                row[c] /= sum;
            }
        }
        return p;
    }

    @ParameterizedTest
    @MethodSource("cases")
    void softmaxOfRows(LayerElements elements, int columns) {
        Matrix x = Grid.normal(1, 5, columns, 3);
        double[][] expected = softmax(x);
        elements.softmax(x);
        Grid.assertClose(x, expected, BOUND);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void lossAndGradient(LayerElements elements, int columns) {
        Matrix logits = Grid.normal(1, 5, columns, 3);
        int[] labels = {99_999, columns - 1, -1, 0, columns / 2, -7}; // the first is another row's
        double[][] expected = softmax(logits);
        double loss = 0;
        double weight = 0.25f;
        for (int r = 0; r < 5; r++) {
            int label = labels[1 + r];
            if (label >= 0) {
                loss -= Math.log(expected[r][label]);
                expected[r][label] -= 1;
            }
            for (int c = 0; c < columns; c++) {
                expected[r][c] *= label < 0 ? 0 : weight;
            }
        }
        assertThat(elements.crossEntropy(logits, labels, 1, (float) weight)).isCloseTo(loss, within(2e-6 * (loss + 1)));
        // One column leaves nothing of the gradient but rounding: of weight, that is.
        Grid.assertClose(logits, columns == 1 ? new double[5][1] : expected, columns == 1 ? 1e23 * BOUND : BOUND);
    }

    @ParameterizedTest
    @MethodSource("io.github.performer4j.kernels.Grid#implementations")
    void largeLogitsNeitherOverflowNorLeaveDust(LayerElements elements) {
        Matrix logits = Grid.poisoned(3, 37);
        elements.fill(logits, -1e4f);
        logits.set(0, 7, 1e4f);
        logits.set(1, 36, 1e4f);
        logits.set(2, 0, -9999);
        assertThat(elements.crossEntropy(logits, new int[] {7, 3, 0}, 0, 1))
                .isCloseTo(2e4 + Math.log(1 + 36 / Math.E), within(1e-2));
        double[][] expected = new double[3][37];
        expected[1][36] = 1;
        expected[1][3] = -1;
        double sum = 1 + 36 / Math.E;
        for (int c = 0; c < 37; c++) {
            expected[2][c] = c == 0 ? 1 / sum - 1 : 1 / Math.E / sum;
        }
        Grid.assertClose(logits, expected, BOUND);
        assertThat(logits.get(0, 0)).isZero();
        assertThat(logits.get(1, 35)).isZero();
    }

    @ParameterizedTest
    @MethodSource("io.github.performer4j.kernels.Grid#implementations")
    void aRowOfNaNIsSeenInTheLoss(LayerElements elements) {
        Matrix logits = Grid.normal(1, 2, 40, 1);
        logits.set(1, 20, Float.NaN);
        assertThat(elements.crossEntropy(logits, new int[] {1, 2}, 0, 1)).isNaN();
        Grid.assertGapsUntouched(logits);
    }
}
