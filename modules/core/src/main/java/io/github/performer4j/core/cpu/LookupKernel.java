package io.github.performer4j.core.cpu;

import io.github.performer4j.core.program.Op;
import io.github.performer4j.core.workspace.FusedPass;
import io.github.performer4j.kernels.memory.Matrix;

/** {@link Op.Lookup} on kernels; the gradient of the table is a sum by token id, in the order of tokens, at the end of the backward pass. */
record LookupKernel(Op.Lookup op) implements CpuKernel {
    /** Columns of a task's share of a table. */
    private static final int SHARE = 64;

    @Override
    public boolean cheap() {
        return true;
    }

    @Override
    public boolean gradientAtEnd() {
        return true;
    }

    @Override
    public void forward(CpuRows rows) {
        rows.pass.elements.gather(rows.pass.parameter(op.table()), rows.pass.ids(), rows.from, rows.value(op.writes()));
    }

    /** Ids have no gradient. */
    @Override
    public void backward(CpuRows rows) {}

    /** {@inheritDoc} Tasks share the columns, so that each adds up its own in the order of tokens. */
    @Override
    public void end(CpuRun run) {
        FusedPass pass = run.pass;
        Matrix error = run.wholeGradient(op.writes());
        Matrix gradient = pass.gradient(op.table());
        int width = gradient.columns();
        pass.kernels.tasks((width + SHARE - 1) / SHARE, i -> {
            int end = Math.min(width, (i + 1) * SHARE);
            Matrix share = gradient.columns(i * SHARE, end);
            pass.elements.fill(share, 0);
            pass.elements.scatterAdd(error.columns(i * SHARE, end), pass.ids(), 0, share);
        });
    }
}
