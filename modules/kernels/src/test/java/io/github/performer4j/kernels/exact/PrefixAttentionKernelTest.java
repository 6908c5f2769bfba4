package io.github.performer4j.kernels.exact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.performer4j.kernels.attention.AttentionElements;
import io.github.performer4j.kernels.attention.FeatureKernel;
import io.github.performer4j.kernels.attention.LinearAttentionKernel;
import io.github.performer4j.kernels.attention.LinearAttentionSpec;
import io.github.performer4j.kernels.attention.PlainAttentionElements;
import io.github.performer4j.kernels.machine.Simd;
import io.github.performer4j.kernels.math.CounterRandom;
import io.github.performer4j.kernels.memory.FloatBlock;
import io.github.performer4j.kernels.memory.Heads;
import io.github.performer4j.kernels.memory.Matrix;
import io.github.performer4j.kernels.product.Parallel;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Attention with an exact prefix against every weight and every derivative written out in double loops. */
class PrefixAttentionKernelTest {
    private static final int B = 2;
    private static final int H = 2;
    private static final int D = 6;
    private static final int M = 19;
    private static final float SCALE = (float) Math.pow(D, -0.25);

    private static final FeatureKernel FEATURES = new FeatureKernel.Positive(SCALE, 0);

    /** What goes in, and what comes out. */
    private record Run(
            PrefixAttentionSpec spec,
            Heads out,
            Heads error,
            Heads dq,
            Heads dk,
            Heads dv,
            Matrix dw,
            long underflows) {}

    private static List<PrefixAttentionKernel> kernels(int threads) {
        List<PrefixAttentionKernel> all = new ArrayList<>();
        Parallel parallel = new Parallel(threads);
        AttentionElements plain = new PlainAttentionElements();
        all.add(new PrefixAttentionKernel(
                parallel, plain, new LinearAttentionKernel(parallel, plain), new PlainSoftmaxElements()));
        if (Simd.available()) {
            AttentionElements vector = (AttentionElements) Simd.load("VectorAttentionElements");
            all.add(new PrefixAttentionKernel(
                    parallel, vector, new LinearAttentionKernel(parallel, vector), (SoftmaxElements)
                            Simd.load("VectorSoftmaxElements")));
        }
        return all;
    }

    private static FloatBlock gaussian(long seed, int n, double deviation) {
        CounterRandom random = CounterRandom.of(seed);
        FloatBlock block = FloatBlock.allocate(n);
        for (int i = 0; i < n; i++) {
            block.set(i, (float) (deviation * random.nextGaussian()));
        }
        return block;
    }

    private static Heads heads(FloatBlock block, int tokens) {
        return Heads.of(Matrix.of(block, B * tokens, H * D), B, H);
    }

    private static Heads poison(int tokens) {
        FloatBlock block = FloatBlock.allocate(B * tokens * H * D);
        block.poison();
        return heads(block, tokens);
    }

    private static PrefixAttentionSpec spec(int tokens, int prefix, boolean causal, double deviation, String mask) {
        FloatBlock seen = mask.isEmpty() ? null : FloatBlock.allocate(B * tokens);
        for (int i = 0; seen != null && i < B * tokens; i++) {
            seen.set(i, mask.charAt(i % mask.length()) - '0');
        }
        int n = B * tokens * H * D;
        return new PrefixAttentionSpec(
                new LinearAttentionSpec(
                        heads(gaussian(3, n, deviation), tokens),
                        heads(gaussian(4, n, deviation), tokens),
                        heads(gaussian(5, n, 1), tokens),
                        seen,
                        FEATURES,
                        Matrix.of(gaussian(6, M * D, 1), M, D),
                        causal),
                prefix);
    }

    private static Run run(PrefixAttentionKernel kernel, PrefixAttentionSpec spec) {
        int t = spec.tokens();
        Heads out = poison(t);
        FloatBlock saved = FloatBlock.allocate(kernel.saved(spec));
        saved.poison();
        long underflows = kernel.forward(spec, out, saved);
        Heads error = heads(gaussian(7, B * t * H * D, 1), t);
        Run run = new Run(
                spec,
                out,
                error,
                poison(t),
                poison(t),
                poison(t),
                Matrix.of(FloatBlock.allocate(M * D), M, D),
                underflows);
        kernel.backward(spec, out, saved, error, run.dq, run.dk, run.dv, run.dw);
        Heads again = poison(t);
        kernel.forward(spec, again, null); // without a backward pass
        assertThat(values(again)).isEqualTo(values(out));
        return run;
    }

    private static double[] values(Heads x) {
        return IntStream.range(0, B * x.tokens() * H * D)
                .mapToDouble(i -> x.block().get(i))
                .toArray();
    }

    private static double[][] rows(Matrix m) {
        double[][] rows = new double[m.rows()][m.columns()];
        for (int i = 0; i < m.rows(); i++) {
            for (int j = 0; j < m.columns(); j++) {
                rows[i][j] = m.get(i, j);
            }
        }
        return rows;
    }

    private static double dot(double[] a, double[] b, double scale) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return scale * sum;
    }

    private static void add(double factor, double[] x, double[] sum) {
        for (int i = 0; i < x.length; i++) {
            sum[i] += factor * x[i];
        }
    }

    /** Compares with the definition, in float64; weights of a row are divided by their largest. */
    private static void compare(Run run, double tolerance) {
        LinearAttentionSpec all = run.spec.all();
        int t = run.spec.tokens();
        double[][] w = rows(all.w());
        double[][] dw = new double[M][D];
        for (int b = 0; b < B; b++) {
            for (int h = 0; h < H; h++) {
                double[][] q = rows(all.q().rows(b, h));
                double[][] k = rows(all.k().rows(b, h));
                double[][] v = rows(all.v().rows(b, h));
                double[][] error = rows(run.error.rows(b, h));
                double[][][] gradients = {new double[t][D], new double[t][D], new double[t][D]};
                double[][] out = new double[t][D];
                for (int i = 0; i < t; i++) {
                    double[][] logs = logs(run.spec, b, i, q[i], k, w);
                    double top = Double.NEGATIVE_INFINITY;
                    for (double[] each : logs) {
                        for (double log : each) {
                            top = Math.max(top, log);
                        }
                    }
                    double sum = 0;
                    for (int j = 0; j < t; j++) {
                        for (double log : logs[j]) {
                            sum += Math.exp(log - top);
                            add(Math.exp(log - top), v[j], out[i]);
                        }
                    }
                    for (int c = 0; c < D; c++) {
                        out[i][c] = sum > 0 ? out[i][c] / sum : 0;
                    }
                    for (int j = 0; j < t; j++) {
                        for (int f = 0; f < logs[j].length; f++) {
                            double p = Math.exp(logs[j][f] - top) / sum;
                            double d = p * (dot(error[i], v[j], 1) - dot(error[i], out[i], 1));
                            add(p, error[i], gradients[2][j]);
                            if (j < run.spec.prefix()) {
                                add(d / Math.sqrt(D), k[j], gradients[0][i]);
                                add(d / Math.sqrt(D), q[i], gradients[1][j]);
                            } else {
                                add(d * SCALE, w[f], gradients[0][i]);
                                add(-d * SCALE * SCALE, q[i], gradients[0][i]);
                                add(d * SCALE, w[f], gradients[1][j]);
                                add(-d * SCALE * SCALE, k[j], gradients[1][j]);
                                add(d * SCALE, q[i], dw[f]);
                                add(d * SCALE, k[j], dw[f]);
                            }
                        }
                    }
                }
                close("out", rows(run.out.rows(b, h)), out, tolerance);
                close("dq", rows(run.dq.rows(b, h)), gradients[0], tolerance);
                close("dk", rows(run.dk.rows(b, h)), gradients[1], tolerance);
                close("dv", rows(run.dv.rows(b, h)), gradients[2], tolerance);
            }
        }
        close("dw", rows(run.dw), dw, tolerance);
    }

    /** Returns the logarithms of the terms of each weight: one of an exact one, M of one of features, none of one that is not seen. */
    private static double[][] logs(PrefixAttentionSpec spec, int b, int i, double[] q, double[][] k, double[][] w) {
        int t = spec.tokens();
        double[][] logs = new double[t][0];
        for (int j = 0; j < (spec.all().causal() ? i + 1 : t); j++) {
            if (spec.all().mask() != null && spec.all().mask().get((long) b * t + j) == 0) {
                continue;
            }
            logs[j] = new double[j < spec.prefix() ? 1 : M];
            for (int f = 0; f < logs[j].length; f++) {
                double squares = (dot(q, q, SCALE * SCALE) + dot(k[j], k[j], SCALE * SCALE)) / 2;
                logs[j][f] = j < spec.prefix()
                        ? dot(q, k[j], 1 / Math.sqrt(D))
                        : dot(w[f], q, SCALE) + dot(w[f], k[j], SCALE) - squares - Math.log(M);
            }
        }
        return logs;
    }

    private static void close(String what, double[][] actual, double[][] expected, double tolerance) {
        double largest = 1;
        for (double[] row : expected) {
            for (double x : row) {
                largest = Math.max(largest, Math.abs(x));
            }
        }
        for (int i = 0; i < actual.length; i++) {
            for (int c = 0; c < actual[i].length; c++) {
                double off = Math.abs(actual[i][c] - expected[i][c]);
                if (!(off <= tolerance * largest)) { // NaN, too
                    throw new AssertionError(
                            what + "[" + i + "][" + c + "]: " + actual[i][c] + ", wanted " + expected[i][c]);
                }
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "1, 7", "6, 7", "7, 7", "8, 7", "63, 1", "70, 7", "135, 131", "270, 260"
    }) // blocks of 48, 128 and 256
    void equalsTheDefinition(int tokens, int prefix) {
        for (PrefixAttentionKernel kernel : kernels(1)) {
            for (boolean causal : new boolean[] {false, true}) {
                for (String mask : tokens > 100 ? List.of("110") : List.of("", "110", "011", "00000000000011111110")) {
                    Run run = run(kernel, spec(tokens, prefix, causal, 1, mask));
                    compare(run, 2e-5);
                    assertThat(run.underflows).isZero();
                }
            }
        }
    }

    /** Of scores up to ±60 and beyond, the part that counts less underflows in its own units, not in those of the row. */
    @ParameterizedTest
    @CsvSource({"3, 1e-4", "6, 3e-4", "10, 1e-3"})
    void largeScoresAreRight(double deviation, double tolerance) {
        for (PrefixAttentionKernel kernel : kernels(1)) {
            for (boolean causal : new boolean[] {false, true}) {
                compare(run(kernel, spec(60, 7, causal, deviation, "1111011")), tolerance);
            }
        }
    }

    @Test
    void bitsDependOnNoThreadAndOnNoLaterToken() {
        List<PrefixAttentionKernel> one = kernels(1);
        List<PrefixAttentionKernel> three = kernels(3);
        for (int i = 0; i < one.size(); i++) {
            PrefixAttentionSpec spec = spec(130, 7, true, 1, "1101");
            Run run = run(one.get(i), spec);
            Run other = run(three.get(i), spec);
            assertThat(values(other.out)).isEqualTo(values(run.out));
            assertThat(values(other.dk)).isEqualTo(values(run.dk));
            assertThat(rows(other.dw)).isDeepEqualTo(rows(run.dw));
            for (int changed : new int[] {3, 99}) {
                spec.all().k().rows(0, 0).set(changed, 0, 9);
                spec.all().v().rows(0, 0).set(changed, 0, 9);
                double[][] after = rows(run(one.get(i), spec).out.rows(0, 0));
                double[][] before = rows(run.out.rows(0, 0));
                for (int t = 0; t < changed; t++) {
                    assertThat(after[t]).isEqualTo(before[t]);
                }
                assertThat(after[changed]).isNotEqualTo(before[changed]);
                run = run(one.get(i), spec);
            }
        }
    }

    @Test
    void whatItDoesNotKnowIsRefused() {
        LinearAttentionSpec all = spec(5, 1, false, 1, "").all();
        assertThatThrownBy(() -> new PrefixAttentionSpec(all, 0)).hasMessage("a prefix must have a key; prefix=0");
        LinearAttentionSpec epsilon = new LinearAttentionSpec(
                all.q(), all.k(), all.v(), null, new FeatureKernel.Positive(SCALE, 1e-6f), all.w(), false);
        assertThatThrownBy(() -> new PrefixAttentionSpec(epsilon, 2))
                .hasMessageStartingWith("a prefix goes with positive features without ε, frames, decay and masks");
    }
}
