package io.github.performer4j.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.performer4j.kernels.layer.LayerElements;
import io.github.performer4j.kernels.memory.FloatBlock;
import io.github.performer4j.kernels.memory.Heads;
import io.github.performer4j.kernels.memory.Matrix;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.bytedeco.javacpp.FloatPointer;
import org.junit.jupiter.api.Test;

/** Blocks, and the views that lie in them. */
class MemoryTest {

    private static void refused(String message, ThrowingCallable... calls) {
        for (ThrowingCallable call : calls) {
            assertThatThrownBy(call)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(message);
        }
    }

    @Test
    void blocksAreAlignedWrittenAndRead() {
        for (int length : new int[] {0, 1, 17, 1000}) {
            FloatBlock block = FloatBlock.allocate(length);
            assertThat(block.length()).isEqualTo(Math.max(1, length));
            assertThat(block.pointer(0).address() % 64 + block.pointer(0).position() * Float.BYTES % 64)
                    .isIn(0L, 64L);
            block.poison();
            assertThat(block.get(block.length() - 1)).isNaN();
        }
        FloatBlock block = FloatBlock.allocate(7);
        block.fill(0, 7, 1);
        block.write(2, new float[] {9, 2, 3, 4, 9}, 1, 3);
        float[] read = new float[9];
        block.read(1, read, 2, 5);
        assertThat(read).containsExactly(0, 0, 1, 2, 3, 4, 1, 0, 0);
    }

    @Test
    void wrappedMemoryIsSharedFromThePointersPositionOn() {
        try (FloatPointer pointer = new FloatPointer(1, 2, 3, 4, 5)) {
            FloatPointer second = new FloatPointer(pointer).position(1);
            FloatBlock block = FloatBlock.wrap(second, 4);
            assertThat(block.get(0)).isEqualTo(2);
            block.set(3, 50);
            assertThat(pointer.get(4)).isEqualTo(50);
            refused("a block must lie in its memory; length=5, memory=4", () -> FloatBlock.wrap(second, 5));
            refused("a block must lie in its memory; length=0", () -> FloatBlock.wrap(second, 0));
        }
        refused("a block needs memory", () -> FloatBlock.wrap(null, 1), () -> FloatBlock.wrap(new FloatPointer(), 1));
    }

    @Test
    void whatDoesNotLieInABlockIsRefused() {
        FloatBlock block = FloatBlock.allocate(10);
        refused("length must not be negative; length=-1", () -> FloatBlock.allocate(-1));
        refused(
                "values must lie in the block",
                () -> block.get(10),
                () -> block.get(-1),
                () -> block.set(10, 0),
                () -> block.fill(5, 6, 0),
                () -> block.fill(5, -1, 0),
                () -> block.fill(Long.MAX_VALUE, Long.MAX_VALUE, 0),
                () -> block.read(8, new float[9], 0, 3),
                () -> block.write(8, new float[9], 0, 3));
        refused("a matrix needs a block", () -> new Matrix(null, 0, 1, 1, 1));
        refused(
                "stride >= columns",
                () -> new Matrix(block, 0, -1, 1, 1),
                () -> new Matrix(block, 0, 1, 0, 1),
                () -> new Matrix(block, 0, 1, 3, 2));
        refused(
                "a matrix must lie in its block",
                () -> new Matrix(block, -1, 1, 1, 1),
                () -> new Matrix(block, 1, 2, 4, 6),
                () -> new Matrix(block, 0, Integer.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE),
                () -> Matrix.of(block, 3, 4));
        Matrix m = new Matrix(block, 1, 2, 3, 6); // the gap behind the last row need not exist
        assertThat(m.at(1)).isEqualTo(7);
        assertThat(m.rows(1, 2).columns(1, 3)).isEqualTo(new Matrix(block, 8, 1, 2, 6));
        assertThat(m.rows(1, 1).rows()).isZero();
        refused("rows must lie in the matrix", () -> m.rows(-1, 1), () -> m.rows(2, 1), () -> m.rows(0, 3));
        refused("columns must lie in the matrix", () -> m.columns(-1, 1), () -> m.columns(1, 1), () -> m.columns(0, 4));
    }

    @Test
    void headsOfInterleavedRows() {
        Matrix rows = Matrix.allocate(2 * 5, 3 * 4).columns(0, 12);
        Heads heads = Heads.of(rows, 2, 3);
        assertThat(heads.rows(1, 2)).isEqualTo(new Matrix(rows.block(), 5 * 12 + 2 * 4, 5, 4, 12));
        Heads plain = Heads.of(rows.block(), 2, 3, 5, 4);
        assertThat(plain.rows(1, 2)).isEqualTo(new Matrix(rows.block(), (3 + 2) * 20, 5, 4, 4));
        refused("batch must divide rows and heads columns", () -> Heads.of(rows, 3, 3), () -> Heads.of(rows, 2, 5));
        refused("batch must divide rows and heads columns", () -> Heads.of(rows, 0, 3), () -> Heads.of(rows, 2, -3));
        FloatBlock block = rows.block();
        refused("heads need a block", () -> Heads.of((FloatBlock) null, 1, 1, 1, 1));
        refused("must be positive", () -> Heads.of(block, 1, 0, 1, 1), () -> Heads.of(block, 1, 1, 1, -1));
        refused("heads must lie in their block", () -> Heads.of(block, 2, 3, 5, 5), () -> Heads.of(block, 3, 3, 5, 4));
        refused("tokens not overlap", () -> new Heads(block, 0, 1, 1, 2, 4, 0, 0, 3));
        refused("strides must not be negative", () -> new Heads(block, 60, 2, 1, 1, 4, -8, 0, 4));
        refused("heads must lie in their block", () -> new Heads(block, 0, 2, 1, 1, 4, 1L << 62, 0, 4));
        refused("heads must lie in their block", () -> new Heads(block, 0, 5, 1, 1, 4, 1L << 62, 0, 4));
    }

    /** A block of more than 1 GiB is seen through several windows; only what is touched becomes memory. */
    @Test
    void blocksBeyondOneWindow() {
        long boundary = FloatBlock.REACH;
        FloatBlock block = FloatBlock.allocate(boundary + 3000);
        block.fill(boundary - 1000, 2000, 2);
        block.set(boundary, 3);
        assertThat(block.get(boundary - 1)).isEqualTo(2);
        assertThat(block.get(boundary)).isEqualTo(3);
        float[] read = new float[2];
        block.read(boundary - 1, read, 0, 2);
        assertThat(read).containsExactly(2, 3);

        Matrix m = new Matrix(block, boundary - 1000, 2, 613, 900); // the second row lies across
        for (LayerElements elements : Grid.implementations()) {
            elements.fill(m, 1);
            Matrix sums = Grid.normal(1, 1, 613, 0);
            elements.addColumnSums(m, sums);
            Grid.assertClose(sums, Grid.values(1, 613, (r, c) -> 2), 0);
            assertThat(elements.squaredNorm(block, boundary - 1000, 613)).isEqualTo(613);
        }
        assertThat(block.get(boundary - 1000 + 613)).isEqualTo(2);
        assertThat(block.get(boundary - 100 + 613)).isEqualTo(2);
    }
}
