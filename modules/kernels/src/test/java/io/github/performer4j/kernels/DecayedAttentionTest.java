package io.github.performer4j.kernels;

import static io.github.performer4j.kernels.LinearAttentionTest.close;
import static io.github.performer4j.kernels.LinearAttentionTest.doubles;
import static io.github.performer4j.kernels.LinearAttentionTest.gaussian;
import static io.github.performer4j.kernels.LinearAttentionTest.interleaved;
import static io.github.performer4j.kernels.LinearAttentionTest.largest;
import static io.github.performer4j.kernels.LinearAttentionTest.poisoned;
import static io.github.performer4j.kernels.LinearAttentionTest.separate;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.performer4j.kernels.LinearAttentionTest.Padding;
import io.github.performer4j.kernels.attention.Carried;
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
import org.junit.jupiter.params.provider.MethodSource;

/** Attention with decay against {@link LinearAttentionOracle}, values and gradients. */
public class DecayedAttentionTest {
    private static final int BATCH = 2;
    private static final int HEADS = 2;

    /** {@code decaying} is the number of heads that decay. */
    record Case(
            FeatureKernel map, boolean causal, Padding padding, int tokens, double decay, double norm, int decaying) {
        Case(FeatureKernel map, boolean causal, Padding padding, int tokens, double decay, double norm) {
            this(map, causal, padding, tokens, decay, norm, HEADS);
        }
    }

    static Stream<Case> cases() {
        List<FeatureKernel> maps = List.of(
                new FeatureKernel.Positive(0.6f, 1e-2f),
                new FeatureKernel.Positive(0.6f, 0),
                new FeatureKernel.Trigonometric(0.03f),
                new FeatureKernel.Generalized(ScalarFunction.RELU, true, 0.6f, 1e-3f),
                new FeatureKernel.Generalized(ScalarFunction.SIGMOID, true, 0.5f, 0));
        Stream.Builder<Case> all = Stream.builder();
        for (boolean causal : new boolean[] {false, true}) {
            for (FeatureKernel map : maps) {
                for (Padding padding : Padding.values()) {
                    all.add(new Case(map, causal, padding, 131, 0.1, 1));
                }
                for (double decay : new double[] {0, 0.003, 1, 8}) {
                    all.add(new Case(map, causal, Padding.NONE, 100, decay, 1));
                }
                for (int t : new int[] {1, 2, 47, 48, 49, 63, 64, 65, 96, 97, 127, 128, 129, 257}) {
                    all.add(new Case(map, causal, Padding.RIGHT, t, 0.1, 1));
                }
                all.add(new Case(map, causal, Padding.MIDDLE, 131, 0.3, 4));
                all.add(new Case(map, causal, Padding.MIDDLE, 100, 0.1, 1, 1));
                all.add(new Case(map, causal, Padding.LEFT, 70, 200, 1));
            }
            for (Padding padding : Padding.values()) { // whole chunks of padding, at either end and between
                all.add(new Case(maps.get(1), causal, padding, 400, 0.02, 1, 1));
            }
        }
        return all.build();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void equalsTheOracle(Case c) {
        CounterRandom random = CounterRandom.of(9, c.toString().hashCode());
        Heads q = interleaved(random, BATCH, HEADS, c.tokens, 5, c.norm, 2);
        Heads k = interleaved(random, BATCH, HEADS, c.tokens, 5, c.norm, 2);
        Heads v = separate(random, BATCH, HEADS, c.tokens, 7);
        Heads error = separate(random, BATCH, HEADS, c.tokens, 7);
        Matrix w = gaussian(random, 19, 5);
        double[] mask = c.padding.mask(c.tokens);
        Heads a = decay(random, mask, c);
        FloatBlock masks = c.padding == Padding.NONE ? null : FloatBlock.allocate((long) BATCH * c.tokens);
        for (int i = 0; masks != null && i < BATCH * c.tokens; i++) {
            masks.set(i, (float) mask[i % c.tokens]);
        }
        var spec = new LinearAttentionSpec(q, k, v, masks, c.map, w, c.causal).with(a);
        try (CpuKernels kernels = new CpuKernels(1)) {
            Scratch.mine().poison();
            Heads out = poisoned(BATCH, HEADS, c.tokens, 7);
            Heads dq = poisoned(BATCH, HEADS, c.tokens, 5);
            Heads dk = poisoned(BATCH, HEADS, c.tokens, 5);
            Heads dv = poisoned(BATCH, HEADS, c.tokens, 7);
            Heads da = poisoned(BATCH, c.decaying, c.tokens, 1);
            Matrix dw = Grid.poisoned(19, 5);
            FloatBlock saved = FloatBlock.allocate(kernels.saved(spec));
            saved.poison();
            long underflows = kernels.attend(spec, out, saved);
            Scratch.mine().poison();
            kernels.attendBackward(spec, Carried.NOTHING, out, saved, error, dq, dk, dv, dw, da);
            double[][] expectedDw = new double[19][5];
            double leastDw = 0;
            long expected = 0;
            for (int i = 0; i < BATCH * HEADS; i++) {
                int b = i / HEADS;
                int h = i % HEADS;
                var oracle = new LinearAttentionOracle(c.map, doubles(w), c.causal, mask)
                        .decayed(h < c.decaying ? column(doubles(a.rows(b, h))) : new double[c.tokens]);
                oracle.run(
                        doubles(q.rows(b, h)), doubles(k.rows(b, h)), doubles(v.rows(b, h)), doubles(error.rows(b, h)));
                expected += oracle.underflows;
                double least = 0.05 * largest(oracle.dv);
                close("out", out.rows(b, h), oracle.out, 3e-5, 0);
                close("dv", dv.rows(b, h), oracle.dv, 1e-4, 0);
                close("dq", dq.rows(b, h), oracle.dq, 2e-4, least);
                close("dk", dk.rows(b, h), oracle.dk, 2e-4, least);
                if (h < c.decaying) {
                    close("da", da.rows(b, h), asColumn(oracle.da), 2e-4, least);
                }
                leastDw = Math.max(leastDw, least);
                LinearAttentionTest.add(oracle.dw, expectedDw);
            }
            close("dw", dw, expectedDw, 2e-4, leastDw);
            assertThat(underflows).isEqualTo(expected);
        }
    }

    /** NaN where masked. */
    private static Heads decay(CounterRandom random, double[] mask, Case c) {
        Heads a = poisoned(BATCH, c.decaying, c.tokens, 1);
        for (int i = 0; i < BATCH * c.decaying; i++) {
            for (int t = 0; t < c.tokens; t++) {
                float value = mask[t] == 0 ? Float.NaN : (float) (2 * c.decay * random.nextDouble());
                a.rows(i / c.decaying, i % c.decaying).set(t, 0, value);
            }
        }
        return a;
    }

    private static double[] column(double[][] x) {
        double[] out = new double[x.length];
        for (int r = 0; r < x.length; r++) {
            out[r] = x[r][0];
        }
        return out;
    }

    private static double[][] asColumn(double[] x) {
        return Grid.values(x.length, 1, (r, i) -> x[r]);
    }

    /** The oracle's own gradient to decay, by central differences of it. */
    @ParameterizedTest
    @MethodSource("directions")
    void theOracleDifferentiates(boolean causal) {
        CounterRandom random = CounterRandom.of(5);
        double[][] q = doubles(gaussian(random, 6, 3));
        double[][] k = doubles(gaussian(random, 6, 3));
        double[][] v = doubles(gaussian(random, 6, 2));
        double[][] error = doubles(gaussian(random, 6, 2));
        double[][] w = doubles(gaussian(random, 7, 3));
        double[] a = {0.1, 0.4, 0.9, 0.2, 0.05, 0.3};
        var oracle = new LinearAttentionOracle(
                        new FeatureKernel.Positive(0.7f, 0.1f), w, causal, new double[] {1, 1, 0, 1, 1, 1})
                .decayed(a);
        oracle.run(q, k, v, error);
        double[] gradient = oracle.da;
        for (int t = 0; t < a.length; t++) {
            double[] scores = new double[2];
            for (int i = 0; i < 2; i++) {
                double[] moved = a.clone();
                moved[t] += i == 0 ? 1e-5 : -1e-5;
                oracle.decayed(moved).run(q, k, v, error);
                for (int r = 0; r < 6; r++) {
                    scores[i] += oracle.out[r][0] * error[r][0] + oracle.out[r][1] * error[r][1];
                }
            }
            assertThat((scores[0] - scores[1]) / 2e-5).isCloseTo(gradient[t], within(1e-7));
        }
    }

    static Stream<Boolean> directions() {
        return Stream.of(false, true);
    }

    @Test
    void wrongArgumentsAreNamed() {
        Heads q = poisoned(1, 2, 3, 5);
        Matrix w = Matrix.allocate(4, 5);
        var spec = new LinearAttentionSpec(q, q, q, null, LinearAttentionTest.POSITIVE, w, true);
        assertThatThrownBy(() -> spec.with(poisoned(1, 2, 4, 1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("decay must be [1,1…2,3,1]; decay=[1,2,4,1]");
        var other = new LinearAttentionSpec(poisoned(1, 2, 4, 5), q, q, null, LinearAttentionTest.POSITIVE, w, false);
        assertThatThrownBy(() -> other.with(poisoned(1, 2, 3, 1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("decay needs as many queries as keys; Tq=4, Tk=3");
        FloatBlock saved = FloatBlock.allocate(1);
        try (CpuKernels kernels = new CpuKernels(1)) {
            assertThatThrownBy(() -> kernels.attendBackward(
                            spec, Carried.NOTHING, q, saved, q, q, q, q, null, poisoned(1, 2, 3, 1)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("a gradient to decay goes with decay; decay=null, da=[1,2,3,1]");
            var one = spec.with(poisoned(1, 1, 3, 1));
            assertThatThrownBy(() -> kernels.attendBackward(
                            one, Carried.NOTHING, q, saved, q, q, q, q, null, poisoned(1, 2, 3, 1)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("da must be [1,1,3,1]; da=[1,2,3,1]");
        }
    }
}
