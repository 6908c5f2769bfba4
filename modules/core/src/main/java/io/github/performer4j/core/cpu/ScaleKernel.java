package io.github.performer4j.core.cpu;

import io.github.performer4j.core.program.Op;
import io.github.performer4j.kernels.memory.Matrix;
import java.util.Arrays;

/** {@link Op.Scale} on kernels. */
record ScaleKernel(Op.Scale op) implements CpuKernel {

    @Override
    public boolean cheap() {
        return true;
    }

    @Override
    public boolean inPlace() {
        return true;
    }

    @Override
    public void forward(CpuRows rows) {
        scale(rows.value(op.x()), rows.value(op.writes()));
    }

    @Override
    public void backward(CpuRows rows) {
        Matrix d = rows.own(op, op.x());
        scale(d, d);
        rows.give(op, 0, d);
    }

    private void scale(Matrix from, Matrix to) {
        float[] factors = new float[from.columns()];
        Arrays.fill(factors, (float) op.factor());
        CpuWeight.scale(from, factors, to);
    }
}
