package io.github.performer4j.kernels.attention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.performer4j.kernels.AttentionCheck;
import io.github.performer4j.kernels.LinearAttentionTest;
import io.github.performer4j.kernels.mask.BandMask;
import io.github.performer4j.kernels.mask.GridMask;
import io.github.performer4j.kernels.mask.GridShape;
import io.github.performer4j.kernels.mask.Mask;
import io.github.performer4j.kernels.mask.OffsetMask;
import io.github.performer4j.kernels.mask.Offsets;
import io.github.performer4j.kernels.mask.Tree;
import io.github.performer4j.kernels.mask.TreeMask;
import io.github.performer4j.kernels.math.CounterRandom;
import io.github.performer4j.kernels.math.ScalarFunction;
import io.github.performer4j.kernels.memory.FloatBlock;
import io.github.performer4j.kernels.memory.Heads;
import io.github.performer4j.kernels.memory.Matrix;
import io.github.performer4j.kernels.product.Parallel;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Attention under masks equals plain attention where the mask is 1, and attention with decay where it is that of a path: both have oracles of their own. */
class MaskedHeadTest {
    private static final int D = 5;
    private static final int M = 11;
    private static final int DV = 7;

    /** The same mask for each head, and the sum of its derivatives. */
    private static final class Same implements HeadMasks {
        private final Mask mask;
        private final double[][] derivatives = new double[AttentionCheck.BATCH * AttentionCheck.HEADS][];

        Same(Mask mask) {
            this.mask = mask;
        }

        @Override
        public Mask mask(int item, int head) {
            return mask;
        }

        @Override
        public void derivative(int item, int head, double... d) {
            derivatives[item * AttentionCheck.HEADS + head] = d;
        }
    }

    /** A map, and what differs. */
    record Case(FeatureKernel map, AttentionCheck.Case shape) {}

    static Stream<Case> cases() {
        return Stream.of(
                        new FeatureKernel.Positive(0.6f, 0),
                        new FeatureKernel.Generalized(ScalarFunction.RELU, true, 0.6f, 1e-3f),
                        new FeatureKernel.Generalized(ScalarFunction.EXP, false, 0.5f, 0))
                .flatMap(map ->
                        AttentionCheck.Case.all().filter(c -> !c.causal()).map(c -> new Case(map, c)));
    }

    static Stream<Case> causalCases() {
        return Stream.of(
                        new FeatureKernel.Positive(0.6f, 0),
                        new FeatureKernel.Generalized(ScalarFunction.RELU, true, 0.6f, 1e-3f),
                        new FeatureKernel.Generalized(ScalarFunction.EXP, false, 0.5f, 0))
                .flatMap(
                        map -> AttentionCheck.Case.all().filter(c -> c.causal()).map(c -> new Case(map, c)));
    }

    /** Decay masks ε in another way, and does not run where padded. */
    static Stream<Case> withoutPadding() {
        return cases().filter(c -> c.map().epsilon() == 0 && c.shape().mask() == null);
    }

    private static LinearAttentionSpec spec(Case c) {
        CounterRandom random = CounterRandom.of(3);
        int t = c.shape().tokens();
        Heads q = LinearAttentionTest.interleaved(random, AttentionCheck.BATCH, AttentionCheck.HEADS, t, D, 1, 2);
        Heads k = LinearAttentionTest.interleaved(random, AttentionCheck.BATCH, AttentionCheck.HEADS, t, D, 1, 2);
        Heads v = LinearAttentionTest.separate(random, AttentionCheck.BATCH, AttentionCheck.HEADS, t, DV);
        Matrix w = c.map().projected() ? LinearAttentionTest.gaussian(random, M, D) : null;
        return new LinearAttentionSpec(
                q, k, v, c.shape().mask(), c.map(), w, c.shape().causal());
    }

    @ParameterizedTest
    @MethodSource("cases")
    void aMaskOfOnesIsPlainAttention(Case c) {
        LinearAttentionSpec spec = spec(c);
        int t = c.shape().tokens();
        Heads error =
                LinearAttentionTest.separate(CounterRandom.of(7), AttentionCheck.BATCH, AttentionCheck.HEADS, t, DV);
        Same ones = new Same(new GridMask(new GridShape(false, t), new double[2 * t - 1], 0));
        boolean learns = c.map().projected();
        for (AttentionElements elements : AttentionCheck.elements()) {
            AttentionCheck.Run plain = AttentionCheck.run(elements, spec, error, learns, 1);
            AttentionCheck.Run masked = AttentionCheck.run(elements, spec.under(ones), error, learns, 1);
            same(masked, plain);
            assertThat(masked.underflows()).isEqualTo(plain.underflows());
            if (learns) {
                close("dw", masked.dw(), plain.dw());
            }
            AttentionCheck.Run threads = AttentionCheck.run(elements, spec.under(ones), error, learns, 3);
            for (int i = 0; i < AttentionCheck.BATCH * AttentionCheck.HEADS; i++) {
                int b = i / AttentionCheck.HEADS;
                int h = i % AttentionCheck.HEADS;
                assertThat(values(threads.dk().rows(b, h)))
                        .isEqualTo(values(masked.dk().rows(b, h)));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("causalCases")
    void aTriangleOfOnesIsCausalAttention(Case c) {
        LinearAttentionSpec spec = spec(c);
        int t = c.shape().tokens();
        Heads error =
                LinearAttentionTest.separate(CounterRandom.of(7), AttentionCheck.BATCH, AttentionCheck.HEADS, t, DV);
        Same ones = new Same(new BandMask(new Offsets(0, 4, true), t, new double[4], 0));
        for (AttentionElements elements : AttentionCheck.elements()) {
            AttentionCheck.Run plain = AttentionCheck.run(elements, spec, error);
            AttentionCheck.Run masked = AttentionCheck.run(elements, spec.under(ones), error);
            same(masked, plain);
            assertThat(masked.underflows()).isEqualTo(plain.underflows());
        }
    }

    static Stream<Mask> causalMasks() {
        return Stream.of(
                new BandMask(new Offsets(8, 20, true), 150, new double[8], 0),
                new OffsetMask(new Offsets(0, 150, true), 150, new double[150], 0));
    }

    /** The last key and value, however large, change no bit of an earlier row: only queries' and keys' own numbers stabilise a causal mask's rows. */
    @ParameterizedTest
    @MethodSource("causalMasks")
    void laterTokensChangeNoBit(Mask mask) {
        int t = 150;
        Heads q = LinearAttentionTest.separate(CounterRandom.of(1), 1, 1, t, D);
        Heads v = LinearAttentionTest.separate(CounterRandom.of(2), 1, 1, t, DV);
        Heads k = LinearAttentionTest.separate(CounterRandom.of(3), 1, 1, t, D);
        Matrix w = LinearAttentionTest.gaussian(CounterRandom.of(1), M, D);
        LinearAttentionSpec spec = new LinearAttentionSpec(q, k, v, null, new FeatureKernel.Positive(0.6f, 0), w, true)
                .under(new Same(mask));
        try (Parallel parallel = new Parallel(1)) {
            LinearAttentionKernel kernel = new LinearAttentionKernel(
                    parallel, AttentionCheck.elements().get(0));
            float[][] rows = new float[2][];
            for (int run = 0; run < 2; run++) {
                Heads out = LinearAttentionTest.separate(CounterRandom.of(9), 1, 1, t, DV);
                kernel.forward(spec, Carried.NOTHING, out, null);
                rows[run] = Arrays.copyOf(values(out.rows(0, 0)), (t - 1) * DV);
                for (int i = 0; i < D; i++) {
                    k.rows(0, 0).set(t - 1, i, 9);
                    v.rows(0, 0).set(t - 1, i, 1e4f);
                }
            }
            assertThat(rows[1]).isEqualTo(rows[0]);
        }
    }

    /** On a path e^{−λ|i − j|} is decay by λ at each token, and so the derivative of λ is the sum of those of all decays. */
    @ParameterizedTest
    @MethodSource("withoutPadding")
    void theMaskOfAPathIsDecay(Case c) {
        LinearAttentionSpec spec = spec(c);
        int t = c.shape().tokens();
        double rate = 0.07;
        Heads a = LinearAttentionTest.separate(CounterRandom.of(1), AttentionCheck.BATCH, AttentionCheck.HEADS, t, 1);
        Heads da = LinearAttentionTest.separate(CounterRandom.of(1), AttentionCheck.BATCH, AttentionCheck.HEADS, t, 1);
        int[] parent = new int[t];
        double[] length = new double[t];
        Arrays.setAll(parent, i -> i - 1);
        Arrays.fill(length, 1);
        for (int i = 0; i < AttentionCheck.BATCH * AttentionCheck.HEADS; i++) {
            for (int r = 0; r < t; r++) {
                a.rows(i / AttentionCheck.HEADS, i % AttentionCheck.HEADS).set(r, 0, (float) rate);
            }
        }
        Heads error =
                LinearAttentionTest.separate(CounterRandom.of(7), AttentionCheck.BATCH, AttentionCheck.HEADS, t, DV);
        Same path = new Same(new TreeMask(Tree.of(parent, length), rate));
        AttentionElements elements = AttentionCheck.elements().get(0);
        same(AttentionCheck.run(elements, spec.under(path), error), AttentionCheck.run(elements, spec.with(a), error));
        try (Parallel parallel = new Parallel(1)) {
            LinearAttentionKernel kernel = new LinearAttentionKernel(parallel, elements);
            AttentionCheck.Run room = AttentionCheck.run(elements, spec, error);
            FloatBlock saved = FloatBlock.allocate(kernel.saved(spec.with(a)));
            kernel.forward(spec.with(a), Carried.NOTHING, room.out(), saved);
            kernel.backward(
                    spec.with(a), Carried.NOTHING, room.out(), saved, error, room.dq(), room.dk(), room.dv(), null, da);
        }
        for (int i = 0; i < path.derivatives.length; i++) {
            double sum = 0;
            for (float d : values(da.rows(i / AttentionCheck.HEADS, i % AttentionCheck.HEADS))) {
                sum += d;
            }
            assertThat(path.derivatives[i][0]).isCloseTo(sum, within(2e-4 * Math.max(1, Math.abs(sum))));
        }
    }

    private static void same(AttentionCheck.Run actual, AttentionCheck.Run expected) {
        for (int i = 0; i < AttentionCheck.BATCH * AttentionCheck.HEADS; i++) {
            int b = i / AttentionCheck.HEADS;
            int h = i % AttentionCheck.HEADS;
            close("out", actual.out().rows(b, h), expected.out().rows(b, h));
            close("dq", actual.dq().rows(b, h), expected.dq().rows(b, h));
            close("dk", actual.dk().rows(b, h), expected.dk().rows(b, h));
            close("dv", actual.dv().rows(b, h), expected.dv().rows(b, h));
        }
    }

    private static float[] values(Matrix m) {
        float[] all = new float[m.rows() * m.columns()];
        for (int r = 0; r < m.rows(); r++) {
            for (int c = 0; c < m.columns(); c++) {
                all[r * m.columns() + c] = m.get(r, c);
            }
        }
        return all;
    }

    private static void close(String what, Matrix actual, Matrix expected) {
        float[] found = values(actual);
        float[] wanted = values(expected);
        float largest = 0;
        for (float x : wanted) {
            largest = Math.max(largest, Math.abs(x));
        }
        for (int i = 0; i < wanted.length; i++) {
            assertThat(found[i]).as("%s %s", what, i).isCloseTo(wanted[i], within(1e-4f * Math.max(largest, 0.05f)));
        }
    }

    @Test
    void refusesMasksOfOtherSequences() {
        Heads q = LinearAttentionTest.separate(CounterRandom.of(1), 1, 1, 4, D);
        Matrix w = LinearAttentionTest.gaussian(CounterRandom.of(1), M, D);
        FeatureKernel map = new FeatureKernel.Positive(0.6f, 0);
        Same ones = new Same(new GridMask(new GridShape(false, 3), new double[5], 0));
        LinearAttentionSpec decays = new LinearAttentionSpec(q, q, q, null, map, w, true)
                .with(LinearAttentionTest.separate(CounterRandom.of(1), 1, 1, 4, 1));
        assertThatThrownBy(() -> decays.under(ones))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("masks with structure need one sequence");
        LinearAttentionSpec plain = new LinearAttentionSpec(q, q, q, null, map, w, false).under(ones);
        assertThatThrownBy(() -> AttentionCheck.run(AttentionCheck.elements().get(0), plain, q))
                .hasStackTraceContaining("a mask must have a place for each token; places=3, tokens=4");
    }
}
