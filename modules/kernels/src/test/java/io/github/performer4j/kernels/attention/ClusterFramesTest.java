package io.github.performer4j.kernels.attention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.performer4j.kernels.AttentionCheck;
import io.github.performer4j.kernels.Grid;
import io.github.performer4j.kernels.LinearAttentionTest;
import io.github.performer4j.kernels.math.CounterRandom;
import io.github.performer4j.kernels.memory.FloatBlock;
import io.github.performer4j.kernels.memory.Heads;
import io.github.performer4j.kernels.memory.Matrix;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Clustered features on the kernel against their definition. */
class ClusterFramesTest {
    private static final int BATCH = AttentionCheck.BATCH;
    private static final int HEADS = AttentionCheck.HEADS;
    private static final int D = 11;
    private static final int DV = 7;
    private static final int QUERIES = 2;
    private static final int KEYS = 3;
    private static final int M = 5 * QUERIES * KEYS;
    private static final float SCALE = 0.6f;

    @ParameterizedTest
    @MethodSource("io.github.performer4j.kernels.AttentionCheck$Case#all")
    void equalsTheOracle(AttentionCheck.Case c) {
        check(c, 0);
        check(c, 1e-2f);
    }

    private static void check(AttentionCheck.Case c, float epsilon) {
        CounterRandom random = CounterRandom.of(3, c.toString().hashCode());
        Heads q = LinearAttentionTest.interleaved(random, BATCH, HEADS, c.tokens(), D, 1, Double.NaN);
        Heads k = LinearAttentionTest.interleaved(random, BATCH, HEADS, c.tokens(), D, 1, Double.NaN);
        Heads v = LinearAttentionTest.separate(random, BATCH, HEADS, c.tokens(), DV);
        Matrix w = Matrix.allocate(M, D);
        for (int i = 0; i < M * D; i++) {
            w.block().set(i, (float) random.nextGaussian());
        }
        int heads = BATCH * HEADS;
        var frames = new ClusterFrames(
                FloatBlock.allocate(ClusterFrames.length(D, QUERIES, KEYS) * heads),
                clusters(random, heads * c.tokens(), QUERIES),
                clusters(random, heads * c.tokens(), KEYS),
                M,
                D,
                QUERIES,
                KEYS);
        for (int i = 0; i < heads * QUERIES * KEYS * D; i++) {
            frames.block().set(i, (float) Math.exp(0.4 * random.nextGaussian()));
        }
        var map = new FeatureKernel.Positive(SCALE, epsilon);
        var spec = new LinearAttentionSpec(q, k, v, c.mask(), map, w, frames, c.causal());
        AttentionCheck.equalsTheOracle(
                spec, i -> (x, row, query) -> features(frames, i, i * c.tokens() + row, w, x, query));
    }

    private static FloatBlock clusters(CounterRandom random, int rows, int number) {
        FloatBlock block = FloatBlock.allocate(rows);
        for (int i = 0; i < rows; i++) {
            block.set(i, (int) (number * random.nextDouble()));
        }
        return block;
    }

    private static double[][] features(ClusterFrames frames, int index, int row, Matrix w, double[] x, boolean query) {
        double[] values = new double[M];
        double[] exponents = new double[M];
        int m = M / frames.blocks();
        for (int i = 0; i < QUERIES; i++) {
            for (int j = 0; j < KEYS; j++) {
                int b = i * KEYS + j;
                boolean member = query
                        ? frames.queryClusters().get(row) == i
                        : frames.keyClusters().get(row) == j;
                double[] y = new double[D];
                double half = 0;
                for (int l = 0; l < D; l++) {
                    double a = frames.diagonals(index).get(b, l);
                    y[l] = SCALE * (query ? a * x[l] : x[l] / a);
                    half += y[l] * y[l] / 2;
                }
                for (int r = b * m; r < (b + 1) * m; r++) {
                    values[r] = member ? 1 : 0;
                    exponents[r] = member ? -half : Double.NEGATIVE_INFINITY;
                    for (int l = 0; l < D; l++) {
                        exponents[r] += w.get(r, l) * y[l];
                    }
                }
            }
        }
        return new double[][] {values, exponents};
    }

    /** With one cluster of each kind and a = 1, features are positive ones. */
    @Test
    void oneClusterIsNone() {
        CounterRandom random = CounterRandom.of(8);
        Heads q = LinearAttentionTest.separate(random, 1, 2, 63, D);
        Heads k = LinearAttentionTest.separate(random, 1, 2, 63, D);
        Heads v = LinearAttentionTest.separate(random, 1, 2, 63, DV);
        Matrix w = Matrix.allocate(M, D);
        for (int i = 0; i < M * D; i++) {
            w.block().set(i, (float) random.nextGaussian());
        }
        FloatBlock ones = FloatBlock.allocate(2L * D);
        ones.fill(0, 2L * D, 1);
        var frames = new ClusterFrames(ones, clusters(random, 126, 1), clusters(random, 126, 1), M, D, 1, 1);
        var map = new FeatureKernel.Positive(SCALE, 1e-6f);
        for (AttentionElements elements : AttentionCheck.elements()) {
            var clustered = new LinearAttentionSpec(q, k, v, null, map, w, frames, true);
            var positive = new LinearAttentionSpec(q, k, v, null, map, w, true);
            AttentionCheck.Run actual = AttentionCheck.run(elements, clustered, v);
            AttentionCheck.Run expected = AttentionCheck.run(elements, positive, v);
            for (int h = 0; h < 2; h++) {
                AttentionCheck.close(
                        "out",
                        actual.out().rows(0, h),
                        Grid.values(expected.out().rows(0, h)),
                        0.1);
                AttentionCheck.close(
                        "dq", actual.dq().rows(0, h), Grid.values(expected.dq().rows(0, h)), 0.1);
                AttentionCheck.close(
                        "dk", actual.dk().rows(0, h), Grid.values(expected.dk().rows(0, h)), 0.1);
            }
        }
        assertThat(frames.blocks()).isEqualTo(1);
    }

    @Test
    void framesThatDoNotFitAreRefused() {
        Heads q = Heads.of(FloatBlock.allocate(2L * 4 * D), 1, 2, 4, D);
        FloatBlock two = FloatBlock.allocate(2 * ClusterFrames.length(D, QUERIES, KEYS));
        FloatBlock rows = FloatBlock.allocate(8);
        assertThatThrownBy(() -> new ClusterFrames(two, rows, rows, M + 1, D, QUERIES, KEYS))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("clusters need room for a set, and their blocks must divide M; M=31");
        var map = new FeatureKernel.Positive(1, 0);
        Matrix w = Matrix.allocate(M, D);
        var frames = new ClusterFrames(two, rows, rows, M, D, QUERIES, KEYS);
        assertThatThrownBy(() -> new LinearAttentionSpec(q, q, q, null, map, null, frames, false))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("frames go with features of their kind");
        assertThatThrownBy(() -> new LinearAttentionSpec(q, q, q, null, map, Matrix.allocate(M, D + 1), frames, false))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("w must be [30,11]; w=[30,12]");
        var few = new ClusterFrames(two, rows, FloatBlock.allocate(7), M, D, QUERIES, KEYS);
        assertThatThrownBy(() -> new LinearAttentionSpec(q, q, q, null, map, w, few, false))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("rows need clusters, [B·H,Tq] and [B·H,Tk]; B·H=2, Tq=4");
    }
}
