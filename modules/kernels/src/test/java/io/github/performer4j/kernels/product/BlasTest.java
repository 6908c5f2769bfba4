package io.github.performer4j.kernels.product;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.performer4j.kernels.Grid;
import io.github.performer4j.kernels.memory.Matrix;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** Products against sums in float64, on views with gaps, and refusals. */
class BlasTest {
    /** Rounding of float32 in sums of 13 terms. */
    private static final double BOUND = 1e-6;

    private final Matrix a = Grid.normal(1, 5, 13, 1);
    private final Matrix b = Grid.normal(2, 13, 7, 1);
    private final Matrix transposedA = transposed(a);
    private final Matrix transposedB = transposed(b);

    private static Matrix transposed(Matrix m) {
        Matrix out = Grid.poisoned(m.columns(), m.rows());
        for (int r = 0; r < m.rows(); r++) {
            for (int c = 0; c < m.columns(); c++) {
                out.set(c, r, m.get(r, c));
            }
        }
        return out;
    }

    private double[][] product(float alpha, float beta, Matrix c) {
        return Grid.values(5, 7, (i, j) -> {
            double sum = beta == 0 ? 0 : beta * c.get(i, j);
            for (int k = 0; k < 13; k++) {
                sum += (double) alpha * a.get(i, k) * b.get(k, j);
            }
            return sum;
        });
    }

    @Test
    void theThreeProducts() {
        for (float beta : new float[] {0, 1, -0.5f}) {
            for (int kind = 0; kind < 3; kind++) {
                // With beta = 0 what was in c does not matter, NaN included.
                Matrix c = beta == 0 ? Grid.poisoned(5, 7) : Grid.normal(3, 5, 7, 1);
                double[][] expected = product(2, beta, c);
                switch (kind) {
                    case 0 -> Blas.multiply(a, b, 2, beta, c);
                    case 1 -> Blas.multiplyTransposed(a, transposedB, 2, beta, c);
                    default -> Blas.transposedMultiply(transposedA, b, 2, beta, c);
                }
                Grid.assertClose(c, expected, BOUND);
            }
        }
    }

    @Test
    void noRowsAreNoWork() {
        Matrix c = Grid.poisoned(5, 7);
        Blas.multiply(a.rows(2, 2), b, 1, 0, c.rows(1, 1));
        Grid.assertClose(c.rows(0, 0), new double[0][], 0);
    }

    @Test
    void shapesThatDoNotFitAreRefused() {
        Matrix c = Grid.poisoned(5, 7);
        refused("a=[5,13], b=[7,13], c=[5,7]", () -> Blas.multiply(a, transposedB, 1, 0, c));
        refused("c=[4,7]", () -> Blas.multiply(a, b, 1, 0, c.rows(0, 4)));
        refused("c=[5,6]", () -> Blas.multiplyTransposed(a, transposedB, 1, 0, c.columns(0, 6)));
        refused("shapes of a product must fit", () -> Blas.transposedMultiply(a, b, 1, 0, c));
        refused("inner=0", () -> Blas.transposedMultiply(transposedA.rows(0, 0), b.rows(0, 0), 1, 0, c));
    }

    private static void refused(String message, ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOf(IllegalArgumentException.class).hasMessageContaining(message);
    }
}
