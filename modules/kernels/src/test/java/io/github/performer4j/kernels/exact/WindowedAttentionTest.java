package io.github.performer4j.kernels.exact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.performer4j.kernels.ExactAttentionCase;
import io.github.performer4j.kernels.ExactAttentionCase.Masking;
import io.github.performer4j.kernels.ExactAttentionCase.Run;
import io.github.performer4j.kernels.attention.AttentionElements;
import io.github.performer4j.kernels.attention.PlainAttentionElements;
import io.github.performer4j.kernels.machine.Simd;
import io.github.performer4j.kernels.product.Parallel;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Exact attention within a window against plain double loops over all keys, and against itself without one. */
class WindowedAttentionTest {
    private static final int HEADS = ExactAttentionCase.HEADS;

    static Stream<ExactAttentionCase> cases() {
        List<ExactAttentionCase> all = new ArrayList<>();
        for (int tokens : new int[] {1, 2, 63, 127, 131, 257, 401}) { // blocks of 128 queries and 256 keys
            for (int window : new int[] {1, 2, 7, 64, 100, 128, 129, 300, 401, 1000}) {
                for (boolean causal : new boolean[] {false, true}) {
                    Masking masking = Masking.values()[all.size() % Masking.values().length];
                    all.add(of(tokens, tokens, causal, masking, Window.of(window, causal), all.size() % 4 < 2));
                }
            }
        }
        for (Masking masking : Masking.values()) {
            all.add(of(521, 521, true, masking, Window.of(31, true), true));
            all.add(of(521, 521, false, masking, Window.of(31, false), false));
            all.add(of(263, 263, false, masking, new Window(5, 40), true));
            all.add(of(263, 263, false, masking, new Window(40, 0), false));
            all.add(of(263, 263, false, masking, new Window(0, 300), false));
            all.add(of(1, 64, true, masking, Window.of(64, true), true)); // the last queries of more keys
            all.add(of(7, 70, true, masking, Window.of(64, true), false));
            all.add(of(140, 203, true, masking, Window.of(64, true), true));
            all.add(of(13, 31, false, masking, new Window(4, 9), true));
        }
        all.add(of(67, 67, true, Masking.HOLES, new Window(Integer.MAX_VALUE, 0), true));
        all.add(of(67, 67, false, Masking.HOLES, new Window(3, Integer.MAX_VALUE), true));
        for (int tokens : new int[] {1, 5, 63, 131, 257, 401, 700}) {
            for (int window : new int[] {2, 7, 129}) {
                for (int global : new int[] {1, 3, 140, 300, 1000}) {
                    for (boolean causal : new boolean[] {false, true}) {
                        Masking masking = Masking.values()[all.size() % Masking.values().length];
                        Window seen = Window.of(window, causal).withGlobal(global);
                        all.add(of(tokens, tokens, causal, masking, seen, all.size() % 4 < 2));
                    }
                }
            }
        }
        for (Masking masking : Masking.values()) {
            all.add(of(521, 521, true, masking, new Window(0, 0, 2), true));
            all.add(of(263, 263, false, masking, new Window(40, 3, 5), true));
        }
        return all.stream();
    }

    private static ExactAttentionCase of(
            int queries, int keys, boolean causal, Masking masking, Window window, boolean interleaved) {
        return new ExactAttentionCase(queries, keys, 17, 13, causal, masking, 3, interleaved, window);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void equalsPlainDoubleLoops(ExactAttentionCase example) {
        for (ExactAttentionKernel kernel : ExactAttentionKernelTest.kernels()) {
            ExactAttentionKernelTest.compare(example, example.run(kernel), ExactAttentionKernelTest.VALUES);
        }
    }

    /** Bits are those of attention without a window: the same blocks of the same keys. */
    @ParameterizedTest
    @CsvSource({"true, 257", "true, 9999", "false, 257", "false, 9999"})
    void aWindowOfAllTokensIsNone(boolean causal, int window) {
        for (ExactAttentionKernel kernel : ExactAttentionKernelTest.kernels()) {
            Run windowed = of(257, 257, causal, Masking.HOLES, Window.of(window, causal), true)
                    .run(kernel);
            Run plain = of(257, 257, causal, Masking.HOLES, null, true).run(kernel);
            assertThat(ExactAttentionKernelTest.bits(windowed)).isEqualTo(ExactAttentionKernelTest.bits(plain));
        }
    }

    /** Global tokens that are all the sequence are no window at all. */
    @ParameterizedTest
    @CsvSource({"true, 257", "true, 9999", "false, 257", "false, 9999"})
    void globalTokensAloneSeeAll(boolean causal, int global) {
        for (ExactAttentionKernel kernel : ExactAttentionKernelTest.kernels()) {
            Run windowed = of(
                            257,
                            257,
                            causal,
                            Masking.HOLES,
                            Window.of(3, causal).withGlobal(global),
                            true)
                    .run(kernel);
            Run plain = of(257, 257, causal, Masking.HOLES, null, true).run(kernel);
            assertThat(ExactAttentionKernelTest.bits(windowed)).isEqualTo(ExactAttentionKernelTest.bits(plain));
        }
    }

    @Test
    void aWindowOfOneIsTheValueItself() {
        for (ExactAttentionKernel kernel : ExactAttentionKernelTest.kernels()) {
            Run run = of(131, 131, true, Masking.NONE, Window.of(1, true), true).run(kernel);
            for (int h = 0; h < HEADS; h++) {
                assertThat(ExactAttentionCase.rows(run.out(), 1, h))
                        .isDeepEqualTo(ExactAttentionCase.rows(run.spec().v(), 1, h));
                for (double[] row : ExactAttentionCase.rows(run.dq(), 1, h)) {
                    for (double x : row) {
                        assertThat(x).isCloseTo(0, within(3e-6));
                    }
                }
            }
        }
    }

    /** What stands outside every window of the first rows, later tokens, too, changes no bit of them. */
    @ParameterizedTest
    @CsvSource({"true", "false"})
    void tokensOutsideChangeNoBit(boolean causal) {
        int tokens = 300;
        for (ExactAttentionKernel kernel : ExactAttentionKernelTest.kernels()) {
            Run run = of(tokens, tokens, causal, Masking.NONE, Window.of(20, causal), true)
                    .run(kernel);
            double[][] before = ExactAttentionCase.rows(run.out(), 0, 1);
            for (int t : new int[] {40, 200}) {
                for (int i = 0; i < 17; i++) {
                    run.spec().k().rows(0, 1).set(t, i, 50);
                }
                for (int i = 0; i < 13; i++) {
                    run.spec().v().rows(0, 1).set(t, i, -70);
                }
            }
            kernel.forward(run.spec(), run.out(), null);
            double[][] after = ExactAttentionCase.rows(run.out(), 0, 1);
            for (int t = 0; t < tokens; t++) {
                boolean near = sees(t, 40, causal) || sees(t, 200, causal);
                assertThat(java.util.Arrays.equals(after[t], before[t]))
                        .as("row %s", t)
                        .isEqualTo(!near);
            }
        }
    }

    private static boolean sees(int query, int key, boolean causal) {
        return Math.abs(query - key) < 20 && (!causal || key <= query);
    }

    @Test
    void threadsDoNotChangeABit() {
        ExactAttentionCase example = of(263, 263, true, Masking.HOLES, Window.of(37, true), true);
        List<String> runs = new ArrayList<>();
        for (int threads : new int[] {1, 3}) {
            try (Parallel parallel = new Parallel(threads)) {
                AttentionElements elements =
                        Simd.choose(AttentionElements.class, new PlainAttentionElements(), "VectorAttentionElements");
                runs.add(ExactAttentionKernelTest.bits(example.run(new ExactAttentionKernel(parallel, elements))));
            }
        }
        assertThat(runs.get(1)).isEqualTo(runs.get(0));
    }

    @Test
    void wrongWindowsAreNamed() {
        assertThatThrownBy(() -> Window.of(0, true))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a window must have a token, the query's own; window=0");
        assertThatThrownBy(() -> new Window(-1, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a window must not end before it begins; left=-1, right=0, global=0");
        ExactAttentionKernel kernel = ExactAttentionKernelTest.kernels().get(0);
        ExactAttentionSpec s = of(7, 11, false, Masking.NONE, new Window(2, 1), true)
                .run(kernel)
                .spec();
        assertThatThrownBy(() -> new ExactAttentionSpec(s.q(), s.k(), s.k(), null, false, new Window(2, 1, 3)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("global tokens are of a whole sequence; Tq=7, Tk=11, global=3");
        assertThatThrownBy(() -> new ExactAttentionSpec(s.k(), s.q(), s.q(), null, false, s.window()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "a window needs a key at each query's place, and none behind it if causal; Tq=11, Tk=7, causal=false, right=1");
        assertThatThrownBy(() -> new ExactAttentionSpec(s.q(), s.q(), s.q(), null, true, s.window()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "a window needs a key at each query's place, and none behind it if causal; Tq=7, Tk=7, causal=true, right=1");
    }
}
