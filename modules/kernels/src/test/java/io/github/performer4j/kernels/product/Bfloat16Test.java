package io.github.performer4j.kernels.product;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.performer4j.kernels.CpuKernels;
import io.github.performer4j.kernels.Grid;
import io.github.performer4j.kernels.Kernels.Factor;
import io.github.performer4j.kernels.Kernels.WeightGradient;
import io.github.performer4j.kernels.machine.Precision;
import io.github.performer4j.kernels.memory.FloatBlock;
import io.github.performer4j.kernels.memory.Matrix;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Products of bfloat16 values, one or two for each of float32, against sums in float64, of the values and of what is multiplied, on views with
 * gaps of NaN.
 */
class Bfloat16Test {
    private final OneDnn library = new OneDnn();

    @BeforeEach
    void onlyWhereTheProcessorCan() {
        assumeTrue(library.bfloat16(), "the processor multiplies no bfloat16 values");
    }

    /** Returns how far a product of two values may be off, relative to it. */
    private static double rounding(Precision precision) {
        return precision == Precision.BFLOAT16 ? 0x1p-7 + 0x1p-16 : 0x1p-15 + 0x1p-33;
    }

    /** Returns for how many products one stands. */
    private static int parts(Precision precision) {
        return precision == Precision.BFLOAT16 ? 1 : 3;
    }

    /** A product, and what it is of. */
    private record Sums(Precision precision, double[][] exact, double[][] written, double[][] magnitude) {
        static Sums of(
                Precision precision, Matrix a, Matrix b, boolean transposeA, boolean transposeB, int k, Matrix before) {
            double[][] x = Grid.values(a);
            double[][] y = Grid.values(b);
            int m = transposeA ? a.columns() : a.rows();
            int n = transposeB ? b.rows() : b.columns();
            Sums sums = new Sums(precision, new double[m][n], new double[m][n], new double[m][n]);
            for (int i = 0; i < m; i++) {
                for (int j = 0; j < n; j++) {
                    double start = before == null ? 0 : before.get(i, j);
                    sums.exact[i][j] = start;
                    sums.written[i][j] = start;
                    sums.magnitude[i][j] = Math.abs(start) * rounding(precision);
                    for (int l = 0; l < k; l++) {
                        double left = transposeA ? x[l][i] : x[i][l];
                        double right = transposeB ? y[j][l] : y[l][j];
                        sums.exact[i][j] += left * right;
                        sums.written[i][j] += sums.multiplied(left, right);
                        sums.magnitude[i][j] += Math.abs(left * right);
                    }
                }
            }
            return sums;
        }

        private double multiplied(double left, double right) {
            double high = round(left);
            double other = round(right);
            return precision == Precision.BFLOAT16
                    ? high * other
                    : high * other + high * round(right - other) + round(left - high) * other;
        }

        /** Rounds to 8 bits, ties to even. */
        private static double round(double value) {
            int bits = Float.floatToRawIntBits((float) value);
            int up = 0x7fff + (bits >> 16 & 1);
            return Float.intBitsToFloat(bits + up & 0xffff0000);
        }

        void check(Matrix c, int k, boolean whole) {
            int terms = parts(precision) * k;
            double toWritten = 0;
            double toExact = 0;
            for (int i = 0; i < exact.length; i++) {
                for (int j = 0; j < exact[0].length; j++) {
                    double difference = Math.abs(c.get(i, j) - exact[i][j]);
                    assertThat(difference)
                            .as("[%d,%d]", i, j)
                            .isLessThanOrEqualTo((rounding(precision) + terms * 0x1p-23) * magnitude[i][j] + 1e-30);
                    toExact = Math.max(toExact, difference / magnitude[i][j]);
                    toWritten = Math.max(toWritten, Math.abs(c.get(i, j) - written[i][j]) / magnitude[i][j]);
                }
            }
            if (whole) { // what is computed is the sum of these products, and not of others
                assertThat(toWritten).isLessThan(terms * 0x1p-23);
                assertThat(toExact).isGreaterThan(rounding(precision) / 1000);
            }
            Grid.assertGapsUntouched(c);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "512, 256, 256, true",
        "96, 64, 128, true",
        "1056, 33, 47, true",
        "513, 130, 77, false",
        "95, 257, 129, false",
        "31, 40, 40, false",
        "40, 3, 40, false",
        "1, 1, 1, false"
    })
    void productsAreSumsOfWhatIsMultiplied(int m, int n, int k, boolean whole) {
        for (int kind = 0; kind < 16; kind++) {
            Precision precision = kind / 8 == 0 ? Precision.BFLOAT16 : Precision.BFLOAT16X3;
            Bfloat16 products = LayerProducts.written(library, precision);
            boolean transposeA = kind / 4 % 2 == 1;
            boolean transposeB = kind / 2 % 2 == 1;
            boolean adds = kind % 2 == 1;
            Matrix a = transposeA ? Grid.normal(1, k, m, 1) : Grid.normal(1, m, k, 1);
            Matrix b = transposeB ? Grid.normal(2, n, k, 1) : Grid.normal(2, k, n, 1);
            Matrix c = adds ? Grid.normal(3, m, n, 1) : Grid.poisoned(m, n);
            Sums sums = Sums.of(precision, a, b, transposeA, transposeB, k, adds ? Grid.copy(c) : null);
            int before = products.begin();
            products.multiply(transposeA, transposeB, a, b, k, 1, adds ? 1 : 0, c);
            products.end(before);
            sums.check(c, k, whole && (!transposeA || precision == Precision.BFLOAT16 && k % 32 == 0));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "512, 256, 256, true",
        "96, 64, 128, true",
        "1056, 33, 47, true",
        "513, 130, 77, false",
        "7, 40, 40, false"
    })
    void packedWeightsGiveTheSame(int m, int n, int k, boolean whole) {
        packedWeightsGiveTheSame(Precision.BFLOAT16, m, n, k, whole);
        packedWeightsGiveTheSame(Precision.BFLOAT16X3, m, n, k, whole);
    }

    private void packedWeightsGiveTheSame(Precision precision, int m, int n, int k, boolean whole) {
        try (CpuKernels kernels = new CpuKernels(2, precision)) {
            for (int kind = 0; kind < 4; kind++) {
                boolean transposed = kind / 2 == 1;
                boolean adds = kind % 2 == 1;
                Matrix a = Grid.normal(1, m, k, 1);
                Matrix w = transposed ? Grid.normal(2, n, k, 1) : Grid.normal(2, k, n, 1);
                Matrix c = adds ? Grid.normal(3, m, n, 1) : Grid.poisoned(m, n);
                Sums sums = Sums.of(precision, a, w, false, transposed, k, adds ? Grid.copy(c) : null);
                Factor factor =
                        new Factor(w, transposed, FloatBlock.allocate(kernels.packedLength(w.rows(), w.columns())));
                factor.packed().poison();
                kernels.pack(List.of(factor));
                kernels.multiply(a, factor, adds ? 1 : 0, c);
                sums.check(c, k, whole);
            }
            assertThat(kernels.packedLength(31, 100)).isZero();
            assertThat(kernels.exact().packedLength(256, 256)).isZero();
            assertThatThrownBy(() -> kernels.multiply(
                            Grid.normal(1, 5, 40, 1),
                            new Factor(Grid.normal(2, 41, 41, 1), false, FloatBlock.allocate(2000)),
                            0,
                            Grid.poisoned(5, 41)))
                    .hasMessageContaining("shapes of a product must fit; a=[5,40]");
        }
    }

    /** Of the value that is rounded farthest, 1 + 2⁻⁸, and one whose lower part is large and rounded far. */
    @Test
    void theBoundIsMet() {
        for (Precision precision : new Precision[] {Precision.BFLOAT16, Precision.BFLOAT16X3}) {
            float value = precision == Precision.BFLOAT16 ? 1 + 0x1p-8f : 1 + 0x1p-8f - 0x1p-17f - 0x1p-23f;
            Matrix a = constant(value);
            Matrix c = Grid.poisoned(32, 32);
            Bfloat16 products = LayerProducts.written(library, precision);
            int before = products.begin();
            products.multiply(false, false, a, a, 32, 1, 0, c);
            products.end(before);
            double off = Math.abs(c.get(3, 5) / (32.0 * value * value) - 1);
            assertThat(off).isBetween(0.9 * rounding(precision), rounding(precision));
        }
    }

    /** Threads, and a second time: the same bits. */
    @ParameterizedTest
    @EnumSource(names = "FLOAT32", mode = EnumSource.Mode.EXCLUDE)
    void bitsDoNotDependOnThreads(Precision precision) {
        List<double[][]> seen = new ArrayList<>();
        for (int threads : new int[] {1, 2, 3, 2}) {
            try (CpuKernels kernels = new CpuKernels(threads, precision)) {
                Matrix x = Grid.normal(1, 1500, 70, 1);
                Matrix w = Grid.normal(2, 70, 90, 1);
                Matrix y = Grid.poisoned(1500, 90);
                Matrix gradient = Grid.poisoned(70, 90);
                Factor factor = new Factor(w, false, FloatBlock.allocate(kernels.packedLength(70, 90)));
                kernels.pack(List.of(factor));
                kernels.rows(
                        1500, (block, from, to) -> kernels.multiply(x.rows(from, to), factor, 0, y.rows(from, to)));
                kernels.weightGradients(List.of(new WeightGradient(x, y, gradient)));
                seen.add(Grid.values(y));
                seen.add(Grid.values(gradient));
            }
        }
        for (int i = 2; i < seen.size(); i++) {
            assertThat(seen.get(i)).isDeepEqualTo(seen.get(i % 2));
        }
    }

    /** What is scaled, and what is not of layers, is in float32. */
    @ParameterizedTest
    @EnumSource(names = "FLOAT32", mode = EnumSource.Mode.EXCLUDE)
    void otherProductsStayInFloat32(Precision precision) {
        try (CpuKernels kernels = new CpuKernels(1, precision)) {
            Matrix a = Grid.normal(1, 64, 64, 1);
            Matrix b = Grid.normal(2, 64, 64, 1);
            Matrix c = Grid.poisoned(64, 64);
            Matrix expected = Grid.poisoned(64, 64);
            Blas.multiply(a, b, -1, 0, expected);
            kernels.multiply(a, b, -1, 0, c);
            assertThat(Grid.values(c)).isDeepEqualTo(Grid.values(expected));
            Blas.multiply(a, b, 1, 0, expected);
            if (precision == Precision.BFLOAT16X3) {
                Blas.transposedMultiply(a, b, 1, 0, expected);
                kernels.transposedMultiply(a, b, 1, 0, c);
                assertThat(Grid.values(c)).isDeepEqualTo(Grid.values(expected));
                Blas.multiply(a, b, 1, 0, expected);
            }
            kernels.exact().multiply(a, b, 1, 0, c);
            assertThat(Grid.values(c)).isDeepEqualTo(Grid.values(expected));
            kernels.multiply(a, b, 1, 0, c);
            assertThat(Arrays.deepEquals(Grid.values(c), Grid.values(expected))).isFalse();
        }
    }

    private static Matrix constant(float value) {
        Matrix m = Grid.poisoned(32, 32);
        for (int i = 0; i < 32; i++) {
            for (int j = 0; j < 32; j++) {
                m.set(i, j, value);
            }
        }
        return m;
    }

    @Test
    void withoutOneDnnItIsRefused() {
        assertThatThrownBy(() -> LayerProducts.written(new OpenBlas(), Precision.BFLOAT16X3))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(
                        "products in bfloat16 need oneDNN and a processor that multiplies it (avx512_bf16, amx_bf16); "
                                + "performer4j.precision=bfloat16x3, products by OpenBLAS");
    }
}
