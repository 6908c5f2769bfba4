package io.github.performer4j.kernels;

import io.github.performer4j.kernels.exact.ExactAttentionKernel;
import io.github.performer4j.kernels.exact.ExactAttentionSpec;
import io.github.performer4j.kernels.exact.Window;
import io.github.performer4j.kernels.math.CounterRandom;
import io.github.performer4j.kernels.memory.FloatBlock;
import io.github.performer4j.kernels.memory.Heads;
import io.github.performer4j.kernels.memory.Matrix;
import io.github.performer4j.kernels.memory.Scratch;

/**
 * Inputs of exact attention, drawn from a seed, with poison where nothing may be read: in masked keys, in scratch, in outputs.
 *
 * @param queries Tq
 * @param keys Tk
 * @param size D
 * @param valueSize Dv
 * @param magnitude largest scores, about
 * @param interleaved whether heads lie side by side in the rows of tokens, [B,T,H·D], or [B,H,T,D]
 * @param window null for all keys
 */
public record ExactAttentionCase(
        int queries,
        int keys,
        int size,
        int valueSize,
        boolean causal,
        Masking masking,
        double magnitude,
        boolean interleaved,
        Window window) {
    public static final int BATCH = 2;
    public static final int HEADS = 3;

    public ExactAttentionCase(
            int queries,
            int keys,
            int size,
            int valueSize,
            boolean causal,
            Masking masking,
            double magnitude,
            boolean interleaved) {
        this(queries, keys, size, valueSize, causal, masking, magnitude, interleaved, null);
    }

    /** Which keys of batch item 0 are masked; item 1 has all but the last, if there are more than one. */
    public enum Masking {
        NONE,
        LEFT,
        RIGHT,
        HOLES,
        ALL;

        boolean visible(int item, int key, int keys) {
            if (this == NONE) {
                return true;
            }
            if (item == 1) {
                return key == 0 || key < keys - 1;
            }
            return switch (this) {
                case LEFT -> key >= keys / 2;
                case RIGHT -> key < (keys + 1) / 2;
                case HOLES -> key % 3 != 1;
                default -> false;
            };
        }
    }

    /** What one run of a kernel wrote, and what it was given. */
    public record Run(
            ExactAttentionSpec spec, Heads error, Heads out, FloatBlock saved, Heads dq, Heads dk, Heads dv) {}

    public Run run(ExactAttentionKernel kernel) {
        CounterRandom random = CounterRandom.of(11, queries, keys, size, valueSize);
        ExactAttentionSpec spec = new ExactAttentionSpec(
                drawn(queries, size, Math.sqrt(magnitude), random),
                masked(drawn(keys, size, Math.sqrt(magnitude), random)),
                masked(drawn(keys, valueSize, 1, random)),
                mask(),
                causal,
                window);
        Heads error = drawn(queries, valueSize, 1, random);
        Heads out = empty(queries, valueSize);
        FloatBlock saved = FloatBlock.allocate(kernel.saved(spec));
        saved.poison();
        Scratch.mine().poison();
        kernel.forward(spec, out, saved);
        Run run = new Run(spec, error, out, saved, empty(queries, size), empty(keys, size), empty(keys, valueSize));
        Scratch.mine().poison();
        kernel.backward(spec, out, saved, error, run.dq, run.dk, run.dv);
        return run;
    }

    public ExactAttentionOracle oracle(Run run, int b, int h) {
        boolean[] visible = new boolean[keys];
        for (int j = 0; j < keys; j++) {
            visible[j] = masking.visible(b, j, keys);
        }
        return ExactAttentionOracle.of(
                rows(run.spec.q(), b, h),
                rows(run.spec.k(), b, h),
                rows(run.spec.v(), b, h),
                visible,
                causal,
                window,
                rows(run.error, b, h));
    }

    public static double[][] rows(Heads x, int b, int h) {
        double[][] rows = new double[x.tokens()][x.size()];
        for (int t = 0; t < x.tokens(); t++) {
            for (int i = 0; i < x.size(); i++) {
                rows[t][i] = x.rows(b, h).get(t, i);
            }
        }
        return rows;
    }

    /** Rows of the largest norm that Cauchy and Schwarz allow for scores of a magnitude. */
    private Heads drawn(int tokens, int n, double magnitude, CounterRandom random) {
        Heads x = empty(tokens, n);
        double norm = magnitude * Math.pow(n, 0.25);
        for (int b = 0; b < BATCH; b++) {
            for (int h = 0; h < HEADS; h++) {
                for (int t = 0; t < tokens; t++) {
                    for (int i = 0; i < n; i++) {
                        x.rows(b, h).set(t, i, (float) (random.nextGaussian() * norm / Math.sqrt(n)));
                    }
                }
            }
        }
        return x;
    }

    private Heads masked(Heads x) {
        for (int b = 0; b < BATCH; b++) {
            for (int j = 0; j < keys; j++) {
                for (int h = 0; h < HEADS && !masking.visible(b, j, keys); h++) {
                    x.block().fill(x.rows(b, h).at(j), x.size(), Float.NaN);
                }
            }
        }
        return x;
    }

    private FloatBlock mask() {
        if (masking == Masking.NONE) {
            return null;
        }
        FloatBlock mask = FloatBlock.allocate((long) BATCH * keys);
        for (int i = 0; i < BATCH * keys; i++) {
            mask.set(i, masking.visible(i / keys, i % keys, keys) ? 1 : 0);
        }
        return mask;
    }

    private Heads empty(int tokens, int n) {
        FloatBlock block = FloatBlock.allocate((long) BATCH * HEADS * tokens * n);
        block.poison();
        return interleaved
                ? Heads.of(Matrix.of(block, BATCH * tokens, HEADS * n), BATCH, HEADS)
                : Heads.of(block, BATCH, HEADS, tokens, n);
    }
}
