package io.github.performer4j.kernels.product;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.performer4j.kernels.CpuKernels;
import io.github.performer4j.kernels.Grid;
import io.github.performer4j.kernels.Kernels.Transpose;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Transposes of several sizes, on views with gaps of NaN that stay. */
class TransposesTest {
    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void everyValueIsAtItsPlace(int threads) {
        List<Transpose> list = new ArrayList<>();
        for (int[] size : new int[][] {{1, 1}, {1, 130}, {131, 1}, {63, 65}, {64, 64}, {129, 200}}) {
            list.add(new Transpose(Grid.normal(1, size[0], size[1], 1), Grid.poisoned(size[1], size[0])));
        }
        try (CpuKernels kernels = new CpuKernels(threads)) {
            kernels.transpose(list);
            kernels.transpose(List.of());
        }
        for (Transpose t : list) {
            Grid.assertClose(t.out(), Grid.values(t.out().rows(), t.out().columns(), (r, c) -> t.x().get(c, r)), 0);
        }
    }

    @Test
    void aShapeThatDoesNotFitIsRefusedBeforeAnythingIsWritten() {
        Transpose right = new Transpose(Grid.normal(1, 3, 5, 1), Grid.normal(2, 5, 3, 1));
        double[][] before = Grid.values(right.out());
        Transpose wrong = new Transpose(Grid.normal(1, 3, 5, 1), Grid.poisoned(3, 5));
        try (CpuKernels kernels = new CpuKernels(1)) {
            assertThatThrownBy(() -> kernels.transpose(List.of(right, wrong)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("out must be [5,3]; out=[3,5]");
        }
        Grid.assertClose(right.out(), before, 0);
    }
}
