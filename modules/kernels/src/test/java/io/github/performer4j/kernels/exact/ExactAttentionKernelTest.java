package io.github.performer4j.kernels.exact;

import static io.github.performer4j.kernels.ExactAttentionCase.BATCH;
import static io.github.performer4j.kernels.ExactAttentionCase.HEADS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.performer4j.kernels.ExactAttentionCase;
import io.github.performer4j.kernels.ExactAttentionCase.Masking;
import io.github.performer4j.kernels.ExactAttentionCase.Run;
import io.github.performer4j.kernels.ExactAttentionOracle;
import io.github.performer4j.kernels.attention.AttentionElements;
import io.github.performer4j.kernels.attention.PlainAttentionElements;
import io.github.performer4j.kernels.machine.Simd;
import io.github.performer4j.kernels.memory.FloatBlock;
import io.github.performer4j.kernels.memory.Heads;
import io.github.performer4j.kernels.product.Parallel;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The kernel against plain double loops, with what must not be read poisoned by NaN: max|a − b| ≤ 1e-5·max|b| for values and 1e-4·max|b| for
 * gradients. Gradients may be off by 3e-6 besides, because they cancel: with one key dq is 0.
 */
class ExactAttentionKernelTest {
    static final double VALUES = 1e-5;
    private static final double GRADIENTS = 1e-4;
    private static final double CANCELLATION = 3e-6;

    static Stream<ExactAttentionCase> cases() {
        List<ExactAttentionCase> cases = new ArrayList<>();
        for (int tokens : new int[] {1, 2, 63, 100, 257}) {
            for (int size : new int[] {5, 17, 64}) {
                for (Masking masking : Masking.values()) {
                    boolean interleaved = cases.size() % 4 < 2;
                    cases.add(new ExactAttentionCase(tokens, tokens, size, size, false, masking, 3, interleaved));
                    cases.add(new ExactAttentionCase(tokens, tokens, size, size, true, masking, 3, !interleaved));
                }
            }
        }
        for (int[] qk : new int[][] {{1, 257}, {257, 2}, {63, 100}, {300, 131}, {131, 600}}) {
            cases.add(new ExactAttentionCase(qk[0], qk[1], 17, 13, false, Masking.NONE, 3, true));
            cases.add(new ExactAttentionCase(qk[0], qk[1], 13, 17, false, Masking.HOLES, 3, false));
        }
        cases.add(new ExactAttentionCase(521, 521, 64, 64, true, Masking.HOLES, 3, true));
        for (int tokens : new int[] {127, 128, 129, 255, 256, 511, 512, 513}) { // blocks of 128 queries and 256 keys
            cases.add(new ExactAttentionCase(tokens, tokens, 5, 5, false, Masking.RIGHT, 3, true));
            cases.add(new ExactAttentionCase(tokens, tokens, 5, 5, true, Masking.NONE, 3, false));
        }
        return cases.stream();
    }

    static List<ExactAttentionKernel> kernels() {
        List<ExactAttentionKernel> kernels = new ArrayList<>();
        kernels.add(
                new ExactAttentionKernel(new Parallel(1), new PlainAttentionElements(), new PlainSoftmaxElements()));
        if (Simd.available()) {
            kernels.add(new ExactAttentionKernel(
                    new Parallel(1), (AttentionElements) Simd.load("VectorAttentionElements"), (SoftmaxElements)
                            Simd.load("VectorSoftmaxElements")));
        }
        return kernels;
    }

    @ParameterizedTest
    @MethodSource("cases")
    void equalsPlainDoubleLoops(ExactAttentionCase example) {
        for (ExactAttentionKernel kernel : kernels()) {
            compare(example, example.run(kernel), VALUES);
        }
    }

    /** A score of 60 is rounded to 2e-6, which is an error of 2e-6 of its exponential; a few of them add up. */
    @Test
    void largeScoresCostNoMoreThanTheirRounding() {
        for (ExactAttentionKernel kernel : kernels()) {
            for (boolean causal : new boolean[] {false, true}) {
                ExactAttentionCase example =
                        new ExactAttentionCase(257, 257, 17, 13, causal, Masking.RIGHT, 60, causal);
                compare(example, example.run(kernel), 3 * VALUES);
            }
        }
    }

    static void compare(ExactAttentionCase example, Run run, double values) {
        for (int b = 0; b < BATCH; b++) {
            for (int h = 0; h < HEADS; h++) {
                ExactAttentionOracle wanted = example.oracle(run, b, h);
                close("out", run.out(), b, h, wanted.out(), values, 0);
                close("dq", run.dq(), b, h, wanted.dq(), GRADIENTS, CANCELLATION);
                close("dk", run.dk(), b, h, wanted.dk(), GRADIENTS, CANCELLATION);
                close("dv", run.dv(), b, h, wanted.dv(), GRADIENTS, CANCELLATION);
                for (int t = 0; t < example.queries(); t++) {
                    double logSum = wanted.logSum()[t];
                    float saved = run.saved().get((b * HEADS + h) * (long) example.queries() + t);
                    assertThat((double) saved == logSum || Math.abs(saved - logSum) <= 1e-5 * Math.max(1, logSum))
                            .as("logSum %s, wanted %s", saved, logSum)
                            .isTrue();
                }
            }
        }
    }

    private static void close(
            String name, Heads got, int b, int h, double[][] wanted, double relative, double absolute) {
        double largest = 0;
        double difference = 0;
        double[][] rows = ExactAttentionCase.rows(got, b, h);
        for (int t = 0; t < wanted.length; t++) {
            for (int i = 0; i < wanted[t].length; i++) {
                assertThat(rows[t][i]).as("%s[%d,%d,%d,%d]", name, b, h, t, i).isFinite();
                largest = Math.max(largest, Math.abs(wanted[t][i]));
                difference = Math.max(difference, Math.abs(rows[t][i] - wanted[t][i]));
            }
        }
        double bound = largest == 0 && name.equals("out") ? 0 : relative * largest + absolute;
        assertThat(difference).as("%s[%d,%d], largest %s", name, b, h, largest).isLessThanOrEqualTo(bound);
    }

    @Test
    void keysThatNobodySeesHaveGradientZero() {
        for (ExactAttentionKernel kernel : kernels()) {
            Run run = new ExactAttentionCase(67, 67, 5, 7, false, Masking.ALL, 3, true).run(kernel);
            for (Heads gradient : List.of(run.out(), run.dq(), run.dk(), run.dv())) {
                for (int h = 0; h < HEADS; h++) {
                    for (double[] row : ExactAttentionCase.rows(gradient, 0, h)) {
                        assertThat(row).containsOnly(0);
                    }
                }
            }
            run = new ExactAttentionCase(67, 67, 5, 7, true, Masking.HOLES, 3, true).run(kernel);
            assertThat(ExactAttentionCase.rows(run.dk(), 0, 1)[1]).containsOnly(0);
            assertThat(ExactAttentionCase.rows(run.dv(), 0, 1)[1]).containsOnly(0);
        }
    }

    @Test
    void threadsDoNotChangeABit() {
        ExactAttentionCase example = new ExactAttentionCase(263, 263, 17, 13, true, Masking.HOLES, 3, true);
        List<Run> runs = new ArrayList<>();
        for (int threads : new int[] {1, 3}) {
            try (Parallel parallel = new Parallel(threads)) {
                AttentionElements elements =
                        Simd.choose(AttentionElements.class, new PlainAttentionElements(), "VectorAttentionElements");
                runs.add(example.run(new ExactAttentionKernel(parallel, elements)));
            }
        }
        assertThat(bits(runs.get(1))).isEqualTo(bits(runs.get(0)));
    }

    private static List<float[]> bitsOf(Run run) {
        List<float[]> all = new ArrayList<>();
        for (FloatBlock block : List.of(
                run.out().block(),
                run.saved(),
                run.dq().block(),
                run.dk().block(),
                run.dv().block())) {
            float[] values = new float[Math.toIntExact(block.length())];
            block.read(0, values, 0, values.length);
            all.add(values);
        }
        return all;
    }

    static String bits(Run run) {
        StringBuilder text = new StringBuilder();
        bitsOf(run).forEach(values -> text.append(java.util.Arrays.toString(values)));
        return text.toString();
    }

    @Test
    void aForwardPassAloneSavesNothing() {
        ExactAttentionKernel kernel = kernels().get(0);
        ExactAttentionCase example = new ExactAttentionCase(7, 11, 5, 3, false, Masking.RIGHT, 3, false);
        Run run = example.run(kernel);
        Heads out = Heads.of(FloatBlock.allocate(run.out().block().length()), BATCH, HEADS, 7, 3);
        kernel.forward(run.spec(), out, null);
        assertThat(ExactAttentionCase.rows(out, 1, 2)).isDeepEqualTo(ExactAttentionCase.rows(run.out(), 1, 2));
    }

    @Test
    void wrongShapesAreRefused() {
        ExactAttentionKernel kernel = kernels().get(0);
        Run run = new ExactAttentionCase(7, 11, 5, 3, false, Masking.NONE, 3, false).run(kernel);
        ExactAttentionSpec s = run.spec();
        assertThatThrownBy(() -> kernel.forward(s, run.dq(), run.saved()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("out must be [2,3,7,3]; out=[2,3,7,5]");
        assertThatThrownBy(() -> kernel.forward(s, run.out(), FloatBlock.allocate(41)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("needed=42, saved=41");
        assertThatThrownBy(() -> kernel.backward(s, run.out(), null, run.error(), run.dq(), run.dk(), run.dv()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("saved=null");
        assertThatThrownBy(() -> kernel.backward(s, run.out(), run.saved(), run.error(), run.dk(), run.dk(), run.dv()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("dq must be");
        assertThatThrownBy(() -> new ExactAttentionSpec(s.q(), s.k(), s.v(), FloatBlock.allocate(21), false))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("mask must be [B,Tk]");
        assertThatThrownBy(() -> new ExactAttentionSpec(s.q(), s.k(), s.v(), null, true))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Tq=7, Tk=11");
    }
}
