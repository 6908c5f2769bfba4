package io.github.performer4j.kernels.product;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.performer4j.kernels.math.CounterRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SymmetricEigenTest {

    @Test
    void twoByTwo() {
        SymmetricEigen eigen = SymmetricEigen.of(new double[] {2, 1, 1, 2}, 2);
        assertThat(eigen.values()).containsExactly(new double[] {1, 3}, within(1e-14));
        double[] root = eigen.apply(Math::sqrt);
        double mean = (1 + Math.sqrt(3)) / 2;
        assertThat(root).containsExactly(new double[] {mean, mean - 1, mean - 1, mean}, within(1e-14));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7, 64, 101})
    void theMatrixIsTheIdentityFunctionOfItself(int n) {
        CounterRandom random = CounterRandom.of(n);
        double[] a = new double[n * n];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j <= i; j++) {
                a[i * n + j] = random.nextGaussian();
                a[j * n + i] = a[i * n + j];
            }
        }
        assertThat(SymmetricEigen.of(a, n).apply(l -> l)).containsExactly(a, within(1e-12 * n));
        double[] inverse = SymmetricEigen.of(a, n).apply(l -> 1 / l);
        for (int i = 0; i < n; i++) {
            double sum = 0;
            for (int l = 0; l < n; l++) {
                sum += a[l] * inverse[l * n + i];
            }
            assertThat(sum).isCloseTo(i == 0 ? 1 : 0, within(1e-9 * n));
        }
    }

    @Test
    void wrongMatricesAreRefused() {
        assertThatThrownBy(() -> SymmetricEigen.of(new double[3], 2))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a must be [n,n]; n=2, values=3");
        assertThatThrownBy(() -> SymmetricEigen.of(new double[] {Double.NaN}, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a must be finite; found=NaN");
    }
}
