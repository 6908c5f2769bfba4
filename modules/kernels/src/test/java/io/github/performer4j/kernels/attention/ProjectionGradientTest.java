package io.github.performer4j.kernels.attention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.performer4j.kernels.AttentionCheck;
import io.github.performer4j.kernels.CpuKernels;
import io.github.performer4j.kernels.Grid;
import io.github.performer4j.kernels.HybridKernelTest;
import io.github.performer4j.kernels.LinearAttentionTest;
import io.github.performer4j.kernels.MappedAttentionOracle;
import io.github.performer4j.kernels.attention.FeatureKernel.Hybrid;
import io.github.performer4j.kernels.attention.FeatureKernel.Hybrid.Factor;
import io.github.performer4j.kernels.attention.FeatureKernel.Hybrid.Term;
import io.github.performer4j.kernels.math.CounterRandom;
import io.github.performer4j.kernels.math.ScalarFunction;
import io.github.performer4j.kernels.memory.FloatBlock;
import io.github.performer4j.kernels.memory.Heads;
import io.github.performer4j.kernels.memory.Matrix;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The gradient to W of each feature map that has one. */
class ProjectionGradientTest {
    private static final int BATCH = AttentionCheck.BATCH;
    private static final int HEADS = AttentionCheck.HEADS;
    private static final int D = 7;
    private static final int DV = 5;

    /** A kernel, its rows of W, and its features by definition. */
    private record Map(FeatureKernel kernel, int draws, MappedAttentionOracle.Projected.OfProjection features) {
        @Override
        public String toString() {
            return kernel.toString();
        }
    }

    private static List<Map> maps() {
        var positive = new FeatureKernel.Positive(0.6f, 1e-3f);
        var exponential = new FeatureKernel.Positive(0.4f, 0, true, false);
        var waves = new FeatureKernel.Trigonometric(0.1f); // larger ones have denominators of either sign
        var sigmoid = new FeatureKernel.Generalized(ScalarFunction.SIGMOID, true, 0.5f, 1e-3f);
        var hybrid = new Hybrid(
                0.15f,
                8,
                3,
                1.3f,
                List.of(new Term(0.6f, Factor.COS, 0), new Term(-0.3f, Factor.SIN, 0), new Term(0.2f, Factor.SIGN, 1)),
                List.of(new Term(1, Factor.ONE, 0), new Term(-0.4f, Factor.COS, 2)));
        return List.of(
                new Map(positive, 37, (p, x, query) -> exponents(p, half(positive, x))),
                new Map(exponential, 33, (p, x, query) -> exponents(p, 0)), // one row more than are added up at a time
                new Map(waves, 11, (p, x, query) -> waves(p, half(waves, x))),
                new Map(sigmoid, 19, (p, x, query) -> sigmoids(p)),
                new Map(hybrid, hybrid.draws(), (p, x, query) -> HybridKernelTest.features(hybrid, p, x, query)));
    }

    private static double half(FeatureKernel kernel, double[] x) {
        double sum = 0;
        for (double value : x) {
            sum += (double) kernel.scale() * kernel.scale() * value * value / 2;
        }
        return sum;
    }

    private static double[][] exponents(double[] p, double half) {
        return Grid.values(2, p.length, (r, i) -> r == 0 ? 1 : p[i] - half);
    }

    private static double[][] waves(double[] p, double half) {
        int n = p.length;
        return Grid.values(2, 2 * n, (r, i) -> r == 1 ? half : i < n ? Math.cos(p[i]) : Math.sin(p[i - n]));
    }

    private static double[][] sigmoids(double[] p) {
        return Grid.values(2, p.length, (r, i) -> r == 0 ? 1 / (1 + Math.exp(-p[i])) : 0);
    }

    static Stream<Arguments> cases() {
        return maps().stream()
                .flatMap(map -> Stream.concat(
                                AttentionCheck.Case.all(),
                                Stream.of(
                                        new AttentionCheck.Case(true, 100, LinearAttentionTest.Padding.MIDDLE),
                                        new AttentionCheck.Case(false, 300, LinearAttentionTest.Padding.MIDDLE)))
                        .map(c -> Arguments.of(map, c)));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void equalsTheOracle(Map map, AttentionCheck.Case c) {
        var spec = spec(map, c);
        var oracle = new MappedAttentionOracle.Projected(
                Grid.values(spec.w()), map.kernel().scale(), map.features());
        AttentionCheck.equalsTheOracle(spec, i -> oracle);
    }

    /** The oracle's own gradient to W, by central differences of Σ error · out. */
    @ParameterizedTest
    @MethodSource("mapsAndDirections")
    void theOracleDifferentiates(Map map, boolean causal) {
        double[][] q = Grid.values(Grid.normal(31, 5, 3, 1));
        double[][] k = Grid.values(Grid.normal(32, 5, 3, 1));
        double[][] v = Grid.values(Grid.normal(33, 5, 2, 1));
        double[][] error = Grid.values(Grid.normal(34, 5, 2, 1));
        double[][] w = Grid.values(Grid.normal(35, map.draws(), 3, 1));
        var projected = new MappedAttentionOracle.Projected(w, map.kernel().scale(), map.features());
        double[] mask = {1, 0, 1, 1, 1};
        // without ε, beside which stabilisers are not constants
        var oracle = new MappedAttentionOracle(projected, 0, causal, mask);
        oracle.run(q, k, v, error);
        double[][] dw = oracle.dw;
        double step = 1e-5;
        for (int i = 0; i < w.length; i++) {
            for (int l = 0; l < 3; l++) {
                double centre = w[i][l];
                w[i][l] = centre + step;
                oracle.run(q, k, v, error);
                double up = dot(error, oracle.out);
                w[i][l] = centre - step;
                oracle.run(q, k, v, error);
                double down = dot(error, oracle.out);
                w[i][l] = centre;
                assertThat(dw[i][l]).as("dw[%d,%d]", i, l).isCloseTo((up - down) / (2 * step), within(1e-6));
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

    private static LinearAttentionSpec spec(Map map, AttentionCheck.Case c) {
        CounterRandom random = CounterRandom.of(21, c.tokens());
        Heads q = LinearAttentionTest.interleaved(random, BATCH, HEADS, c.tokens(), D, 1, Double.NaN);
        Heads k = LinearAttentionTest.interleaved(random, BATCH, HEADS, c.tokens(), D, 1, Double.NaN);
        Heads v = LinearAttentionTest.separate(random, BATCH, HEADS, c.tokens(), DV);
        Matrix w = Grid.normal(22, map.draws(), D, 1);
        return new LinearAttentionSpec(q, k, v, c.mask(), map.kernel(), w, c.causal());
    }

    private static Heads error(LinearAttentionSpec spec) {
        return LinearAttentionTest.separate(
                CounterRandom.of(23), BATCH, HEADS, spec.q().tokens(), DV);
    }

    static Stream<Arguments> mapsAndDirections() {
        return maps().stream().flatMap(map -> Stream.of(Arguments.of(map, false), Arguments.of(map, true)));
    }

    /** Neither on the number of threads, nor does the wish for dW change the other gradients; bit for bit. */
    @ParameterizedTest
    @MethodSource("mapsAndDirections")
    void doesNotDependOnThreads(Map map, boolean causal) {
        var spec = spec(map, new AttentionCheck.Case(causal, 100, LinearAttentionTest.Padding.LEFT));
        for (AttentionElements elements : AttentionCheck.elements()) {
            AttentionCheck.Run one = AttentionCheck.run(elements, spec, error(spec), true, 1);
            AttentionCheck.Run three = AttentionCheck.run(elements, spec, error(spec), true, 3);
            AttentionCheck.Run without = AttentionCheck.run(elements, spec, error(spec), false, 1);
            assertThat(Grid.values(three.dw())).isDeepEqualTo(Grid.values(one.dw()));
            for (int i = 0; i < BATCH * HEADS; i++) {
                for (AttentionCheck.Run other : List.of(three, without)) {
                    assertSame(other.dq(), one.dq(), i);
                    assertSame(other.dk(), one.dk(), i);
                    assertSame(other.dv(), one.dv(), i);
                }
            }
        }
    }

    private static void assertSame(Heads actual, Heads expected, int i) {
        assertThat(Grid.values(actual.rows(i / HEADS, i % HEADS)))
                .isDeepEqualTo(Grid.values(expected.rows(i / HEADS, i % HEADS)));
    }

    /** NaN in masked keys changes no bit of dW. */
    @ParameterizedTest
    @MethodSource("mapsAndDirections")
    void maskedKeysCountNothing(Map map, boolean causal) {
        for (var padding : List.of(
                LinearAttentionTest.Padding.LEFT,
                LinearAttentionTest.Padding.MIDDLE,
                LinearAttentionTest.Padding.RIGHT)) {
            var spec = spec(map, new AttentionCheck.Case(causal, 100, padding));
            for (AttentionElements elements : AttentionCheck.elements()) {
                double[][] finite = Grid.values(
                        AttentionCheck.run(elements, spec, error(spec), true, 1).dw());
                var poisoned = spec(map, new AttentionCheck.Case(causal, 100, padding));
                poison(poisoned);
                AttentionCheck.Run run = AttentionCheck.run(elements, poisoned, error(spec), true, 1);
                assertThat(Grid.values(run.dw())).isDeepEqualTo(finite);
            }
        }
    }

    private static void poison(LinearAttentionSpec spec) {
        int tokens = spec.k().tokens();
        for (int i = 0; i < BATCH * tokens; i++) {
            for (int h = 0; h < HEADS && spec.mask().get(i) == 0; h++) {
                for (int l = 0; l < D; l++) {
                    spec.k().rows(i / tokens, h).set(i % tokens, l, l % 2 == 0 ? Float.NaN : 1e30f);
                }
            }
        }
    }

    @Test
    void whatDoesNotFitIsRefused() {
        Heads q = LinearAttentionTest.poisoned(1, 2, 3, D);
        Matrix w = Matrix.allocate(4, D);
        var positive = new FeatureKernel.Positive(1, 0);
        var plain = new FeatureKernel.Positive(1, 0, false, true);
        var frames = new FeatureFrames(FloatBlock.allocate(2 * FeatureFrames.length(4, D, false)), 4, D, false);
        var projected = new LinearAttentionSpec(q, q, q, null, positive, w, false);
        refused(projected, Matrix.allocate(4, D + 1), "dw must be [4,7]; dw=[4,8]");
        refused(projected, Matrix.allocate(5, D), "dw must be [4,7]; dw=[5,7]");
        refused(
                new LinearAttentionSpec(q, q, q, null, plain, null, false),
                Matrix.allocate(D, D),
                "dw goes with a projection w and no frames; w=null, frames=null");
        refused(
                new LinearAttentionSpec(q, q, q, null, positive, null, frames, false),
                Matrix.allocate(4, D),
                "dw goes with a projection w and no frames; w=null, frames=FeatureFrames");
    }

    private static void refused(LinearAttentionSpec spec, Matrix dw, String message) {
        try (CpuKernels kernels = new CpuKernels(1)) {
            FloatBlock saved = FloatBlock.allocate(kernels.saved(spec));
            Heads like = spec.q();
            assertThatThrownBy(() -> kernels.attendBackward(spec, like, saved, like, like, like, like, dw))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage(message);
        }
    }
}
