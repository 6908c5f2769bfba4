package io.github.performer4j.kernels.product;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.performer4j.kernels.Grid;
import io.github.performer4j.kernels.machine.Simd;
import io.github.performer4j.kernels.memory.FloatBlock;
import io.github.performer4j.kernels.memory.Matrix;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Two bfloat16 values for one of float32: how near they come, the same bits plain and on vectors, and values that are none. */
class SplitElementsTest {
    private static final int ROWS = 5;

    static List<SplitElements> implementations() {
        return List.of(new PlainSplitElements(), (SplitElements) Simd.load("VectorSplitElements"));
    }

    private static float[] parts(SplitElements elements, float value) {
        Matrix a = Matrix.allocate(1, 37);
        for (int i = 0; i < 37; i++) {
            a.set(0, i, value);
        }
        FloatBlock out = FloatBlock.allocate(60);
        elements.split(a, out, 0, 37, 74, 111);
        float[] seen = {at(out, 0), at(out, 74)};
        for (int i = 0; i < 37; i++) {
            assertThat(bits(out, i)).isEqualTo(bits(out, 0));
            assertThat(bits(out, 37 + i)).isEqualTo(bits(out, 0));
            assertThat(bits(out, 74 + i)).isEqualTo(bits(out, 74));
        }
        return seen;
    }

    private static short bits(FloatBlock block, int place) {
        return block.bytes(0).getShort(place * Short.BYTES);
    }

    private static float at(FloatBlock block, int place) {
        return SplitElements.value(bits(block, place));
    }

    @ParameterizedTest
    @MethodSource("implementations")
    void theSumIsTheValueToSeventeenBits(SplitElements elements) {
        Matrix values = Grid.normal(1, 1, 500, 100);
        for (int i = 0; i < 500; i++) {
            float value = values.get(0, i);
            float[] parts = parts(elements, value);
            assertThat(Math.abs(parts[1])).isLessThanOrEqualTo(0x1p-8f * Math.abs(value));
            assertThat(Math.abs((double) value - parts[0] - parts[1])).isLessThanOrEqualTo(0x1p-17 * Math.abs(value));
        }
        assertThat(parts(elements, 1 + 0x1p-8f)).containsExactly(1, 0x1p-8f); // a tie, to even
        assertThat(parts(elements, 1 + 3 * 0x1p-8f)).containsExactly(1 + 0x1p-6f, -0x1p-8f);
        assertThat(parts(elements, -0f)).containsExactly(-0f, 0f);
        assertThat(parts(elements, Float.MIN_VALUE)).containsExactly(0, 0);
    }

    /** All bits of a value that is none are set: rounding them up would make it a number. */
    @ParameterizedTest
    @MethodSource("implementations")
    void whatIsNoNumberStaysNone(SplitElements elements) {
        for (int bits : new int[] {0x7fc00000, 0x7fffffff, 0xffffffff, 0x7f800001}) {
            float[] parts = parts(elements, Float.intBitsToFloat(bits));
            assertThat(parts[0]).isNaN();
            assertThat(parts[1]).isNaN();
        }
        for (float value : new float[] {Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, Float.MAX_VALUE}) {
            float[] parts = parts(elements, value);
            assertThat(parts[0] + parts[1]).isNaN();
        }
    }

    /** Rows of an odd number of values, at odd places, and nothing written beside them. */
    @ParameterizedTest
    @ValueSource(ints = {1, 3, 16, 17, 63, 100, 613})
    void vectorsWriteTheSameBits(int columns) {
        Matrix a = Grid.normal(1, ROWS, columns, 1);
        int length = 3 * ROWS * (columns + 1) + 3;
        List<FloatBlock> seen = implementations().stream()
                .map(elements -> {
                    FloatBlock out = FloatBlock.allocate(length);
                    out.fill(0, length, 7);
                    int part = ROWS * columns;
                    elements.split(a, out, 1, 1 + 2L * part, 1 + part, columns);
                    return out;
                })
                .toList();
        for (int i = 0; i < 2 * length; i++) {
            assertThat(bits(seen.get(1), i)).as("place %d", i).isEqualTo(bits(seen.get(0), i));
        }
        FloatBlock out = seen.get(0);
        for (int r = 0; r < ROWS; r++) {
            for (int k = 0; k < columns; k++) {
                int place = 1 + r * columns + k;
                float high = at(out, place);
                assertThat(at(out, place + 2 * ROWS * columns)).isEqualTo(high);
                assertThat(high + at(out, place + ROWS * columns)).isCloseTo(a.get(r, k), offset(a.get(r, k)));
            }
        }
        assertThat(bits(out, 0)).isZero(); // the lower half of 7
        assertThat(bits(out, 1 + 3 * ROWS * columns)).isEqualTo((short) (ROWS * columns % 2 == 0 ? 0x40e0 : 0));
    }

    private static org.assertj.core.data.Offset<Float> offset(float value) {
        return org.assertj.core.api.Assertions.within(0x1p-16f * Math.abs(value));
    }

    /** [hi hi lo] beside [hi; lo; hi]. */
    @Test
    void partsOfBothSidesMeet() {
        SplitOperands operands = new SplitOperands();
        Matrix m = Matrix.allocate(2, 1);
        m.set(0, 0, 1 + 0x1p-9f);
        m.set(1, 0, 2 + 0x1p-8f);
        FloatBlock out = FloatBlock.allocate(3);
        operands.write(m, true, true, out);
        assertThat(all(out)).containsExactly(1, 1, 0x1p-9f, 2, 2, 0x1p-8f);
        operands.write(m, true, false, out);
        assertThat(all(out)).containsExactly(1, 2, 1, 2, 0x1p-9f, 0x1p-8f);
        operands.write(m, false, true, out);
        assertThat(all(out)).containsExactly(1, 0x1p-9f, 1, 2, 0x1p-8f, 2);
        operands.write(m, false, false, out);
        assertThat(all(out)).containsExactly(1, 2, 0x1p-9f, 0x1p-8f, 1, 2);
    }

    private static float[] all(FloatBlock out) {
        float[] values = new float[6];
        for (int i = 0; i < 6; i++) {
            values[i] = at(out, i);
        }
        return values;
    }
}
