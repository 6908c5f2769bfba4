package io.github.performer4j.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.performer4j.kernels.attention.AttentionElements;
import io.github.performer4j.kernels.attention.Carried;
import io.github.performer4j.kernels.attention.LinearAttentionKernel;
import io.github.performer4j.kernels.attention.LinearAttentionSpec;
import io.github.performer4j.kernels.attention.PlainAttentionElements;
import io.github.performer4j.kernels.machine.Simd;
import io.github.performer4j.kernels.math.CounterRandom;
import io.github.performer4j.kernels.memory.FloatBlock;
import io.github.performer4j.kernels.memory.Heads;
import io.github.performer4j.kernels.memory.Matrix;
import io.github.performer4j.kernels.memory.Scratch;
import io.github.performer4j.kernels.product.Parallel;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.Stream;

/** Holds the linear-attention kernel, on vectors and in plain Java, equal to {@link MappedAttentionOracle}, values and gradients. */
public final class AttentionCheck {
    static final double BOUND = 1e-4;
    public static final int BATCH = 2;
    public static final int HEADS = 2;

    /** What differs between checks of one map. */
    public record Case(boolean causal, int tokens, LinearAttentionTest.Padding padding) {
        public static Stream<Case> all() {
            return Stream.of(false, true)
                    .flatMap(causal -> Stream.of(
                            new Case(causal, 63, LinearAttentionTest.Padding.NONE),
                            new Case(causal, 100, LinearAttentionTest.Padding.RIGHT),
                            new Case(causal, 49, LinearAttentionTest.Padding.LEFT),
                            new Case(causal, 1, LinearAttentionTest.Padding.NONE),
                            new Case(causal, 63, LinearAttentionTest.Padding.ALL)));
        }

        /** Returns the mask [B,T], or null. */
        public FloatBlock mask() {
            if (padding == LinearAttentionTest.Padding.NONE) {
                return null;
            }
            double[] mask = padding.mask(tokens);
            FloatBlock block = FloatBlock.allocate((long) BATCH * tokens);
            for (int i = 0; i < BATCH * tokens; i++) {
                block.set(i, (float) mask[i % tokens]);
            }
            return block;
        }
    }

    private AttentionCheck() {}

    public static List<AttentionElements> elements() {
        return List.of(new PlainAttentionElements(), (AttentionElements) Simd.load("VectorAttentionElements"));
    }

    /** Compares with the oracle of each batch item and head. */
    public static void equalsTheOracle(LinearAttentionSpec spec, IntFunction<MappedAttentionOracle.RowMap> maps) {
        Heads error = LinearAttentionTest.separate(
                CounterRandom.of(77), BATCH, HEADS, spec.q().tokens(), spec.v().size());
        MappedAttentionOracle[] oracles = new MappedAttentionOracle[BATCH * HEADS];
        long underflows = 0;
        double[][] dw = null;
        double leastDw = 0;
        for (int i = 0; i < oracles.length; i++) {
            int b = i / HEADS;
            int h = i % HEADS;
            double[] mask = new double[spec.k().tokens()];
            for (int j = 0; j < mask.length; j++) {
                mask[j] = spec.mask() == null ? 1 : spec.mask().get((long) b * mask.length + j);
            }
            oracles[i] =
                    new MappedAttentionOracle(maps.apply(i), spec.features().epsilon(), spec.causal(), mask);
            oracles[i].run(
                    Grid.values(spec.q().rows(b, h)),
                    Grid.values(spec.k().rows(b, h)),
                    Grid.values(spec.v().rows(b, h)),
                    Grid.values(error.rows(b, h)));
            underflows += oracles[i].underflows;
            leastDw = Math.max(leastDw, least(oracles[i]));
            if (oracles[i].dw != null) {
                dw = dw == null ? new double[spec.w().rows()][spec.w().columns()] : dw;
                LinearAttentionTest.add(oracles[i].dw, dw);
            }
        }
        for (AttentionElements elements : elements()) {
            String name = elements.getClass().getSimpleName();
            run(elements, spec, error, dw != null, 1); // takes scratch memory, so that all of it is poisoned next
            Run run = run(elements, spec, error, dw != null, 1);
            assertThat(run.underflows).isEqualTo(underflows);
            for (int i = 0; i < oracles.length; i++) {
                int b = i / HEADS;
                int h = i % HEADS;
                double least = least(oracles[i]);
                close(name + " out", run.out.rows(b, h), oracles[i].out, 0);
                close(name + " dv", run.dv.rows(b, h), oracles[i].dv, 0);
                close(name + " dq", run.dq.rows(b, h), oracles[i].dq, least);
                close(name + " dk", run.dk.rows(b, h), oracles[i].dk, least);
            }
            if (dw != null) {
                close(name + " dw", run.dw, dw, leastDw);
                Grid.assertGapsUntouched(run.dw);
            }
        }
    }

    /** Returns the size of gradients that cancel to nothing, as where one key is seen. */
    private static double least(MappedAttentionOracle oracle) {
        return 0.05 * largest(oracle.dv);
    }

    /** What a forward and a backward pass leave; dw is null if it was not wanted. */
    public record Run(Heads out, Heads dq, Heads dk, Heads dv, Matrix dw, long underflows) {}

    /** Runs forward and backward on the calling thread, with poisoned memory. */
    public static Run run(AttentionElements elements, LinearAttentionSpec spec, Heads error) {
        return run(elements, spec, error, false, 1);
    }

    /** The same with the gradient to W or without, on some threads. */
    public static Run run(
            AttentionElements elements, LinearAttentionSpec spec, Heads error, boolean learns, int threads) {
        try (Parallel parallel = new Parallel(threads)) {
            LinearAttentionKernel kernel = new LinearAttentionKernel(parallel, elements);
            Heads out = poisoned(spec.q(), spec.v().size());
            Heads dq = poisoned(spec.q(), spec.q().size());
            Heads dk = poisoned(spec.k(), spec.k().size());
            Heads dv = poisoned(spec.v(), spec.v().size());
            FloatBlock saved = FloatBlock.allocate(kernel.saved(spec));
            saved.poison();
            Scratch.mine().poison();
            long underflows = kernel.forward(spec, Carried.NOTHING, out, saved);
            Scratch.mine().poison();
            Matrix dw = learns ? Grid.poisoned(spec.w().rows(), spec.w().columns()) : null;
            kernel.backward(spec, Carried.NOTHING, out, saved, error, dq, dk, dv, dw, null);
            return new Run(out, dq, dk, dv, dw, underflows);
        }
    }

    private static Heads poisoned(Heads like, int size) {
        return LinearAttentionTest.poisoned(like.batch(), like.heads(), like.tokens(), size);
    }

    private static double largest(double[][] x) {
        double top = 0;
        for (double[] row : x) {
            for (double y : row) {
                top = Math.max(top, Math.abs(y));
            }
        }
        return top;
    }

    /** Asserts {@code |a − b| ≤ 1e-4 max(|b|, least)}, the largest of all |b|. */
    public static void close(String name, Matrix actual, double[][] expected, double least) {
        double allowed = BOUND * Math.max(least, largest(expected));
        for (int r = 0; r < expected.length; r++) {
            for (int i = 0; i < expected[r].length; i++) {
                assertThat((double) actual.get(r, i))
                        .as("%s[%d,%d]", name, r, i)
                        .isCloseTo(expected[r][i], within(allowed));
            }
        }
    }
}
