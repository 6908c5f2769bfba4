package io.github.performer4j.kernels.attention;

import static io.github.performer4j.kernels.LinearAttentionTest.close;
import static io.github.performer4j.kernels.LinearAttentionTest.doubles;
import static io.github.performer4j.kernels.LinearAttentionTest.gaussian;
import static io.github.performer4j.kernels.LinearAttentionTest.poisoned;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.performer4j.kernels.CpuKernels;
import io.github.performer4j.kernels.LinearAttentionTest;
import io.github.performer4j.kernels.math.CounterRandom;
import io.github.performer4j.kernels.math.ScalarFunction;
import io.github.performer4j.kernels.memory.FloatBlock;
import io.github.performer4j.kernels.memory.Heads;
import io.github.performer4j.kernels.memory.Matrix;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Parts of a sequence, one after the other, are the whole: values and gradients, through the states between them. */
class CarriedTest {
    private static final int BATCH = 2;
    private static final int HEADS = 2;
    private static final int M = 19;

    record Case(FeatureKernel map, boolean decays, boolean padded, List<Integer> ends) {}

    static Stream<Case> cases() {
        Stream.Builder<Case> all = Stream.builder();
        for (FeatureKernel map : List.of(
                new FeatureKernel.Positive(0.6f, 1e-2f),
                new FeatureKernel.Positive(0.6f, 0),
                new FeatureKernel.Generalized(ScalarFunction.RELU, true, 0.6f, 1e-3f))) {
            for (boolean decays : new boolean[] {false, true}) {
                all.add(new Case(map, decays, false, List.of(48, 96, 100)));
                all.add(new Case(map, decays, true, List.of(1, 2, 50, 63)));
                all.add(new Case(map, decays, true, List.of(13, 113)));
            }
        }
        return all.build();
    }

    /** All arrays of a case; parts are views of them. */
    static final class Run {
        final Case c;
        final int tokens;
        final Heads[] in = new Heads[4]; // q, k, v, error
        final Heads[] out = new Heads[5]; // out, dq, dk, dv, da
        final Heads a;
        final Matrix w;
        public final double[] mask;

        Run(Case c) {
            this.c = c;
            tokens = c.ends.get(c.ends.size() - 1);
            CounterRandom random = CounterRandom.of(4, c.toString().hashCode());
            int[] sizes = {5, 5, 7, 7, 1};
            for (int i = 0; i < 4; i++) {
                in[i] = LinearAttentionTest.interleaved(random, BATCH, HEADS, tokens, sizes[i], 1, 3);
            }
            int[] written = {7, 5, 5, 7, 1};
            for (int i = 0; i < 5; i++) {
                out[i] = poisoned(BATCH, HEADS, tokens, written[i]);
            }
            a = poisoned(BATCH, HEADS, tokens, 1);
            for (long i = 0; i < a.block().length(); i++) {
                a.block().set(i, (float) (0.2 * random.nextDouble()));
            }
            w = gaussian(random, M, 5);
            mask = c.padded ? LinearAttentionTest.Padding.MIDDLE.mask(tokens) : null;
        }

        static Heads part(Heads x, int from, int to) {
            return new Heads(
                    x.block(),
                    x.offset() + (long) from * x.tokenStride(),
                    x.batch(),
                    x.heads(),
                    to - from,
                    x.size(),
                    x.batchStride(),
                    x.headStride(),
                    x.tokenStride());
        }

        LinearAttentionSpec spec(int from, int to) {
            FloatBlock masks = mask == null ? null : FloatBlock.allocate((long) BATCH * (to - from));
            for (int i = 0; masks != null && i < BATCH * (to - from); i++) {
                masks.set(i, (float) mask[from + i % (to - from)]);
            }
            var spec = new LinearAttentionSpec(
                    part(in[0], from, to), part(in[1], from, to), part(in[2], from, to), masks, c.map, w, true);
            return c.decays ? spec.with(part(a, from, to)) : spec;
        }

        void backward(CpuKernels kernels, int from, int to, Carried carried, FloatBlock saved) {
            kernels.attendBackward(
                    spec(from, to),
                    carried,
                    part(out[0], from, to),
                    saved,
                    part(in[3], from, to),
                    part(out[1], from, to),
                    part(out[2], from, to),
                    part(out[3], from, to),
                    null,
                    c.decays ? part(out[4], from, to) : null);
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void partsAreTheWhole(Case c) {
        Run whole = new Run(c);
        Run parts = new Run(c);
        try (CpuKernels kernels = new CpuKernels(2)) {
            LinearAttentionSpec all = whole.spec(0, whole.tokens);
            FloatBlock saved = FloatBlock.allocate(kernels.saved(all));
            kernels.attend(all, whole.out[0], saved);
            whole.backward(kernels, 0, whole.tokens, Carried.NOTHING, saved);

            int n = c.ends.size();
            AttentionState[] states = new AttentionState[n + 1];
            FloatBlock[] savedOfPart = new FloatBlock[n];
            for (int i = 0; i < n; i++) {
                int from = i == 0 ? 0 : c.ends.get(i - 1);
                LinearAttentionSpec spec = parts.spec(from, c.ends.get(i));
                savedOfPart[i] = FloatBlock.allocate(kernels.saved(spec));
                states[i + 1] = AttentionState.empty(BATCH * HEADS, M, 7);
                kernels.attend(
                        spec,
                        Carried.between(states[i], states[i + 1]),
                        Run.part(parts.out[0], from, c.ends.get(i)),
                        savedOfPart[i]);
            }
            AttentionState gradient = null;
            for (int i = n - 1; i >= 0; i--) {
                AttentionState before = AttentionState.empty(BATCH * HEADS, M, 7);
                Carried carried = Carried.between(states[i], states[i + 1]).gradients(gradient, before);
                parts.backward(kernels, i == 0 ? 0 : c.ends.get(i - 1), c.ends.get(i), carried, savedOfPart[i]);
                gradient = before;
            }
        }
        String[] names = {"out", "dq", "dk", "dv", "da"};
        for (int i = 0; i < (c.decays ? 5 : 4); i++) {
            for (int head = 0; head < BATCH * HEADS; head++) {
                int b = head / HEADS;
                int h = head % HEADS;
                double[][] expected = doubles(whole.out[i].rows(b, h));
                double least = 0.05 * LinearAttentionTest.largest(doubles(whole.out[3].rows(b, h)));
                close(names[i], parts.out[i].rows(b, h), expected, i == 0 ? 1e-5 : 5e-5, i == 0 ? 0 : least);
            }
        }
    }

    @Test
    void aStateIsWrittenReadAndCopied() throws IOException {
        Run run = new Run(new Case(LinearAttentionTest.POSITIVE, true, false, List.of(20, 40)));
        AttentionState state = AttentionState.empty(BATCH * HEADS, M, 7);
        try (CpuKernels kernels = new CpuKernels(1)) {
            kernels.attend(run.spec(0, 20), Carried.between(null, state), Run.part(run.out[0], 0, 20), null);
            assertThat(state.count(3)).isEqualTo(20);
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            state.write(new DataOutputStream(bytes));
            AttentionState read = AttentionState.empty(BATCH * HEADS, M, 7);
            read.read(new DataInputStream(new ByteArrayInputStream(bytes.toByteArray())));
            AttentionState copy = state.copy();
            AttentionState[] before = {state, read, copy};
            double[][][] rows = new double[3][][];
            for (int i = 0; i < 3; i++) {
                kernels.attend(
                        run.spec(20, 40), Carried.between(before[i], before[i]), Run.part(run.out[0], 20, 40), null);
                rows[i] = doubles(run.out[0].rows(1, 1));
            }
            assertThat(rows[1]).isDeepEqualTo(rows[0]);
            assertThat(rows[2]).isDeepEqualTo(rows[0]);
            assertThat(state.count(0)).isEqualTo(40);
            AttentionState other = AttentionState.empty(BATCH * HEADS, M + 1, 7);
            assertThatThrownBy(() -> other.read(new DataInputStream(new ByteArrayInputStream(bytes.toByteArray()))))
                    .isInstanceOf(IOException.class)
                    .hasMessage(
                            "a state must have the sizes of its attention; heads=4, columns=19, valueSize=7, own=4, 20, 7");
            assertThatThrownBy(() -> kernels.attend(
                            run.spec(0, 20), Carried.between(null, other), Run.part(run.out[0], 0, 20), null))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("a state must have the sizes of its attention; after=[4,20,7], attention=[4,19,7]");
        }
    }

    @Test
    void aStateOfBidirectionalAttentionIsRefused() {
        Heads q = poisoned(1, 1, 3, 5);
        var spec = new LinearAttentionSpec(q, q, q, null, LinearAttentionTest.POSITIVE, Matrix.allocate(4, 5), false);
        AttentionState state = AttentionState.empty(1, 4, 5);
        try (CpuKernels kernels = new CpuKernels(1)) {
            assertThatThrownBy(() -> kernels.attend(spec, Carried.between(state, null), q, null))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("only causal attention carries a state; causal=false, before=given");
        }
    }
}
