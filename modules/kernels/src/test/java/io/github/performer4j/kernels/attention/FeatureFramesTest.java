package io.github.performer4j.kernels.attention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.performer4j.kernels.CpuKernels;
import io.github.performer4j.kernels.Grid;
import io.github.performer4j.kernels.Kernels;
import io.github.performer4j.kernels.LinearAttentionTest;
import io.github.performer4j.kernels.math.CounterRandom;
import io.github.performer4j.kernels.memory.FloatBlock;
import io.github.performer4j.kernels.memory.Heads;
import io.github.performer4j.kernels.memory.Matrix;
import io.github.performer4j.kernels.memory.Scratch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Features in frames are positive features of other rows: with y = [xC, 1/s] and rows [w_i, c_i] the exponent is s(w_i·xC) + c_i − s²|xC|²/2 and a
 * constant, which stabilisers take away. Moments by definition.
 */
class FeatureFramesTest {
    private static final float SCALE = 0.6f;
    private static final int BATCH = 2;
    private static final int HEADS = 3;
    private static final int D = 5;
    private static final int M = 22;

    @ParameterizedTest
    @CsvSource({
        "false, true, 100, 1e-6",
        "false, false, 63, 1e-6",
        "true, true, 100, 1e-6",
        "true, false, 131, 1e-2",
        "false, true, 1000, 0",
        "true, true, 1, 0"
    })
    void attentionInFramesIsPositiveAttentionOfOtherRows(
            boolean causal, boolean coordinates, int tokens, float epsilon) {
        CounterRandom random = CounterRandom.of(5, tokens);
        Heads q = LinearAttentionTest.separate(random, BATCH, HEADS, tokens, D);
        Heads k = LinearAttentionTest.separate(random, BATCH, HEADS, tokens, D);
        Heads v = LinearAttentionTest.separate(random, BATCH, HEADS, tokens, 7);
        Heads error = LinearAttentionTest.separate(random, BATCH, HEADS, tokens, 7);
        long each = FeatureFrames.length(M, D, coordinates);
        FeatureFrames frames = new FeatureFrames(FloatBlock.allocate(each * BATCH * HEADS), M, D, coordinates);
        for (int i = 0; i < BATCH * HEADS; i++) {
            fill(random, frames.w(i), 1);
            fill(random, frames.constants(i), 1);
            if (coordinates) {
                matrix(random, frames.queryCoordinates(i));
                matrix(random, frames.keyCoordinates(i));
            }
        }
        FloatBlock mask = FloatBlock.allocate((long) BATCH * tokens);
        for (int i = 0; i < BATCH * tokens; i++) {
            mask.set(i, i % 4 == 1 && tokens > 1 ? 0 : 1);
        }
        FeatureKernel positive = new FeatureKernel.Positive(SCALE, epsilon);
        var spec = new LinearAttentionSpec(q, k, v, mask, positive, null, frames, causal);
        try (CpuKernels kernels = new CpuKernels(2)) {
            Scratch.mine().poison();
            Heads[] actual = run(kernels, spec, error, tokens, D);
            for (int i = 0; i < BATCH * HEADS; i++) {
                int b = i / HEADS;
                int h = i % HEADS;
                Matrix w = Matrix.allocate(M, D + 1);
                for (int m = 0; m < M; m++) {
                    for (int l = 0; l < D; l++) {
                        w.set(m, l, frames.w(i).get(m, l));
                    }
                    w.set(m, D, frames.constants(i).get(0, m));
                }
                FloatBlock own = FloatBlock.allocate(tokens);
                for (int t = 0; t < tokens; t++) {
                    own.set(t, mask.get((long) b * tokens + t));
                }
                Heads y = further(q.rows(b, h), frames.queryCoordinates(i));
                Heads z = further(k.rows(b, h), frames.keyCoordinates(i));
                var other = new LinearAttentionSpec(y, z, one(v.rows(b, h)), own, positive, w, causal);
                Heads[] expected = run(kernels, other, one(error.rows(b, h)), tokens, D + 1);
                close(actual[0].rows(b, h), expected[0].rows(0, 0), null);
                close(actual[1].rows(b, h), expected[1].rows(0, 0), frames.queryCoordinates(i));
                close(actual[2].rows(b, h), expected[2].rows(0, 0), frames.keyCoordinates(i));
                close(actual[3].rows(b, h), expected[3].rows(0, 0), null);
            }
        }
    }

    /** Returns out, dq, dk, dv. */
    private static Heads[] run(CpuKernels kernels, LinearAttentionSpec spec, Heads error, int tokens, int size) {
        int batch = spec.q().batch();
        int heads = spec.q().heads();
        FloatBlock saved = FloatBlock.allocate(kernels.saved(spec));
        saved.poison();
        Heads out = LinearAttentionTest.poisoned(batch, heads, tokens, 7);
        Heads dq = LinearAttentionTest.poisoned(batch, heads, tokens, size);
        Heads dk = LinearAttentionTest.poisoned(batch, heads, tokens, size);
        Heads dv = LinearAttentionTest.poisoned(batch, heads, tokens, 7);
        kernels.attend(spec, out, saved);
        kernels.attendBackward(spec, out, saved, error, dq, dk, dv);
        return new Heads[] {out, dq, dk, dv};
    }

    private static void fill(CounterRandom random, Matrix m, double spread) {
        for (int r = 0; r < m.rows(); r++) {
            for (int c = 0; c < m.columns(); c++) {
                m.set(r, c, (float) (spread * random.nextGaussian()));
            }
        }
    }

    private static void matrix(CounterRandom random, Matrix c) {
        for (int i = 0; i < D; i++) {
            for (int j = 0; j < D; j++) {
                c.set(i, j, (float) (0.3 * random.nextGaussian() + (i == j ? 1 : 0)));
            }
        }
    }

    /** Returns rows [xC, 1/s] as one head. */
    private static Heads further(Matrix x, Matrix s) {
        Matrix y = Matrix.allocate(x.rows(), D + 1);
        for (int t = 0; t < x.rows(); t++) {
            for (int j = 0; j < D; j++) {
                double sum = s == null ? x.get(t, j) : 0;
                for (int l = 0; s != null && l < D; l++) {
                    sum += (double) x.get(t, l) * s.get(l, j);
                }
                y.set(t, j, (float) sum);
            }
            y.set(t, D, 1 / SCALE);
        }
        return Heads.of(y, 1, 1);
    }

    private static Heads one(Matrix rows) {
        Matrix copy = Matrix.allocate(rows.rows(), rows.columns());
        for (int r = 0; r < rows.rows(); r++) {
            for (int c = 0; c < rows.columns(); c++) {
                copy.set(r, c, rows.get(r, c));
            }
        }
        return Heads.of(copy, 1, 1);
    }

    /** Compares rows with rows times sᵀ; columns beyond those of the first are left out. */
    private static void close(Matrix actual, Matrix expected, Matrix s) {
        double largest = 0.1; // with one key the gradients to q and k cancel to rounding
        for (int r = 0; r < expected.rows(); r++) {
            for (int c = 0; c < actual.columns(); c++) {
                largest = Math.max(largest, Math.abs(expected.get(r, c)));
            }
        }
        for (int r = 0; r < actual.rows(); r++) {
            for (int c = 0; c < actual.columns(); c++) {
                double wanted = s == null ? expected.get(r, c) : 0;
                for (int l = 0; s != null && l < D; l++) {
                    wanted += (double) expected.get(r, l) * s.get(c, l);
                }
                assertThat((double) actual.get(r, c)).isCloseTo(wanted, within(2e-4 * largest));
            }
        }
    }

    @Test
    void momentsAreSumsOverUnmaskedRows() {
        CounterRandom random = CounterRandom.of(9);
        int tokens = 300; // more than a chunk
        Heads x = LinearAttentionTest.separate(random, BATCH, HEADS, tokens, D);
        FloatBlock mask = FloatBlock.allocate((long) BATCH * tokens);
        double[][] expected = new double[BATCH * HEADS][Kernels.momentsLength(D)];
        for (int b = 0; b < BATCH; b++) {
            for (int t = 0; t < tokens; t++) {
                boolean real = t % 7 != b;
                mask.set((long) b * tokens + t, real ? 1 : 0);
                for (int h = 0; h < HEADS; h++) {
                    Matrix rows = x.rows(b, h);
                    for (int l = 0; l < D && !real; l++) {
                        rows.set(t, l, Float.NaN);
                    }
                    for (int l = 0; l < D && real; l++) {
                        expected[b * HEADS + h][1 + l] += rows.get(t, l);
                        for (int j = 0; j < D; j++) {
                            expected[b * HEADS + h][1 + D + l * D + j] += rows.get(t, l) * rows.get(t, j);
                        }
                    }
                    expected[b * HEADS + h][0] += real ? 1 : 0;
                }
            }
        }
        Matrix out = Matrix.allocate(BATCH * HEADS, Kernels.momentsLength(D));
        out.block().poison();
        try (CpuKernels kernels = new CpuKernels(2)) {
            kernels.moments(x, mask, out);
            for (int i = 0; i < expected.length; i++) {
                for (int c = 0; c < out.columns(); c++) {
                    assertThat((double) out.get(i, c)).isCloseTo(expected[i][c], within(1e-3));
                }
            }
            assertThatThrownBy(() -> kernels.moments(x, mask, Matrix.allocate(BATCH * HEADS, D)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("out must be [6,31]; out=[6,5]");
        }
    }

    /** H sets, or one, are copies of them for each batch item and head, bit for bit. */
    @ParameterizedTest
    @CsvSource({"1, false", "1, true", "3, false", "3, true"})
    void sharedFramesAreCopies(int sets, boolean causal) {
        CounterRandom random = CounterRandom.of(15, sets);
        int tokens = 63;
        Heads q = LinearAttentionTest.separate(random, BATCH, HEADS, tokens, D);
        Heads k = LinearAttentionTest.separate(random, BATCH, HEADS, tokens, D);
        Heads v = LinearAttentionTest.separate(random, BATCH, HEADS, tokens, 7);
        int each = (int) FeatureFrames.length(M, D, true);
        FloatBlock few = FloatBlock.allocate((long) each * sets);
        FloatBlock all = FloatBlock.allocate((long) each * BATCH * HEADS);
        float[] set = new float[each];
        for (int i = 0; i < BATCH * HEADS; i++) {
            for (int l = 0; l < each && i < sets; l++) {
                few.set((long) each * i + l, (float) (0.4 * random.nextGaussian()));
            }
            few.read((long) each * (i % sets), set, 0, each);
            all.write((long) each * i, set, 0, each);
        }
        FeatureKernel positive = new FeatureKernel.Positive(SCALE, 1e-6f);
        var shared = new FeatureFrames(few, M, D, true, sets);
        var copied = new FeatureFrames(all, M, D, true);
        try (CpuKernels kernels = new CpuKernels(2)) {
            Heads[] actual =
                    run(kernels, new LinearAttentionSpec(q, k, v, null, positive, null, shared, causal), v, tokens, D);
            Heads[] expected =
                    run(kernels, new LinearAttentionSpec(q, k, v, null, positive, null, copied, causal), v, tokens, D);
            for (int n = 0; n < actual.length; n++) {
                for (int i = 0; i < BATCH * HEADS; i++) {
                    Matrix wanted = expected[n].rows(i / HEADS, i % HEADS);
                    assertThat(Grid.values(actual[n].rows(i / HEADS, i % HEADS)))
                            .isDeepEqualTo(Grid.values(wanted));
                }
            }
        }
        assertThatThrownBy(() -> new FeatureFrames(few, M, D, true, sets + 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("frames need room for a set");
        var two = new FeatureFrames(all, M, D, true, 2);
        assertThatThrownBy(() -> new LinearAttentionSpec(q, k, v, null, positive, null, two, causal))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("frames must be B·H, H or 1 sets of size D; sets=2, B=2, H=3");
    }

    @Test
    void framesThatDoNotFitAreRefused() {
        Heads q = Heads.of(FloatBlock.allocate(40), 1, 2, 4, D);
        FeatureKernel positive = new FeatureKernel.Positive(1, 0);
        FloatBlock block = FloatBlock.allocate(FeatureFrames.length(M, D, true));
        assertThatThrownBy(() -> new FeatureFrames(block, M + 1, D, true))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("frames need room for a set");
        FeatureFrames one = new FeatureFrames(block, M, D, true);
        assertThatThrownBy(() -> new LinearAttentionSpec(q, q, q, null, positive, null, one, false))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("frames must be B·H, H or 1 sets of size D; sets=2");
        assertThatThrownBy(() ->
                        new LinearAttentionSpec(q, q, q, null, new FeatureKernel.Trigonometric(1), null, one, false))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("frames go with features of their kind");
    }
}
