package io.github.performer4j.kernels;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.performer4j.kernels.Kernels.WeightGradient;
import io.github.performer4j.kernels.machine.Precision;
import io.github.performer4j.kernels.product.LayerProducts;
import io.github.performer4j.kernels.product.Parallel;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Gradients of weights against sums in float64, wide and high ones, of several tiles and slices; bits do not depend on
 * threads.
 */
class WeightGradientsTest {
    private static List<WeightGradient> products() {
        List<WeightGradient> products = new ArrayList<>();
        for (int[] size :
                new int[][] {{1, 1, 1}, {700, 65, 131}, {700, 131, 65}, {13, 520, 7}, {530, 7, 520}, {5, 64, 63}}) {
            products.add(new WeightGradient(
                    Grid.normal(1, size[0], size[1], 1),
                    Grid.normal(2, size[0], size[2], 1),
                    Grid.poisoned(size[1], size[2])));
        }
        return products;
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void eachIsTheSumOverItsRows(boolean turns) {
        List<List<double[][]>> results = new ArrayList<>();
        for (int threads : new int[] {1, 2, 3}) {
            List<WeightGradient> products = products();
            try (Parallel parallel = new Parallel(threads)) {
                new WeightGradients(parallel, LayerProducts.of(Precision.FLOAT32), turns).compute(products);
            }
            products.forEach(product -> check(product, 1));
            results.add(products.stream().map(p -> Grid.values(p.c())).toList());
        }
        for (int i = 0; i < results.get(0).size(); i++) {
            assertThat(results.get(1).get(i)).isDeepEqualTo(results.get(0).get(i));
            assertThat(results.get(2).get(i)).isDeepEqualTo(results.get(0).get(i));
        }
    }

    /** Of three parts of the rows, the first overwriting what stood there, it is what all give at once. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void partsAddUp(boolean turns) {
        List<WeightGradient> products = products();
        try (Parallel parallel = new Parallel(2)) {
            for (int i = 0; i < 3; i++) {
                boolean adds = i > 0;
                new WeightGradients(parallel, LayerProducts.of(Precision.FLOAT32), turns)
                        .compute(products.stream()
                                .map(p -> new WeightGradient(p.a(), p.b(), p.c(), adds))
                                .toList());
            }
        }
        products.forEach(product -> check(product, 3));
    }

    private static void check(WeightGradient product, int times) {
        double[][] a = Grid.values(product.a());
        double[][] b = Grid.values(product.b());
        double[][] expected = Grid.values(product.c().rows(), product.c().columns(), (i, j) -> {
            double sum = 0;
            for (int r = 0; r < a.length; r++) {
                sum += a[r][i] * b[r][j];
            }
            return times * sum;
        });
        Grid.assertClose(product.c(), expected, 2e-6);
    }
}
