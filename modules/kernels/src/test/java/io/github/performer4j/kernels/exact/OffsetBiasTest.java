package io.github.performer4j.kernels.exact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.performer4j.kernels.ExactAttentionCase;
import io.github.performer4j.kernels.LinearAttentionTest;
import io.github.performer4j.kernels.math.CounterRandom;
import io.github.performer4j.kernels.memory.FloatBlock;
import io.github.performer4j.kernels.memory.Heads;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Exact attention with a bias by offsets against plain double loops, {@code softmax(q kᵀ/√D + b_{j−i})}, values and all gradients. */
class OffsetBiasTest {
    private static final int B = 2;
    private static final int H = 3;
    private static final int D = 5;

    /**
     * What differs.
     *
     * @param holes whether a third of the keys are padded
     */
    record Case(int queries, int keys, boolean causal, Window window, boolean holes) {
        boolean sees(int t, int j) {
            int place = t + keys - queries;
            return (!holes || j % 3 != 1) && (!causal || j <= place) && (window == null || window.sees(place, j));
        }

        FloatBlock mask() {
            if (!holes) {
                return null;
            }
            FloatBlock mask = FloatBlock.allocate((long) B * keys);
            for (int i = 0; i < B * keys; i++) {
                mask.set(i, i % keys % 3 != 1 ? 1 : 0);
            }
            return mask;
        }
    }

    static Stream<Case> cases() {
        List<Case> all = new ArrayList<>();
        for (boolean causal : new boolean[] {false, true}) {
            for (boolean holes : new boolean[] {false, true}) {
                all.add(new Case(1, 1, causal, null, false));
                all.add(new Case(67, 67, causal, null, holes));
                all.add(new Case(301, 301, causal, null, holes)); // blocks of 128 queries and 256 keys
                all.add(new Case(149, 149, causal, Window.of(11, causal), holes));
                all.add(new Case(7, 40, causal, Window.of(34, causal), holes)); // the last queries of more keys
            }
        }
        return all.stream();
    }

    /** The same drawn numbers for each head, and what came back. */
    private static final class Drawn implements OffsetBias {
        private final float[][] bias = new float[H][];
        private final double[][] derivatives = new double[B * H][];
        private boolean learned = true;

        Drawn(int length) {
            CounterRandom random = CounterRandom.of(41);
            for (int h = 0; h < H; h++) {
                bias[h] = new float[length];
                for (int u = 0; u < length; u++) {
                    bias[h][u] = (float) random.nextGaussian();
                }
            }
        }

        @Override
        public float[] of(int head) {
            return bias[head];
        }

        @Override
        public boolean learned() {
            return learned;
        }

        @Override
        public void derivative(int item, int head, double... d) {
            derivatives[item * H + head] = d;
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void equalsPlainDoubleLoops(Case c) {
        CounterRandom random = CounterRandom.of(5);
        Heads q = LinearAttentionTest.separate(random, B, H, c.queries(), D);
        Heads k = LinearAttentionTest.separate(random, B, H, c.keys(), D);
        Heads v = LinearAttentionTest.separate(random, B, H, c.keys(), D);
        Heads error = LinearAttentionTest.separate(random, B, H, c.queries(), D);
        Drawn bias = new Drawn(c.queries() + c.keys() - 1);
        ExactAttentionSpec spec = new ExactAttentionSpec(q, k, v, c.mask(), c.causal(), c.window(), bias);
        for (ExactAttentionKernel kernel : ExactAttentionKernelTest.kernels()) {
            Heads out = LinearAttentionTest.separate(random, B, H, c.queries(), D);
            Heads dq = LinearAttentionTest.separate(random, B, H, c.queries(), D);
            Heads dk = LinearAttentionTest.separate(random, B, H, c.keys(), D);
            Heads dv = LinearAttentionTest.separate(random, B, H, c.keys(), D);
            FloatBlock saved = FloatBlock.allocate(kernel.saved(spec));
            kernel.forward(spec, out, saved);
            kernel.backward(spec, out, saved, error, dq, dk, dv);
            for (int i = 0; i < B * H; i++) {
                Oracle oracle = new Oracle(c, rows(q, i), rows(k, i), rows(v, i), rows(error, i), bias.bias[i % H]);
                close("out", rows(out, i), oracle.out);
                close("dq", rows(dq, i), oracle.dq);
                close("dk", rows(dk, i), oracle.dk);
                close("dv", rows(dv, i), oracle.dv);
                close("db", new double[][] {bias.derivatives[i]}, new double[][] {oracle.db});
            }
            Heads again = LinearAttentionTest.separate(random, B, H, c.queries(), D);
            Drawn fixed = new Drawn(c.queries() + c.keys() - 1);
            fixed.learned = false;
            kernel.backward(
                    new ExactAttentionSpec(q, k, v, c.mask(), c.causal(), c.window(), fixed),
                    out,
                    saved,
                    error,
                    again,
                    dk,
                    dv);
            assertThat(Stream.of(fixed.derivatives)).containsOnlyNulls();
            for (int i = 0; i < B * H; i++) {
                assertThat(rows(again, i)).isDeepEqualTo(rows(dq, i));
            }
        }
    }

    private static double[][] rows(Heads x, int i) {
        return ExactAttentionCase.rows(x, i / H, i % H);
    }

    private static void close(String what, double[][] actual, double[][] expected) {
        double largest = 0.05;
        for (double[] row : expected) {
            for (double x : row) {
                largest = Math.max(largest, Math.abs(x));
            }
        }
        for (int t = 0; t < expected.length; t++) {
            assertThat(actual[t]).as("%s %s", what, t).containsExactly(expected[t], within(3e-5 * largest));
        }
    }

    /** One head. */
    private static final class Oracle {
        final double[][] out;
        final double[][] dq;
        final double[][] dk;
        final double[][] dv;
        final double[] db;

        Oracle(Case c, double[][] q, double[][] k, double[][] v, double[][] error, float[] bias) {
            out = new double[q.length][D];
            dq = new double[q.length][D];
            dk = new double[k.length][D];
            dv = new double[k.length][D];
            db = new double[bias.length];
            for (int t = 0; t < q.length; t++) {
                double[] p = new double[k.length];
                double sum = 0;
                for (int j = 0; j < k.length; j++) {
                    int u = j - t + q.length - 1;
                    p[j] = c.sees(t, j) ? Math.exp(dot(q[t], k[j]) / Math.sqrt(D) + bias[u]) : 0;
                    sum += p[j];
                }
                double mean = 0;
                for (int j = 0; j < k.length; j++) {
                    p[j] = sum == 0 ? 0 : p[j] / sum;
                    mean += p[j] * dot(error[t], v[j]);
                    add(p[j], v[j], out[t]);
                    add(p[j], error[t], dv[j]);
                }
                for (int j = 0; j < k.length; j++) {
                    double ds = p[j] * (dot(error[t], v[j]) - mean);
                    add(ds / Math.sqrt(D), k[j], dq[t]);
                    add(ds / Math.sqrt(D), q[t], dk[j]);
                    db[j - t + q.length - 1] += ds;
                }
            }
        }

        private static double dot(double[] a, double[] b) {
            double sum = 0;
            for (int i = 0; i < D; i++) {
                sum += a[i] * b[i];
            }
            return sum;
        }

        private static void add(double factor, double[] x, double[] y) {
            for (int i = 0; i < D; i++) {
                y[i] += factor * x[i];
            }
        }
    }

    @Test
    void aBiasHasANumberForEachOffset() {
        Heads q = LinearAttentionTest.separate(CounterRandom.of(5), 1, 1, 4, D);
        ExactAttentionSpec spec = new ExactAttentionSpec(q, q, q, null, false, null, new Drawn(8));
        assertThatThrownBy(() -> ExactAttentionKernelTest.kernels().get(0).forward(spec, q, null))
                .hasStackTraceContaining("a bias must have a number for each offset; offsets=7, bias=8");
    }
}
