package io.github.performer4j.kernels.product;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.performer4j.kernels.Grid;
import io.github.performer4j.kernels.machine.Simd;
import io.github.performer4j.kernels.memory.Matrix;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A row times bfloat16 values against sums in float64; the same bits plain and on vectors, on views with gaps of NaN. */
class RowElementsTest {
    @ParameterizedTest
    @CsvSource({"1,1", "5,7", "64,16", "64,31", "3,33", "64,127", "128,128", "65,129", "32,300"})
    void equalsTheSums(int inner, int width) {
        Matrix row = Grid.normal(4, 3, inner + 2, 1).rows(1, 2).columns(1, inner + 1);
        float[][] values = new float[inner][width];
        Matrix drawn = Grid.normal(5, inner, width, 1);
        for (int k = 0; k < inner; k++) {
            for (int n = 0; n < width; n++) {
                values[k][n] = SplitElements.value(SplitElements.rounded(drawn.get(k, n)));
            }
        }
        RowWeights w = RowWeights.of(drawn);
        for (float beta : new float[] {0, 1}) {
            Matrix plain = product(new PlainRowElements(), row, w, width, beta);
            Matrix vector = product((RowElements) Simd.load("VectorRowElements"), row, w, width, beta);
            for (int n = 0; n < width; n++) {
                double sum = beta * (n - 3.0);
                double size = Math.abs(sum);
                for (int k = 0; k < inner; k++) {
                    sum += (double) row.get(0, k) * values[k][n];
                    size += Math.abs((double) row.get(0, k) * values[k][n]);
                }
                assertThat(Math.abs(plain.get(1, 1 + n) - sum)).isLessThanOrEqualTo((inner + 2) * 0x1p-24 * size);
            }
            for (int i = 0; i < 3; i++) {
                for (int n = 0; n < width + 2; n++) {
                    assertThat(Float.floatToIntBits(vector.get(i, n))).isEqualTo(Float.floatToIntBits(plain.get(i, n)));
                    assertThat(Float.isNaN(plain.get(i, n))).isEqualTo(i != 1 || n == 0 || n > width);
                }
            }
        }
    }

    /** Who reads by the same matrix reads by one copy, until its values are others. */
    @Test
    void aCopyIsShared() {
        Matrix w = Grid.normal(5, 33, 70, 1);
        RowWeights first = RowWeights.of(w);
        assertThat(RowWeights.of(w)).isSameAs(first);
        assertThat(RowWeights.of(Grid.copy(w))).isNotSameAs(first);
        short before = first.values()[33 * 64 + 5];
        w.set(0, 69, -w.get(0, 69));
        RowWeights second = RowWeights.of(w);
        assertThat(second).isNotSameAs(first);
        assertThat(first.values()[33 * 64 + 5]).isEqualTo(before);
        assertThat(SplitElements.value(second.values()[33 * 64 + 5])).isEqualTo(-SplitElements.value(before));
    }

    /** Returns the product in the middle of poisoned memory; with beta = 0 it is poisoned, too. */
    private static Matrix product(RowElements elements, Matrix row, RowWeights w, int width, float beta) {
        Matrix all = Grid.poisoned(3, width + 2);
        Matrix c = all.rows(1, 2).columns(1, width + 1);
        for (int n = 0; n < width && beta != 0; n++) {
            c.set(0, n, n - 3);
        }
        elements.multiply(row, w, beta, c);
        return all;
    }
}
