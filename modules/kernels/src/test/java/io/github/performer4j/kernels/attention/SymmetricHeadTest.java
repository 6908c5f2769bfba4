package io.github.performer4j.kernels.attention;

import static io.github.performer4j.kernels.LinearAttentionTest.close;
import static io.github.performer4j.kernels.LinearAttentionTest.doubles;
import static io.github.performer4j.kernels.LinearAttentionTest.gaussian;
import static io.github.performer4j.kernels.LinearAttentionTest.largest;
import static io.github.performer4j.kernels.LinearAttentionTest.poisoned;
import static io.github.performer4j.kernels.LinearAttentionTest.separate;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.performer4j.kernels.CpuKernels;
import io.github.performer4j.kernels.DecayedAttentionTest;
import io.github.performer4j.kernels.LinearAttentionTest.Padding;
import io.github.performer4j.kernels.machine.Simd;
import io.github.performer4j.kernels.math.CounterRandom;
import io.github.performer4j.kernels.math.ScalarFunction;
import io.github.performer4j.kernels.memory.FloatBlock;
import io.github.performer4j.kernels.memory.Heads;
import io.github.performer4j.kernels.memory.Matrix;
import io.github.performer4j.kernels.memory.Scratch;
import io.github.performer4j.kernels.product.Parallel;
import java.util.List;
import java.util.function.IntUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Laws of bidirectional attention with decay; {@link DecayedAttentionTest} compares it with the oracle. */
class SymmetricHeadTest {
    private static final int BATCH = 2;
    private static final int HEADS = 3;
    private static final int TOKENS = 150;
    private static final FeatureKernel POSITIVE = new FeatureKernel.Positive(0.6f, 0);
    private static final FeatureKernel RELU = new FeatureKernel.Generalized(ScalarFunction.RELU, true, 0.6f, 1e-3f);

    /** Arrays of {@code [q, k, v, a]}. */
    private static Heads[] draw(int decaying) {
        CounterRandom random = CounterRandom.of(31);
        Heads a = poisoned(BATCH, decaying, TOKENS, 1);
        for (long i = 0; i < a.block().length(); i++) {
            a.block().set(i, (float) (0.2 * random.nextDouble()));
        }
        return new Heads[] {
            separate(random, BATCH, HEADS, TOKENS, 5),
            separate(random, BATCH, HEADS, TOKENS, 5),
            separate(random, BATCH, HEADS, TOKENS, 7),
            a
        };
    }

    private static LinearAttentionSpec spec(Heads[] x, FloatBlock mask, FeatureKernel map) {
        Matrix w = gaussian(CounterRandom.of(8), 19, 5);
        return new LinearAttentionSpec(x[0], x[1], x[2], mask, map, w, false);
    }

    private static Heads error() {
        return separate(CounterRandom.of(77), BATCH, HEADS, TOKENS, 7);
    }

    /** Returns {@code [out, dq, dk, dv, da]}, da only with decay, made in poisoned memory. */
    private static Heads[] run(AttentionElements elements, LinearAttentionSpec spec, int threads) {
        try (Parallel parallel = new Parallel(threads)) {
            var kernel = new LinearAttentionKernel(parallel, elements);
            Heads[] y = {
                poisoned(BATCH, HEADS, TOKENS, 7),
                poisoned(BATCH, HEADS, TOKENS, 5),
                poisoned(BATCH, HEADS, TOKENS, 5),
                poisoned(BATCH, HEADS, TOKENS, 7),
                spec.decay() == null ? null : poisoned(BATCH, spec.decay().heads(), TOKENS, 1)
            };
            FloatBlock saved = FloatBlock.allocate(kernel.saved(spec));
            for (int i = 0; i < 2; i++) { // the first time takes scratch memory
                saved.poison();
                Scratch.mine().poison();
                kernel.forward(spec, Carried.NOTHING, y[0], saved);
                Scratch.mine().poison();
                kernel.backward(spec, Carried.NOTHING, y[0], saved, error(), y[1], y[2], y[3], null, y[4]);
            }
            return y;
        }
    }

    private static AttentionElements vectors() {
        return (AttentionElements) Simd.load("VectorAttentionElements");
    }

    private static void same(Heads actual, Heads expected, double bound) {
        for (int i = 0; i < actual.batch() * actual.heads(); i++) {
            int b = i / actual.heads();
            int h = i % actual.heads();
            close("[" + b + "," + h + "]", actual.rows(b, h), doubles(expected.rows(b, h)), bound, 0.01);
        }
    }

    private static FloatBlock mask(Padding padding) {
        if (padding == Padding.NONE) {
            return null;
        }
        double[] mask = padding.mask(TOKENS);
        FloatBlock block = FloatBlock.allocate((long) BATCH * TOKENS);
        for (int i = 0; i < BATCH * TOKENS; i++) {
            block.set(i, (float) mask[i % TOKENS]);
        }
        return block;
    }

    /** Decay of nothing is none, for heads that do not decay next to others that do, too. */
    @ParameterizedTest
    @EnumSource(Padding.class)
    void withoutDecayItIsPlainAttention(Padding padding) {
        for (FeatureKernel map : List.of(POSITIVE, RELU)) {
            Heads[] x = draw(2);
            x[3].block().fill(0, x[3].block().length(), 0);
            LinearAttentionSpec plain = spec(x, mask(padding), map);
            Heads[] expected = run(vectors(), plain, 1);
            Heads[] actual = run(vectors(), plain.with(x[3]), 1);
            for (int i = 0; i < 4; i++) {
                same(actual[i], expected[i], 5e-5);
            }
        }
    }

    /** Without ε, and only there, plain heads of a spec with decay are those of one without. */
    @Test
    void headsWithoutDecayKeepTheirBits() {
        Heads[] x = draw(2);
        LinearAttentionSpec plain = spec(x, mask(Padding.MIDDLE), POSITIVE);
        Heads[] expected = run(vectors(), plain, 1);
        Heads[] actual = run(vectors(), plain.with(x[3]), 1);
        for (int i = 0; i < 4; i++) {
            for (int b = 0; b < BATCH; b++) {
                assertThat(doubles(actual[i].rows(b, 2))).isDeepEqualTo(doubles(expected[i].rows(b, 2)));
                assertThat(doubles(actual[i].rows(b, 1))).isNotEqualTo(doubles(expected[i].rows(b, 1)));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void threadsAndMemoryDoNotMatter(boolean masked) {
        Heads[] x = draw(2);
        LinearAttentionSpec spec =
                spec(x, mask(masked ? Padding.RIGHT : Padding.NONE), POSITIVE).with(x[3]);
        Heads[] one = run(vectors(), spec, 1);
        Heads[] three = run(vectors(), spec, 3);
        for (int i = 0; i < one.length; i++) {
            assertThat(bits(three[i])).isEqualTo(bits(one[i]));
        }
        try (Parallel parallel = new Parallel(1)) {
            Heads out = poisoned(BATCH, HEADS, TOKENS, 7);
            Scratch.mine().poison();
            new LinearAttentionKernel(parallel, vectors()).forward(spec, Carried.NOTHING, out, null);
            assertThat(bits(out)).isEqualTo(bits(one[0]));
        }
    }

    private static float[] bits(Heads x) {
        float[] all = new float[Math.toIntExact(x.block().length())];
        x.block().read(0, all, 0, all.length);
        return all;
    }

    @Test
    void plainElementsAgree() {
        Heads[] x = draw(3);
        LinearAttentionSpec spec = spec(x, mask(Padding.LEFT), POSITIVE).with(x[3]);
        Heads[] expected = run(vectors(), spec, 1);
        Heads[] actual = run(new PlainAttentionElements(), spec, 1);
        for (int i = 0; i < actual.length; i++) {
            same(actual[i], expected[i], 5e-5);
        }
    }

    /**
     * Read from behind, a sequence gives the same rows: the way between two tokens, a of the one behind, then lies at
     * the one before.
     */
    @Test
    void readFromBehindItIsTheSame() {
        Heads[] x = draw(HEADS);
        Heads[] turned = {
            moved(x[0], t -> TOKENS - 1 - t),
            moved(x[1], t -> TOKENS - 1 - t),
            moved(x[2], t -> TOKENS - 1 - t),
            moved(x[3], t -> t == 0 ? 0 : TOKENS - t)
        };
        Heads expected = run(vectors(), spec(x, null, POSITIVE).with(x[3]), 1)[0];
        Heads actual = run(vectors(), spec(turned, null, POSITIVE).with(turned[3]), 1)[0];
        same(moved(actual, t -> TOKENS - 1 - t), expected, 2e-5);
    }

    private static Heads moved(Heads x, IntUnaryOperator from) {
        Heads y = poisoned(x.batch(), x.heads(), x.tokens(), x.size());
        for (int i = 0; i < x.batch() * x.heads(); i++) {
            Matrix to = y.rows(i / x.heads(), i % x.heads());
            Matrix rows = x.rows(i / x.heads(), i % x.heads());
            for (int t = 0; t < x.tokens(); t++) {
                for (int l = 0; l < x.size(); l++) {
                    to.set(t, l, rows.get(from.applyAsInt(t), l));
                }
            }
        }
        return y;
    }

    /**
     * Keys that are alike and one decay ρ leave a geometric row: {@code ρ^|t−j| (1 − ρ)/(1 + ρ − ρ^{t+1} − ρ^{T−t})}.
     */
    @ParameterizedTest
    @ValueSource(doubles = {0.003, 0.1, 1, 8})
    void equalKeysMakeGeometricRows(double a) {
        Heads[] x = draw(HEADS);
        x[1].block().fill(0, x[1].block().length(), 0.3f);
        x[2].block().fill(0, x[2].block().length(), 0);
        x[3].block().fill(0, x[3].block().length(), (float) a);
        int at = 70;
        for (int i = 0; i < BATCH * HEADS; i++) {
            x[2].rows(i / HEADS, i % HEADS).set(at, 0, 1);
        }
        double rho = Math.exp(-a);
        double[][] expected = new double[TOKENS][7];
        for (int t = 0; t < TOKENS; t++) {
            expected[t][0] = Math.pow(rho, Math.abs(t - at))
                    * (1 - rho)
                    / (1 + rho - Math.pow(rho, t + 1) - Math.pow(rho, TOKENS - t));
        }
        Heads out = run(vectors(), spec(x, null, POSITIVE).with(x[3]), 1)[0];
        for (int i = 0; i < BATCH * HEADS; i++) {
            close("out", out.rows(i / HEADS, i % HEADS), expected, 2e-5, 0);
        }
    }

    /** No way between two tokens leads through the first one's decay. */
    @Test
    void theFirstDecayIsOfNoMatter() {
        Heads[] x = draw(HEADS);
        Heads da = run(vectors(), spec(x, null, POSITIVE).with(x[3]), 1)[4];
        for (int i = 0; i < BATCH * HEADS; i++) {
            Matrix rows = da.rows(i / HEADS, i % HEADS);
            assertThat(Math.abs(rows.get(0, 0))).isLessThan((float) (1e-4 * largest(doubles(rows))));
        }
    }

    /** Queries so far from all keys that every weight underflows see the mean of the values. */
    @Test
    void farRowsAreMeans() {
        Heads[] x = draw(HEADS);
        x[3].block().fill(0, x[3].block().length(), 100);
        FloatBlock mask = mask(Padding.LEFT);
        int padding = TOKENS / 3;
        LinearAttentionSpec spec = spec(x, mask, POSITIVE).with(x[3]);
        try (Parallel parallel = new Parallel(1)) {
            Heads out = poisoned(BATCH, HEADS, TOKENS, 7);
            long underflows = new LinearAttentionKernel(parallel, vectors()).forward(spec, Carried.NOTHING, out, null);
            assertThat(underflows).isEqualTo((long) BATCH * HEADS * padding);
            for (int i = 0; i < BATCH * HEADS; i++) {
                double[][] v = doubles(x[2].rows(i / HEADS, i % HEADS));
                double[][] expected = new double[padding][7];
                for (int t = 0; t < padding; t++) {
                    for (int l = 0; l < 7; l++) {
                        for (int j = padding; j < TOKENS; j++) {
                            expected[t][l] += v[j][l] / (TOKENS - padding);
                        }
                    }
                }
                close("out", out.rows(i / HEADS, i % HEADS).rows(0, padding), expected, 2e-5, 0);
            }
        }
    }

    @Test
    void partsOfSequencesAreRefused() {
        Heads[] x = draw(HEADS);
        LinearAttentionSpec spec = spec(x, null, POSITIVE).with(x[3]);
        try (CpuKernels kernels = new CpuKernels(1)) {
            Heads out = poisoned(BATCH, HEADS, TOKENS, 7);
            Carried carried = Carried.between(null, AttentionState.empty(BATCH * HEADS, 19, 7));
            assertThatThrownBy(() -> kernels.attend(spec, carried, out, null))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("only causal attention carries a state; causal=false, after=given");
        }
    }
}
