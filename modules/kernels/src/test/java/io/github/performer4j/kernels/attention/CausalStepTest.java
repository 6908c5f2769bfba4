package io.github.performer4j.kernels.attention;

import static io.github.performer4j.kernels.LinearAttentionTest.close;
import static io.github.performer4j.kernels.LinearAttentionTest.doubles;
import static io.github.performer4j.kernels.LinearAttentionTest.gaussian;
import static io.github.performer4j.kernels.LinearAttentionTest.poisoned;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.performer4j.kernels.CpuKernels;
import io.github.performer4j.kernels.LinearAttentionTest;
import io.github.performer4j.kernels.math.CounterRandom;
import io.github.performer4j.kernels.math.ScalarFunction;
import io.github.performer4j.kernels.memory.FloatBlock;
import io.github.performer4j.kernels.memory.Heads;
import io.github.performer4j.kernels.memory.Matrix;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Token by token from states is the whole sequence, whose oracle is {@link LinearAttentionTest}. */
class CausalStepTest {
    private static final int HEADS = 3;
    private static final int D = 5;
    private static final int M = 18;
    private static final int TOKENS = 100;

    record Case(FeatureKernel map, int decaying, int valueSize, double scale) {}

    static Stream<Case> cases() {
        Stream.Builder<Case> all = Stream.builder();
        for (FeatureKernel map : List.of(
                new FeatureKernel.Positive(0.6f, 1e-2f),
                new FeatureKernel.Positive(0.6f, 0),
                new FeatureKernel.Generalized(ScalarFunction.RELU, true, 0.6f, 1e-3f))) {
            for (int decaying : new int[] {0, 2, 3}) {
                for (int valueSize : new int[] {1, 7, 16, 33, 48}) {
                    all.add(new Case(map, decaying, valueSize, 1));
                }
            }
            all.add(new Case(map, 0, 7, 30)); // stabilisers jump
            all.add(new Case(map, 3, 32, 30));
        }
        all.add(new Case(new FeatureKernel.Generalized(ScalarFunction.RELU, true, 0.6f, 0), 0, 7, 1e-18)); // underflows
        return all.build();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void tokensAreTheWhole(Case c) {
        CounterRandom random = CounterRandom.of(5, 1);
        Heads q = scaled(LinearAttentionTest.interleaved(random, 1, HEADS, TOKENS, D, 1, 3), c.scale);
        Heads k = scaled(LinearAttentionTest.interleaved(random, 1, HEADS, TOKENS, D, 1, 3), c.scale);
        Heads v = LinearAttentionTest.interleaved(random, 1, HEADS, TOKENS, c.valueSize, 1, 3);
        Matrix w = gaussian(random, M, D);
        Heads a = c.decaying == 0 ? null : poisoned(1, c.decaying, TOKENS, 1);
        for (long i = 0; a != null && i < a.block().length(); i++) {
            a.block().set(i, (float) (0.2 * random.nextDouble()));
        }
        Heads whole = poisoned(1, HEADS, TOKENS, c.valueSize);
        Heads steps = poisoned(1, HEADS, TOKENS, c.valueSize);
        try (CpuKernels kernels = new CpuKernels(2)) {
            long underflows =
                    kernels.attend(spec(c, q, k, v, a, w, 0, TOKENS), Carried.between(null, state(c)), whole, null);
            AttentionState before = null;
            AttentionState after = state(c);
            long underflowsOfSteps = 0;
            for (int t = 0; t < TOKENS; t++) {
                LinearAttentionSpec token = spec(c, q, k, v, a, w, t, t + 1);
                Carried carried = Carried.between(before, after);
                assertThat(CausalStep.covers(token, carried, null)).isTrue();
                underflowsOfSteps += kernels.attend(token, carried, CarriedTest.Run.part(steps, t, t + 1), null);
                AttentionState spare = before == null ? state(c) : before;
                before = after;
                after = spare;
            }
            assertThat(underflowsOfSteps).isEqualTo(underflows);
            assertThat(underflows).isGreaterThanOrEqualTo(c.scale < 1e-9 ? TOKENS : 0);
            assertThat(before.count(2)).isEqualTo(TOKENS);
        }
        for (int h = 0; h < HEADS; h++) {
            close("out", steps.rows(0, h), doubles(whole.rows(0, h)), 2e-5, 0);
        }
    }

    private static AttentionState state(Case c) {
        FloatBlock memory = FloatBlock.allocate(HEADS * AttentionState.length(M, c.valueSize));
        memory.poison();
        return AttentionState.over(memory, HEADS, M, c.valueSize);
    }

    private static Heads scaled(Heads x, double scale) {
        for (long i = 0; i < x.block().length(); i++) {
            x.block().set(i, (float) (scale * x.block().get(i)));
        }
        return x;
    }

    private static LinearAttentionSpec spec(Case c, Heads q, Heads k, Heads v, Heads a, Matrix w, int from, int to) {
        var spec = new LinearAttentionSpec(
                CarriedTest.Run.part(q, from, to),
                CarriedTest.Run.part(k, from, to),
                CarriedTest.Run.part(v, from, to),
                null,
                c.map,
                w,
                true);
        return a == null ? spec : spec.with(CarriedTest.Run.part(a, from, to));
    }
}
