package io.github.performer4j.kernels;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.performer4j.kernels.memory.Matrix;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How rows are cut into blocks: for every number of rows a partition without empty parts, and room for each in what holds the most. */
class RowBlocksTest {
    private static final int EVERY = 3000;

    /** Every number of rows up to 3,000, and the neighbours of those where the size of blocks changes. */
    static IntStream rows() {
        return IntStream.concat(
                IntStream.rangeClosed(0, EVERY),
                IntStream.of(3072, 3584, 4096, 4608, 8192, 65_536, 1 << 20)
                        .flatMap(n -> IntStream.of(n - 1, n, n + 1)));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void blocksAreAPartitionAndNoneIsEmpty(int threads) {
        try (CpuKernels kernels = new CpuKernels(threads)) {
            rows().forEach(n -> {
                int blocks = kernels.blocks(n);
                int[] from = new int[blocks];
                int[] to = new int[blocks];
                kernels.rows(n, (block, first, end) -> {
                    from[block] = first;
                    to[block] = end;
                });
                int next = 0;
                for (int block = 0; block < blocks; block++) {
                    assertThat(from[block])
                            .as("rows=%d, block=%d", n, block)
                            .isEqualTo(next)
                            .isLessThan(to[block]);
                    next = to[block];
                }
                assertThat(next).isEqualTo(n);
            });
        }
    }

    /** A shorter chunk can have more blocks (512 rows have 8, 513 have 5): what serves both must have room for the most. */
    @Test
    void theMostBlocksAreThoseOfAnyShorterNumberOfRows() {
        try (CpuKernels kernels = new CpuKernels(1)) {
            int most = 0;
            for (int n = 0; n <= 20_000; n++) {
                most = Math.max(most, kernels.blocks(n));
                assertThat(kernels.mostBlocks(n)).as("rows=%d", n).isEqualTo(most);
            }
        }
    }

    /** What sums by block must not depend on how many rows came before. */
    @ParameterizedTest
    @ValueSource(ints = {1, 7, 128})
    void everyColumnIsSummedOnceByBlocks(int columns) {
        try (CpuKernels kernels = new CpuKernels(2)) {
            Matrix ones = Matrix.allocate(EVERY, columns);
            kernels.elements().fill(ones, 1);
            Matrix sums = Matrix.allocate(kernels.mostBlocks(EVERY), columns);
            Matrix total = Matrix.allocate(1, columns);
            for (int n = 1; n <= EVERY; n += columns == 1 ? 1 : 13) {
                sums.block().poison();
                int blocks = kernels.blocks(n);
                kernels.elements().fill(sums.rows(0, blocks), 0);
                kernels.rows(
                        n,
                        (block, from, to) ->
                                kernels.elements().addColumnSums(ones.rows(from, to), sums.rows(block, block + 1)));
                kernels.elements().fill(total, 0);
                kernels.elements().addColumnSums(sums.rows(0, blocks), total);
                assertThat(total.get(0, 0)).isEqualTo(n);
                assertThat(total.get(0, columns - 1)).isEqualTo(n);
            }
        }
    }
}
