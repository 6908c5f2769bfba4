package io.github.performer4j.core.cpu;

import io.github.performer4j.core.program.Op;
import io.github.performer4j.core.program.Value;
import io.github.performer4j.kernels.memory.Matrix;
import java.util.List;

/** {@link Op.Activate} on kernels: f(z) comes again from the exponentials of its slope. */
record ActivateKernel(Op.Activate op) implements CpuKernel {

    @Override
    public boolean cheap() {
        return true;
    }

    @Override
    public boolean givesAgain() {
        return true;
    }

    @Override
    public boolean inPlace() {
        return true;
    }

    @Override
    public List<Value> needs() {
        return List.of(op.z());
    }

    @Override
    public void forward(CpuRows rows) {
        rows.pass.elements.activate(op.f(), rows.value(op.z()), rows.value(op.writes()));
    }

    @Override
    public void backward(CpuRows rows) {
        Matrix d = rows.own(op, op.z());
        rows.pass.elements.activateGradient(op.f(), rows.value(op.z()), d, rows.again(op));
        rows.give(op, 0, d);
    }
}
