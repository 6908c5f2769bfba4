package io.github.performer4j.kernels.product;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.performer4j.kernels.Grid;
import io.github.performer4j.kernels.machine.BlasThreads;
import io.github.performer4j.kernels.machine.OpenMp;
import io.github.performer4j.kernels.math.CounterRandom;
import io.github.performer4j.kernels.memory.Matrix;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each library's products against sums in float64, on views with gaps of NaN; one thread, and nothing left changed. */
class ProductsTest {
    private static final CounterRandom SIZES = CounterRandom.of(7, 11, 13);

    /** One product: c [m,n] of sums of k terms, and what is transposed. */
    record Case(int m, int n, int k, boolean transposeA, boolean transposeB, float alpha, float beta) {
        private Matrix a() {
            return transposeA ? Grid.normal(1, k, m, 1) : Grid.normal(1, m, k, 1);
        }

        private Matrix b() {
            return transposeB ? Grid.normal(2, n, k, 1) : Grid.normal(2, k, n, 1);
        }

        /** What was in c before; NaN where it must not be read. */
        private Matrix c() {
            return beta == 0 ? Grid.poisoned(m, n) : Grid.normal(3, m, n, 1);
        }

        private Matrix by(Products products) {
            Matrix c = c();
            int before = products.begin();
            products.multiply(transposeA, transposeB, a(), b(), k, alpha, beta, c);
            products.end(before);
            return c;
        }

        private double[][] expected() {
            double[][] a = Grid.values(a());
            double[][] b = Grid.values(b());
            Matrix c = c();
            return Grid.values(m, n, (i, j) -> {
                double sum = 0;
                for (int l = 0; l < k; l++) {
                    sum += (transposeA ? a[l][i] : a[i][l]) * (transposeB ? b[j][l] : b[l][j]);
                }
                return alpha * sum + (beta == 0 ? 0 : beta * c.get(i, j));
            });
        }
    }

    static List<Products> libraries() {
        return List.of(new OneDnn(), new OpenBlas());
    }

    private static Stream<Case> cases() {
        int[][] ours = {{512, 256, 256}, {256, 512, 512}, {128, 64, 256}, {1, 1, 1}, {1, 257, 3}, {67, 1, 129}};
        Stream<int[]> drawn = IntStream.range(0, 24).mapToObj(i -> new int[] {size(), size(), size()});
        return Stream.concat(Stream.of(ours), drawn)
                .flatMap(s -> IntStream.range(0, 4)
                        .mapToObj(t -> new Case(
                                s[0],
                                s[1],
                                s[2],
                                t / 2 == 1,
                                t % 2 == 1,
                                t == 0 ? 1 : -0.75f,
                                s[1] % 3 == 0 ? 0 : s[1] % 3 - 2.5f)));
    }

    private static int size() {
        return 1 + (int) Math.floorMod(SIZES.nextLong(), 130L);
    }

    @ParameterizedTest
    @MethodSource("libraries")
    void productsAreSums(Products products) {
        cases().forEach(c -> Grid.assertClose(c.by(products), c.expected(), 4e-7 * Math.sqrt(c.k) + 2e-7));
    }

    @ParameterizedTest
    @MethodSource("libraries")
    void whatIsInTheResultDoesNotMatterWithoutBeta(Products products) {
        for (int t = 0; t < 4; t++) {
            Case c = new Case(65, 130, 33, t / 2 == 1, t % 2 == 1, 1, 0);
            Grid.assertClose(c.by(products), c.expected(), 1e-6);
        }
    }

    @Test
    void howManyThreadsOpenMpHasMakesNoDifferenceAndIsLeftAsItWas() {
        Products products = new OneDnn();
        Case c = new Case(257, 131, 1031, true, false, 1, 1);
        int usual = OpenMp.omp_get_max_threads();
        float[] one = values(c.by(products));
        try {
            for (int threads : new int[] {1, 2, 5}) {
                OpenMp.omp_set_num_threads(threads);
                assertThat(values(c.by(products))).isEqualTo(one);
                assertThat(OpenMp.omp_get_max_threads()).isEqualTo(threads);
                int before = products.begin();
                assertThat(OpenMp.omp_get_max_threads()).isEqualTo(1);
                products.end(before);
            }
        } finally {
            OpenMp.omp_set_num_threads(usual);
        }
    }

    @Test
    void openBlasHasOneThreadWhileKernelsComputeAndWhatItHadAfterwards() {
        Products products = new OpenBlas();
        int usual = BlasThreads.number();
        assertThat(usual).isPositive();
        org.bytedeco.openblas.global.openblas.blas_set_num_threads(3);
        try {
            int before = products.begin();
            int inner = products.begin(); // another worker
            assertThat(BlasThreads.number()).isEqualTo(1);
            products.end(inner);
            assertThat(BlasThreads.number()).isEqualTo(1);
            products.end(before);
            assertThat(BlasThreads.number()).isEqualTo(3);
            SymmetricEigen.of(new double[] {2, 1, 1, 2}, 2);
            assertThat(BlasThreads.number()).isEqualTo(3);
        } finally {
            org.bytedeco.openblas.global.openblas.blas_set_num_threads(usual);
        }
    }

    @Test
    void aStatusOfFailureIsThrown() {
        Matrix c = Grid.poisoned(5, 7);
        OneDnn.check(0, c, 3);
        assertThatThrownBy(() -> OneDnn.check(2, c, 3))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("oneDNN must compute the product; status=2, rows=5, columns=7, inner=3");
    }

    @ParameterizedTest
    @MethodSource("libraries")
    void aLibrarySaysWhatItIs(Products products) {
        assertThat(products.library().toString()).matches("(oneDNN|OpenBLAS) \\d+\\.\\d+(\\.\\d+)? \\([A-Za-z].+\\)");
    }

    private static float[] values(Matrix m) {
        float[] out = new float[m.rows() * m.columns()];
        for (int r = 0; r < m.rows(); r++) {
            m.block().read(m.offset() + (long) r * m.stride(), out, r * m.columns(), m.columns());
        }
        return out;
    }
}
