package io.github.performer4j.kernels.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.performer4j.kernels.Grid;
import io.github.performer4j.kernels.memory.Matrix;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rotary positions against products of complex numbers, and their law: scores depend on distances. */
class RotationTest {
    private static final int HEADS = 3;
    private static final int SIZE = 11;
    private static final int PAIRS = 4;
    private static final int TOKENS = 17;

    private static double angle(int t, int i) {
        return t * Math.pow(100, -i / (double) PAIRS);
    }

    private static Rotation rotation(boolean interleaved) {
        float[] cosines = new float[TOKENS * PAIRS];
        float[] sines = new float[TOKENS * PAIRS];
        for (int t = 0; t < TOKENS; t++) {
            for (int i = 0; i < PAIRS; i++) {
                cosines[t * PAIRS + i] = (float) Math.cos(angle(t, i));
                sines[t * PAIRS + i] = (float) Math.sin(angle(t, i));
            }
        }
        return new Rotation(PAIRS, interleaved ? 2 : 1, interleaved ? 1 : PAIRS, cosines, sines);
    }

    /** Column c of a head times e^{iθ}: the real part for the first of a pair, the imaginary part for the second. */
    private static double turned(double[] row, int t, int c, boolean interleaved) {
        int head = c / SIZE * SIZE;
        int column = c % SIZE;
        if (column >= 2 * PAIRS) {
            return row[c];
        }
        int pair = interleaved ? column / 2 : column % PAIRS;
        boolean second = interleaved ? column % 2 == 1 : column >= PAIRS;
        double a = row[head + (interleaved ? 2 * pair : pair)];
        double b = row[head + (interleaved ? 2 * pair + 1 : pair + PAIRS)];
        double theta = angle(t, pair);
        return second ? a * Math.sin(theta) + b * Math.cos(theta) : a * Math.cos(theta) - b * Math.sin(theta);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void turnsAndTurnsBack(boolean interleaved) {
        int tokens = 7;
        int first = 10; // the fourth row of the second sequence
        int offset = 8;
        Matrix x = Grid.normal(1, 6, HEADS * SIZE, 1);
        double[][] before = Grid.values(x);
        rotation(interleaved).apply(x, first, tokens, offset, HEADS, false);
        Grid.assertClose(
                x,
                Grid.values(
                        6, HEADS * SIZE, (r, c) -> turned(before[r], offset + (first + r) % tokens, c, interleaved)),
                1e-6);
        rotation(interleaved).apply(x, first, tokens, offset, HEADS, true);
        Grid.assertClose(x, before, 1e-6);
        Grid.assertGapsUntouched(x);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void scoresDependOnDistances(boolean interleaved) {
        Rotation rotation = rotation(interleaved);
        double[] scores = new double[2];
        for (int shift = 0; shift < 2; shift++) {
            Matrix q = Grid.normal(1, 1, SIZE, 1);
            Matrix k = Grid.normal(2, 1, SIZE, 1);
            rotation.apply(q, 9 + 4 * shift, TOKENS, 0, 1, false);
            rotation.apply(k, 2 + 4 * shift, TOKENS, 0, 1, false);
            for (int c = 0; c < SIZE; c++) {
                scores[shift] += q.get(0, c) * k.get(0, c);
            }
        }
        assertThat(scores[1]).isCloseTo(scores[0], within(1e-5));
    }

    @Test
    void refuses() {
        Matrix x = Matrix.allocate(2, 2 * SIZE);
        assertThatThrownBy(() -> rotation(false).apply(x, 0, TOKENS, 1, 2, false))
                .hasMessageContaining("tokens=17, offset=1, angles=17");
        assertThatThrownBy(() -> rotation(false).apply(x, 0, 5, 0, 4, false)).hasMessageContaining("headSize=5");
    }
}
