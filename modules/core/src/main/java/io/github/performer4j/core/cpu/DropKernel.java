package io.github.performer4j.core.cpu;

import io.github.performer4j.core.program.Op;
import io.github.performer4j.kernels.memory.Matrix;

/** {@link Op.Drop} on kernels: what is dropped is drawn again in the backward pass, by the same key. */
record DropKernel(Op.Drop op) implements CpuKernel {

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
        Matrix out = rows.value(op.writes());
        rows.pass.elements.copy(rows.value(op.x()), out);
        drop(rows, out);
    }

    @Override
    public void backward(CpuRows rows) {
        Matrix d = rows.own(op, op.x());
        drop(rows, d);
        rows.give(op, 0, d);
    }

    private void drop(CpuRows rows, Matrix x) {
        if (rows.pass.drops(op.probability())) {
            rows.pass.drop(x, rows.from, op.probability(), op.site());
        }
    }
}
