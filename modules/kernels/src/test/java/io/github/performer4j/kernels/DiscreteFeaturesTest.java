package io.github.performer4j.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.performer4j.kernels.attention.AttentionElements;
import io.github.performer4j.kernels.attention.CountFrames;
import io.github.performer4j.kernels.attention.FeatureKernel;
import io.github.performer4j.kernels.attention.LinearAttentionSpec;
import io.github.performer4j.kernels.math.CounterRandom;
import io.github.performer4j.kernels.math.Scalar;
import io.github.performer4j.kernels.memory.FloatBlock;
import io.github.performer4j.kernels.memory.Heads;
import io.github.performer4j.kernels.memory.Matrix;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Discrete features on the kernel against their definition, and their logarithm. */
class DiscreteFeaturesTest {
    private static final int BATCH = AttentionCheck.BATCH;
    private static final int HEADS = AttentionCheck.HEADS;
    private static final int D = 17;
    private static final int DV = 7;
    private static final int M = 34;
    private static final float SCALE = 0.6f;

    @ParameterizedTest
    @MethodSource("io.github.performer4j.kernels.AttentionCheck$Case#all")
    void equalsTheOracle(AttentionCheck.Case c) {
        check(c, 0);
        check(c, 1e-2f);
    }

    private static void check(AttentionCheck.Case c, float epsilon) {
        CounterRandom random = CounterRandom.of(3, c.toString().hashCode());
        Heads q = LinearAttentionTest.separate(random, BATCH, HEADS, c.tokens(), D);
        Heads k = LinearAttentionTest.separate(random, BATCH, HEADS, c.tokens(), D);
        Heads v = LinearAttentionTest.separate(random, BATCH, HEADS, c.tokens(), DV);
        FloatBlock mask = c.mask();
        for (int b = 0; mask != null && b < BATCH; b++) {
            for (int t = 0; t < c.tokens(); t++) { // padding below the shift, in a coordinate and in all
                for (int h = 0; mask.get((long) b * c.tokens() + t) == 0 && h < HEADS; h++) {
                    k.rows(b, h).set(t, t % D, -70);
                    for (int l = 0; l < D && t % 2 == 0; l++) {
                        k.rows(b, h).set(t, l, -50);
                        q.rows(b, h).set(t, l, -50);
                    }
                }
            }
        }
        CountFrames frames = frames(random);
        var map = new FeatureKernel.Discrete(SCALE, epsilon);
        var spec = new LinearAttentionSpec(q, k, v, mask, map, null, frames, c.causal());
        AttentionCheck.equalsTheOracle(spec, i -> (x, row, query) -> features(frames, i, x));
    }

    /** Counts 0, 1, 2, …, and shifts below normal rows. */
    private static CountFrames frames(CounterRandom random) {
        var frames = new CountFrames(FloatBlock.allocate(CountFrames.length(M, D) * BATCH * HEADS), M, D);
        frames.block().poison();
        for (int i = 0; i < BATCH * HEADS; i++) {
            for (int m = 0; m < M; m++) {
                for (int l = 0; l < D; l++) {
                    frames.w(i).set(m, l, (int) Math.abs(1.5 * random.nextGaussian()));
                }
                frames.constants(i).set(0, m, (float) random.nextGaussian());
            }
            for (int l = 0; l < D; l++) {
                frames.shift(i).set(0, l, (float) (-3.5 - random.nextDouble()));
            }
            frames.inverseUnit(i).set(0, 0, 0.4f);
        }
        return frames;
    }

    private static double[][] features(CountFrames frames, int index, double[] x) {
        double[] values = new double[M];
        double[] exponents = new double[M];
        double[] logs = new double[D];
        double along = 0;
        for (int l = 0; l < D; l++) {
            double c = frames.shift(index).get(0, l);
            double height = (SCALE * x[l] - c) * frames.inverseUnit(index).get(0, 0);
            logs[l] = Math.log(Math.max(height, 0) + 1e-30);
            along += c * SCALE * x[l];
        }
        for (int m = 0; m < M; m++) {
            values[m] = 1;
            exponents[m] = along + frames.constants(index).get(0, m);
            for (int l = 0; l < D; l++) {
                exponents[m] += frames.w(index).get(m, l) * logs[l];
            }
        }
        return new double[][] {values, exponents};
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 16, 17, 100})
    void logarithmsOfShiftedRows(int columns) {
        for (AttentionElements elements : AttentionCheck.elements()) {
            Matrix x = Grid.normal(1, 7, columns, 1);
            Matrix shift = Grid.normal(2, 1, columns, 1);
            x.set(0, 0, shift.get(0, 0) / 2); // y = 0
            Matrix logs = Grid.poisoned(7, columns);
            elements.logs(x, 2, shift, 0.3f, logs);
            Matrix d = Grid.normal(3, 7, columns, 1);
            double[][] before = Grid.values(d);
            elements.logsGradient(x, 2, shift, 0.3f, d);
            for (int r = 0; r < 7; r++) {
                for (int i = 0; i < columns; i++) {
                    double y = Math.max(
                            (2 * x.get(r, i) - shift.get(0, i)) * 0.3f, 0); // as floats: y is small where both cancel
                    assertThat(logs.get(r, i) / Math.log(y + 1e-30) - 1).isBetween(-1e-5, 1e-5);
                    double slope = y > 0 ? 2 * 0.3f / y : 0;
                    assertThat(d.get(r, i) - before[r][i] * slope)
                            .isBetween(-1e-6 * (1 + slope * slope), 1e-6 * (1 + slope * slope));
                }
            }
            Grid.assertGapsUntouched(logs);
            Grid.assertGapsUntouched(d);
        }
    }

    /** All of the range of normal numbers. */
    @Test
    void logarithm() {
        for (float x = 1.2e-38f; x < 1e38f; x *= 1.00093f) {
            double exact = Math.log(x);
            assertThat(Scalar.log(x) - exact)
                    .as("log(%s)", x)
                    .isBetween(-6e-8 - 2e-7 * Math.abs(exact), 6e-8 + 2e-7 * Math.abs(exact));
        }
        assertThat(Scalar.log(1)).isZero();
        assertThat(Scalar.log(1.0000001f)).isEqualTo(1.1920928e-7f);
    }

    @Test
    void countsThatDoNotFitAreRefused() {
        Heads q = Heads.of(FloatBlock.allocate(4L * D * 2), 1, 2, 4, D);
        FloatBlock block = FloatBlock.allocate(CountFrames.length(M, D));
        var one = new CountFrames(block, M, D);
        var discrete = new FeatureKernel.Discrete(1, 0);
        assertThatThrownBy(() -> new CountFrames(block, M + 1, D))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("counts need room for a set");
        assertThatThrownBy(() -> new LinearAttentionSpec(q, q, q, null, discrete, null, one, false))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("frames must be B·H, H or 1 sets of size D; sets=2");
        assertThatThrownBy(() ->
                        new LinearAttentionSpec(q, q, q, null, new FeatureKernel.Positive(1, 0), null, one, false))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("frames go with features of their kind");
        assertThatThrownBy(() -> new LinearAttentionSpec(q, q, q, null, discrete, Matrix.allocate(M, D), false))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("discrete features need counts; frames=null");
    }
}
