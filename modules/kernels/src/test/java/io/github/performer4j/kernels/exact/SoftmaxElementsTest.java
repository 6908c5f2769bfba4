package io.github.performer4j.kernels.exact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.performer4j.kernels.machine.Simd;
import io.github.performer4j.kernels.math.CounterRandom;
import io.github.performer4j.kernels.memory.FloatBlock;
import io.github.performer4j.kernels.memory.Matrix;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Both implementations against {@link Math#exp}, at widths that fill vectors and widths that do not, and memory beside the block as it was. */
class SoftmaxElementsTest {
    private static final double BOUND = 1e-6;
    private static final int STRIDE = 67;
    private static final int ROWS = 41;
    private static final int QUERY = 3;
    private static final int KEY = 5;

    static List<SoftmaxElements> elements() {
        return Simd.available()
                ? List.of(new PlainSoftmaxElements(), (SoftmaxElements) Simd.load("VectorSoftmaxElements"))
                : List.of(new PlainSoftmaxElements());
    }

    /** Query QUERY + r sees r keys of the block, the last ones all. */
    private static int[] seen() {
        return IntStream.range(0, QUERY + ROWS).map(t -> KEY - QUERY + t).toArray();
    }

    private static Matrix drawn(int columns, long seed) {
        FloatBlock block = FloatBlock.allocate((ROWS + 1L) * STRIDE);
        block.poison();
        Matrix x = new Matrix(block, 7, ROWS, columns, STRIDE);
        CounterRandom random = CounterRandom.of(seed);
        for (int i = 0; i < ROWS * columns; i++) {
            x.set(i / columns, i % columns, (float) random.nextGaussian() * 3);
        }
        return x;
    }

    private static void besideIsUntouched(Matrix x) {
        for (long i = 0; i < x.block().length(); i++) {
            long at = i - x.offset();
            if (at < 0 || at % STRIDE >= x.columns() || at / STRIDE >= ROWS) {
                assertThat(x.block().get(i)).isNaN();
            }
        }
    }

    @ParameterizedTest
    @MethodSource("elements")
    void exponentialsGoOnFromEarlierBlocks(SoftmaxElements elements) {
        for (int columns : new int[] {1, 7, 16, 31, 32, 37, 64}) {
            Matrix s = drawn(columns, 2);
            Matrix given = drawn(columns, 2);
            float[] top = new float[ROWS];
            float[] sum = new float[ROWS];
            float[] factor = new float[ROWS];
            for (int r = 0; r < ROWS; r++) {
                top[r] = r % 2 == 0 ? 1.5f : Float.NEGATIVE_INFINITY;
                sum[r] = r % 2 == 0 ? 2.5f : 0;
                for (int j = r; j < columns; j++) {
                    s.set(r, j, Float.NaN);
                }
            }
            elements.exponentials(s, seen(), QUERY, KEY, top, sum, factor);
            for (int r = 0; r < ROWS; r++) {
                float before = r % 2 == 0 ? 1.5f : Float.NEGATIVE_INFINITY;
                float m = before;
                for (int j = 0; j < Math.min(r, columns); j++) {
                    m = Math.max(m, given.get(r, j));
                }
                double wanted = r % 2 == 0 ? 2.5 * Math.exp(before - m) : 0;
                for (int j = 0; j < columns; j++) {
                    double e = j < r ? Math.exp(given.get(r, j) - m) : 0;
                    assertThat((double) s.get(r, j)).isCloseTo(e, within(BOUND * e));
                    wanted += e;
                }
                assertThat(top[r]).isEqualTo(m);
                assertThat((double) sum[r]).isCloseTo(wanted, within(BOUND * wanted));
                assertThat((double) factor[r]).isCloseTo(r == 0 ? 1 : Math.exp(before - m), within(BOUND));
            }
            besideIsUntouched(s);
        }
    }

    @ParameterizedTest
    @MethodSource("elements")
    void gradientIsProbabilityTimesDeviation(SoftmaxElements elements) {
        for (int columns : new int[] {1, 7, 16, 31, 32, 37, 64}) {
            Matrix s = drawn(columns, 3);
            Matrix given = drawn(columns, 3);
            Matrix d = drawn(columns, 4);
            Matrix error = drawn(columns, 4);
            float[] logSum = new float[ROWS];
            float[] delta = new float[ROWS];
            for (int r = 0; r < ROWS; r++) {
                logSum[r] = r == 0 ? Float.POSITIVE_INFINITY : 11 + r / 41f;
                delta[r] = r / 7f;
            }
            elements.gradient(s, d, seen(), QUERY, KEY, logSum, delta);
            for (int r = 0; r < ROWS; r++) {
                for (int j = 0; j < columns; j++) {
                    double p = j < r ? Math.exp(given.get(r, j) - logSum[r]) : 0;
                    double g = j < r ? p * (error.get(r, j) - delta[r]) : 0;
                    assertThat((double) s.get(r, j)).isCloseTo(p, within(BOUND * p));
                    assertThat((double) d.get(r, j)).isCloseTo(g, within(BOUND * Math.abs(g)));
                }
            }
            besideIsUntouched(s);
            besideIsUntouched(d);
        }
    }

    /** As within a window: rows that see no key of the block, because theirs end before it. */
    @ParameterizedTest
    @MethodSource("elements")
    void keysMayEndBeforeTheBlock(SoftmaxElements elements) {
        for (int columns : new int[] {1, 16, 37}) {
            Matrix s = drawn(columns, 6);
            Matrix d = drawn(columns, 7);
            float[] top = new float[ROWS];
            float[] sum = new float[ROWS];
            float[] factor = new float[ROWS];
            int[] seen = IntStream.range(0, QUERY + ROWS).map(t -> t % 6).toArray();
            elements.exponentials(s, seen, QUERY, KEY, top, sum, factor);
            for (int r = 0; r < ROWS; r++) {
                assertThat(factor[r]).isEqualTo(1);
                assertThat(sum[r]).isZero();
                assertThat(s.get(r, columns - 1)).isZero();
            }
            besideIsUntouched(s);
            s = drawn(columns, 6);
            elements.gradient(s, d, seen, QUERY, KEY, new float[ROWS], new float[ROWS]);
            for (int r = 0; r < ROWS; r++) {
                assertThat(s.get(r, 0) + d.get(r, columns - 1)).isZero();
            }
            besideIsUntouched(s);
            besideIsUntouched(d);
        }
    }

    @ParameterizedTest
    @MethodSource("elements")
    void farBelowTheLargestIsZeroAndClearClears(SoftmaxElements elements) {
        Matrix s = drawn(37, 5);
        elements.clear(s);
        besideIsUntouched(s);
        for (int r = 0; r < ROWS; r++) {
            for (int j = 0; j < 37; j++) {
                assertThat(s.get(r, j)).isZero();
                s.set(r, j, j == 0 ? 90 : -j);
            }
        }
        float[] top = new float[ROWS];
        float[] sum = new float[ROWS];
        java.util.Arrays.fill(top, Float.NEGATIVE_INFINITY);
        elements.exponentials(s, seen(), QUERY, KEY, top, sum, new float[ROWS]);
        for (int r = 1; r < ROWS; r++) {
            assertThat(sum[r]).isEqualTo(1);
            for (int j = 1; j < 37; j++) {
                assertThat(s.get(r, j)).isZero();
            }
        }
    }
}
