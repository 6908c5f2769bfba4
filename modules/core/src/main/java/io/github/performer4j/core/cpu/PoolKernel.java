package io.github.performer4j.core.cpu;

import io.github.performer4j.core.program.Op;
import io.github.performer4j.core.program.Pooling;
import io.github.performer4j.core.workspace.FusedMemory;
import io.github.performer4j.core.workspace.FusedPass;
import io.github.performer4j.kernels.memory.Matrix;
import java.util.Arrays;

/** {@link Op.Pool} of sums on kernels, a task per sequence. */
record PoolKernel(Op.Pool op) implements WholeKernel {

    /** Some tokens of a sequence that lie one after the other. */
    @FunctionalInterface
    private interface Stretch {
        void run(int from, int to);
    }

    @Override
    public void forward(CpuRun run) {
        FusedPass pass = run.pass.side(op.x().side());
        Matrix x = run.whole(op.x());
        Matrix out = run.whole(op.writes());
        pass.kernels.tasks(pass.batch, b -> {
            Matrix row = out.rows(b, b + 1);
            Matrix own = x.rows(b * pass.tokens, (b + 1) * pass.tokens);
            pass.elements.fill(row, 0);
            chosen(pass, b, (from, to) -> pass.elements.addColumnSums(own.rows(from, to), row));
            scale(row, count(pass, b), row);
        });
    }

    @Override
    public void backward(CpuRun run) {
        FusedPass pass = run.pass.side(op.x().side());
        Matrix error = run.wholeGradient(op.writes());
        Matrix dx = run.wholeGradient(op.x());
        boolean adds = run.plan.gradients().adds(op, 0);
        pass.kernels.tasks(pass.batch, b -> {
            Matrix row = FusedMemory.task().matrix("pooled", 1, error.columns());
            Matrix own = dx.rows(b * pass.tokens, (b + 1) * pass.tokens);
            scale(error.rows(b, b + 1), count(pass, b), row);
            if (!adds) {
                pass.elements.fill(own, 0);
            }
            chosen(pass, b, (from, to) -> {
                Matrix rows = own.rows(from, to);
                pass.elements.addRow(rows, row, rows);
            });
        });
    }

    /** Writes from / count. */
    private static void scale(Matrix from, int count, Matrix to) {
        float[] factors = new float[from.columns()];
        Arrays.fill(factors, 1f / Math.max(1, count));
        CpuWeight.scale(from, factors, to);
    }

    /** Returns what the sum over the chosen tokens is divided by. */
    private int count(FusedPass pass, int b) {
        if (op.kind() == Pooling.SUM) {
            return Pooling.TYPICAL;
        }
        int[] count = new int[1];
        chosen(pass, b, (from, to) -> count[0] += to - from);
        return count[0];
    }

    /** Runs over the tokens of a sequence that count. */
    private void chosen(FusedPass pass, int b, Stretch stretch) {
        int tokens = pass.tokens;
        if (op.kind() == Pooling.MEAN || op.kind() == Pooling.SUM) {
            for (int t = 0, end; t < tokens; t = end) {
                boolean real = real(pass, b, t);
                for (end = t + 1; end < tokens && real(pass, b, end) == real; end++) {}
                if (real) {
                    stretch.run(t, end);
                }
            }
            return;
        }
        int t = op.kind() == Pooling.FIRST ? 0 : tokens - 1;
        while (op.kind() == Pooling.LAST && t > 0 && !real(pass, b, t)) {
            t--;
        }
        if (real(pass, b, t)) {
            stretch.run(t, t + 1);
        }
    }

    /** Returns whether a token is no padding. */
    static boolean real(FusedPass pass, int b, int t) {
        return pass.mask == null || pass.mask.get((long) b * pass.tokens + t) >= 0.5f;
    }
}
