package io.github.performer4j.core.cpu;

import io.github.performer4j.core.program.Op;
import io.github.performer4j.core.program.Value;
import io.github.performer4j.core.workspace.FusedPass;
import io.github.performer4j.kernels.memory.Matrix;
import java.util.Arrays;
import java.util.List;

/** {@link Op.Pool} of the largest values on kernels, a task per sequence; the gradient goes to the first token that has a column's largest. */
record MaxPoolKernel(Op.Pool op) implements WholeKernel {
    private static final int NONE = -1;

    @Override
    public List<Value> needs() {
        return List.of(op.x());
    }

    @Override
    public void forward(CpuRun run) {
        FusedPass pass = run.pass.side(op.x().side());
        Matrix x = run.whole(op.x());
        Matrix out = run.whole(op.writes());
        pass.kernels.tasks(pass.batch, b -> {
            int[] largest = largest(pass, x, b);
            for (int c = 0; c < largest.length; c++) {
                out.set(b, c, largest[c] == NONE ? 0 : x.get(largest[c], c));
            }
        });
    }

    @Override
    public void backward(CpuRun run) {
        FusedPass pass = run.pass.side(op.x().side());
        Matrix x = run.whole(op.x());
        Matrix error = run.wholeGradient(op.writes());
        Matrix dx = run.wholeGradient(op.x());
        boolean adds = run.plan.gradients().adds(op, 0);
        pass.kernels.tasks(pass.batch, b -> {
            if (!adds) {
                pass.elements.fill(dx.rows(b * pass.tokens, (b + 1) * pass.tokens), 0);
            }
            int[] largest = largest(pass, x, b);
            for (int c = 0; c < largest.length; c++) {
                if (largest[c] != NONE) {
                    dx.set(largest[c], c, dx.get(largest[c], c) + error.get(b, c));
                }
            }
        });
    }

    /** Returns the row of x that has the largest value of each column of a sequence; {@value #NONE} without real tokens. */
    private static int[] largest(FusedPass pass, Matrix x, int b) {
        int[] rows = new int[x.columns()];
        float[] values = new float[x.columns()];
        Arrays.fill(rows, NONE);
        for (int t = 0; t < pass.tokens; t++) {
            if (!PoolKernel.real(pass, b, t)) {
                continue;
            }
            int row = b * pass.tokens + t;
            for (int c = 0; c < rows.length; c++) {
                float value = x.get(row, c);
                if (rows[c] == NONE || !(value <= values[c])) { // what is broken stays to be seen
                    rows[c] = row;
                    values[c] = value;
                }
            }
        }
        return rows;
    }
}
