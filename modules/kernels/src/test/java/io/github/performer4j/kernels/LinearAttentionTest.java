package io.github.performer4j.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.performer4j.kernels.attention.FeatureKernel;
import io.github.performer4j.kernels.attention.LinearAttentionSpec;
import io.github.performer4j.kernels.math.CounterRandom;
import io.github.performer4j.kernels.math.ScalarFunction;
import io.github.performer4j.kernels.memory.FloatBlock;
import io.github.performer4j.kernels.memory.Heads;
import io.github.performer4j.kernels.memory.Matrix;
import io.github.performer4j.kernels.memory.Scratch;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The linear-attention kernel against {@link LinearAttentionOracle}, values and gradients. */
public class LinearAttentionTest {
    private static final double VALUES = 2e-5;
    private static final double GRADIENTS = 1e-4;

    public static final FeatureKernel POSITIVE = new FeatureKernel.Positive(0.6f, 1e-6f);

    /** Masks of a sequence. */
    public enum Padding {
        NONE,
        RIGHT,
        LEFT,
        MIDDLE,
        ALL;

        public double[] mask(int n) {
            double[] m = new double[n];
            for (int i = 0; i < n; i++) {
                m[i] = switch (this) {
                    case NONE -> 1;
                    case RIGHT -> i < n * 2 / 3 ? 1 : 0;
                    case LEFT -> i >= n / 3 ? 1 : 0;
                    case MIDDLE -> i < n / 4 || i > n / 2 ? 1 : 0;
                    case ALL -> 0;
                };
            }
            return m;
        }
    }

    record Case(
            FeatureKernel map, boolean causal, Padding padding, int tq, int tk, int d, int dv, int m, double norm) {}

    static Stream<Arguments> cases() {
        List<FeatureKernel> maps = List.of(
                POSITIVE,
                new FeatureKernel.Positive(0.6f, 0),
                new FeatureKernel.Positive(0.6f, 1e-2f),
                new FeatureKernel.Trigonometric(0.1f), // larger ones have denominators of either sign
                new FeatureKernel.Generalized(ScalarFunction.RELU, true, 0.6f, 1e-3f),
                new FeatureKernel.Generalized(ScalarFunction.ELU_PLUS_ONE, false, 1f, 0),
                new FeatureKernel.Generalized(ScalarFunction.SIGMOID, true, 0.5f, 1e-3f));
        Stream.Builder<Arguments> all = Stream.builder();
        for (boolean causal : new boolean[] {false, true}) {
            for (Padding padding : Padding.values()) {
                for (int t : new int[] {1, 2, 63, 64, 100, padding == Padding.MIDDLE ? 257 : 65}) {
                    all.add(Arguments.of(new Case(POSITIVE, causal, padding, t, t, 5, 7, 19, 1)));
                }
                for (FeatureKernel map : maps) {
                    all.add(Arguments.of(new Case(map, causal, padding, 131, 131, 17, 5, 34, 1)));
                }
            }
            for (int t : new int[] {31, 32, 33, 47, 48, 49, 95, 96, 97, 255, 256, 257}) { // chunks of 32, 48 and 256
                all.add(Arguments.of(new Case(POSITIVE, causal, Padding.RIGHT, t, t, 5, 7, t < 48 ? 1100 : 19, 1)));
            }
            all.add(Arguments.of(new Case(POSITIVE, causal, Padding.RIGHT, 131, 131, 17, 16, 48, 8)));
            all.add(Arguments.of(new Case(POSITIVE, causal, Padding.NONE, 70, 70, 64, 64, 256, 1)));
        }
        all.add(Arguments.of(new Case(POSITIVE, false, Padding.RIGHT, 37, 301, 5, 7, 1100, 1)));
        all.add(Arguments.of(new Case(POSITIVE, false, Padding.LEFT, 301, 37, 5, 7, 19, 1)));
        return all.build();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void equalsTheOracle(Case c) {
        check(c, Double.NaN);
    }

    /** Exponents that rise by 30 within a chunk: the state is rescaled again and again. */
    @ParameterizedTest
    @MethodSource("directions")
    void risingNormsRescale(boolean causal) {
        check(new Case(POSITIVE, causal, Padding.MIDDLE, 150, 150, 5, 7, 19, 1), 6);
    }

    static Stream<Boolean> directions() {
        return Stream.of(false, true);
    }

    private static void check(Case c, double rise) {
        CounterRandom random = CounterRandom.of(7, c.toString().hashCode());
        int batch = 2;
        int heads = 2;
        Heads q = interleaved(random, batch, heads, c.tq, c.d, c.norm, rise);
        Heads k = interleaved(random, batch, heads, c.tk, c.d, c.norm, rise);
        Heads v = separate(random, batch, heads, c.tk, c.dv);
        Heads error = separate(random, batch, heads, c.tq, c.dv);
        Matrix w = c.map.projected() ? gaussian(random, c.map.columns(1) == 2 ? c.m / 2 : c.m, c.d) : null;
        double[] mask = c.padding.mask(c.tk);
        FloatBlock masks = c.padding == Padding.NONE ? null : FloatBlock.allocate((long) batch * c.tk);
        for (int i = 0; masks != null && i < batch * c.tk; i++) {
            masks.set(i, (float) mask[i % c.tk]);
        }
        var spec = new LinearAttentionSpec(q, k, v, masks, c.map, w, c.causal);
        {
            try (CpuKernels kernels = new CpuKernels(1)) {
                Scratch.mine().poison();
                Heads out = poisoned(batch, heads, c.tq, c.dv);
                Heads dq = poisoned(batch, heads, c.tq, c.d);
                Heads dk = poisoned(batch, heads, c.tk, c.d);
                Heads dv = poisoned(batch, heads, c.tk, c.dv);
                FloatBlock saved = FloatBlock.allocate(kernels.saved(spec));
                saved.poison();
                long underflows = kernels.attend(spec, out, saved);
                Scratch.mine().poison();
                Matrix dw = w == null ? null : Grid.poisoned(w.rows(), w.columns());
                kernels.attendBackward(spec, out, saved, error, dq, dk, dv, dw);
                double[][] expectedDw = w == null ? null : new double[w.rows()][w.columns()];
                double leastDw = 0;
                Heads again = poisoned(batch, heads, c.tq, c.dv);
                assertThat(kernels.attend(spec, again, null)).isEqualTo(underflows);
                long expected = 0;
                for (int i = 0; i < batch * heads; i++) {
                    int b = i / heads;
                    int h = i % heads;
                    var oracle = new LinearAttentionOracle(c.map, w == null ? null : doubles(w), c.causal, mask);
                    oracle.run(
                            doubles(q.rows(b, h)),
                            doubles(k.rows(b, h)),
                            doubles(v.rows(b, h)),
                            doubles(error.rows(b, h)));
                    expected += oracle.underflows;
                    close("out", out.rows(b, h), oracle.out, VALUES, 0);
                    close("again", again.rows(b, h), oracle.out, VALUES, 0);
                    close("dv", dv.rows(b, h), oracle.dv, GRADIENTS, 0);
                    double least =
                            0.05 * largest(oracle.dv); // gradients that cancel to nothing, as where one key is seen
                    close("dq", dq.rows(b, h), oracle.dq, GRADIENTS, least);
                    close("dk", dk.rows(b, h), oracle.dk, GRADIENTS, least);
                    leastDw = Math.max(leastDw, least);
                    add(oracle.dw, expectedDw);
                }
                if (dw != null) {
                    close("dw", dw, expectedDw, GRADIENTS, leastDw);
                    Grid.assertGapsUntouched(dw);
                }
                assertThat(underflows).isEqualTo(expected);
            }
        }
    }

    @Test
    void resultsDoNotDependOnThreads() {
        CounterRandom random = CounterRandom.of(11);
        Heads q = separate(random, 2, 5, 203, 13);
        Heads k = separate(random, 2, 5, 203, 13);
        Heads v = separate(random, 2, 5, 203, 11);
        Matrix w = gaussian(random, 29, 13);
        for (boolean causal : new boolean[] {false, true}) {
            float[][] results = new float[2][];
            for (int i = 0; i < 2; i++) {
                try (CpuKernels kernels = new CpuKernels(1 + 2 * i)) {
                    var spec = new LinearAttentionSpec(q, k, v, null, POSITIVE, w, causal);
                    Heads out = poisoned(2, 5, 203, 11);
                    Heads dq = poisoned(2, 5, 203, 13);
                    FloatBlock saved = FloatBlock.allocate(kernels.saved(spec));
                    kernels.attend(spec, out, saved);
                    kernels.attendBackward(spec, out, saved, v, dq, poisoned(2, 5, 203, 13), poisoned(2, 5, 203, 11));
                    results[i] = new float[(int) dq.block().length()];
                    dq.block().read(0, results[i], 0, results[i].length);
                }
            }
            assertThat(results[0]).isEqualTo(results[1]);
        }
    }

    /** Without ε, keys that no query's features meet: rows are the mean of what they see, and are counted. */
    @ParameterizedTest
    @MethodSource("directions")
    void underflowsAreMeans(boolean causal) {
        Heads q = poisoned(1, 1, 70, 2);
        Heads k = poisoned(1, 1, 70, 2);
        CounterRandom random = CounterRandom.of(3);
        Heads v = separate(random, 1, 1, 70, 3);
        for (int t = 0; t < 70; t++) {
            q.rows(0, 0).set(t, 0, 120);
            q.rows(0, 0).set(t, 1, 0);
            k.rows(0, 0).set(t, 0, 0);
            k.rows(0, 0).set(t, 1, 120);
        }
        Matrix w = Matrix.allocate(2, 2);
        w.set(0, 0, 1);
        w.set(0, 1, 0);
        w.set(1, 0, 0);
        w.set(1, 1, 1);
        var map = new FeatureKernel.Positive(1, 0);
        var oracle = new LinearAttentionOracle(map, doubles(w), causal, Padding.NONE.mask(70));
        oracle.run(doubles(q.rows(0, 0)), doubles(k.rows(0, 0)), doubles(v.rows(0, 0)), doubles(v.rows(0, 0)));
        assertThat(oracle.underflows).isEqualTo(70);
        try (CpuKernels kernels = new CpuKernels(1)) {
            var spec = new LinearAttentionSpec(q, k, v, null, map, w, causal);
            Heads out = poisoned(1, 1, 70, 3);
            Heads dq = poisoned(1, 1, 70, 2);
            Heads dk = poisoned(1, 1, 70, 2);
            Heads dv = poisoned(1, 1, 70, 3);
            FloatBlock saved = FloatBlock.allocate(kernels.saved(spec));
            assertThat(kernels.attend(spec, out, saved)).isEqualTo(70);
            kernels.attendBackward(spec, out, saved, v, dq, dk, dv);
            close("out", out.rows(0, 0), oracle.out, VALUES, 0);
            close("dv", dv.rows(0, 0), oracle.dv, GRADIENTS, 0);
            close("dq", dq.rows(0, 0), new double[70][2], 0, 0);
            close("dk", dk.rows(0, 0), new double[70][2], 0, 0);
        }
    }

    /** The oracle's own gradient, by central differences of it. */
    @ParameterizedTest
    @MethodSource("directions")
    void theOracleDifferentiates(boolean causal) {
        CounterRandom random = CounterRandom.of(5);
        double[][] q = doubles(gaussian(random, 6, 3));
        double[][] k = doubles(gaussian(random, 6, 3));
        double[][] v = doubles(gaussian(random, 6, 2));
        double[][] error = doubles(gaussian(random, 6, 2));
        double[][] w = doubles(gaussian(random, 7, 3));
        for (FeatureKernel map :
                List.of(new FeatureKernel.Positive(0.7f, 0.1f), new FeatureKernel.Trigonometric(0.2f))) {
            var oracle = new LinearAttentionOracle(map, w, causal, new double[] {1, 1, 0, 1, 1, 1});
            oracle.run(q, k, v, error);
            double[][][] gradients = {oracle.dq, oracle.dk, oracle.dv, oracle.dw};
            double[][][] inputs = {q, k, v, w};
            for (int n = 0; n < 4; n++) {
                for (int r = 0; r < inputs[n].length; r++) {
                    for (int i = 0; i < inputs[n][r].length; i++) {
                        double step = 1e-5;
                        double x = inputs[n][r][i];
                        inputs[n][r][i] = x + step;
                        oracle.run(q, k, v, error);
                        double up = dot(oracle.out, error);
                        inputs[n][r][i] = x - step;
                        oracle.run(q, k, v, error);
                        double down = dot(oracle.out, error);
                        inputs[n][r][i] = x;
                        assertThat((up - down) / (2 * step))
                                .isCloseTo(gradients[n][r][i], org.assertj.core.data.Offset.offset(1e-7));
                    }
                }
            }
        }
    }

    @Test
    void wrongArgumentsAreNamed() {
        Heads q = poisoned(1, 2, 3, 5);
        Heads v = poisoned(1, 2, 3, 7);
        Matrix w = Matrix.allocate(4, 5);
        assertThatThrownBy(() -> new LinearAttentionSpec(q, v, v, null, POSITIVE, w, false))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "q must be [B,H,Tq,D], k [B,H,Tk,D] and v [B,H,Tk,Dv]; q=[1,2,3,5], k=[1,2,3,7], v=[1,2,3,7]");
        assertThatThrownBy(() -> new LinearAttentionSpec(q, q, v, null, POSITIVE, null, false))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new LinearAttentionSpec(q, q, v, null, POSITIVE, Matrix.allocate(4, 6), false))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("w must be [draws,D]; w=[4,6], D=5");
        assertThatThrownBy(() -> new LinearAttentionSpec(q, q, v, FloatBlock.allocate(2), POSITIVE, w, false))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("mask must be [B,Tk]; mask=2, B=1, Tk=3");
        Heads longer = poisoned(1, 2, 4, 5);
        assertThatThrownBy(() -> new LinearAttentionSpec(longer, q, v, null, POSITIVE, w, true))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("causal attention needs as many queries as keys; Tq=4, Tk=3");
        var spec = new LinearAttentionSpec(q, q, v, null, POSITIVE, w, false);
        try (CpuKernels kernels = new CpuKernels(1)) {
            assertThatThrownBy(() -> kernels.attend(spec, q, null))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("out must be [1,2,3,7]; out=[1,2,3,5]");
            assertThatThrownBy(() -> kernels.attend(spec, v, FloatBlock.allocate(1)))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    /** {@code sum += x}, if there is any. */
    static void add(double[][] x, double[][] sum) {
        for (int r = 0; x != null && r < x.length; r++) {
            for (int i = 0; i < x[r].length; i++) {
                sum[r][i] += x[r][i];
            }
        }
    }

    private static double dot(double[][] a, double[][] b) {
        double sum = 0;
        for (int r = 0; r < a.length; r++) {
            for (int i = 0; i < a[r].length; i++) {
                sum += a[r][i] * b[r][i];
            }
        }
        return sum;
    }

    public static double largest(double[][] x) {
        double top = 0;
        for (double[] row : x) {
            for (double y : row) {
                top = Math.max(top, Math.abs(y));
            }
        }
        return top;
    }

    public static void close(String name, Matrix actual, double[][] expected, double bound, double least) {
        double allowed = bound * Math.max(least, largest(expected));
        for (int r = 0; r < expected.length; r++) {
            for (int i = 0; i < expected[r].length; i++) {
                assertThat((double) actual.get(r, i))
                        .as("%s[%d,%d]", name, r, i)
                        .isCloseTo(expected[r][i], org.assertj.core.data.Offset.offset(allowed));
            }
        }
    }

    public static double[][] doubles(Matrix m) {
        double[][] x = new double[m.rows()][m.columns()];
        for (int r = 0; r < m.rows(); r++) {
            for (int i = 0; i < m.columns(); i++) {
                x[r][i] = m.get(r, i);
            }
        }
        return x;
    }

    public static Matrix gaussian(CounterRandom random, int rows, int columns) {
        Matrix m = Matrix.allocate(rows, columns);
        for (int r = 0; r < rows; r++) {
            for (int i = 0; i < columns; i++) {
                m.set(r, i, (float) random.nextGaussian());
            }
        }
        return m;
    }

    /** [B,T,H·D] with gaps of NaN between rows, whose norms may rise along the tokens. */
    public static Heads interleaved(
            CounterRandom random, int batch, int heads, int tokens, int size, double norm, double rise) {
        int stride = heads * size + 3;
        FloatBlock block = FloatBlock.allocate((long) batch * tokens * stride);
        block.poison();
        Matrix all = new Matrix(block, 0, batch * tokens, heads * size, stride);
        for (int r = 0; r < all.rows(); r++) {
            double scale = Double.isNaN(rise) ? norm : norm * (1 + rise * (r % tokens) / tokens);
            for (int i = 0; i < all.columns(); i++) {
                all.set(r, i, (float) (scale * random.nextGaussian()));
            }
        }
        return Heads.of(all, batch, heads);
    }

    public static Heads separate(CounterRandom random, int batch, int heads, int tokens, int size) {
        Heads x = poisoned(batch, heads, tokens, size);
        for (long i = 0; i < x.block().length(); i++) {
            x.block().set(i, (float) random.nextGaussian());
        }
        return x;
    }

    public static Heads poisoned(int batch, int heads, int tokens, int size) {
        FloatBlock block = FloatBlock.allocate((long) batch * heads * tokens * size);
        block.poison();
        return Heads.of(block, batch, heads, tokens, size);
    }
}
