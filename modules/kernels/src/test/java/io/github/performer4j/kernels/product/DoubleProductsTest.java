package io.github.performer4j.kernels.product;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class DoubleProductsTest {
    private static final double[] A = {1, 2, 3, 4, 5, 6}; // [2,3]
    private static final double[] A_TRANSPOSED = {1, 4, 2, 5, 3, 6};
    private static final double[] B = {1, 0, 2, -1, 0, 3, 1, 1, 4, 0, 0, 2}; // [3,4]
    private static final double[] B_TRANSPOSED = {1, 0, 4, 0, 3, 0, 2, 1, 0, -1, 1, 2};
    private static final double[] AB = {13, 6, 4, 7, 28, 15, 13, 13};

    @Test
    void allFormsAreTheSameProduct() {
        assertThat(DoubleProducts.multiply(A, B, 2, 3, 4)).containsExactly(AB, within(1e-14));
        assertThat(DoubleProducts.multiplyTransposed(A, B_TRANSPOSED, 2, 3, 4)).containsExactly(AB, within(1e-14));
        assertThat(DoubleProducts.transposedMultiply(A_TRANSPOSED, B, 2, 3, 4)).containsExactly(AB, within(1e-14));
    }

    @Test
    void arraysOfOtherLengthsAreRefused() {
        assertThatThrownBy(() -> DoubleProducts.multiply(A, B, 2, 2, 4))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a must be of m·k and b of k·n values; m=2, k=2, n=4, a=6, b=12");
    }
}
