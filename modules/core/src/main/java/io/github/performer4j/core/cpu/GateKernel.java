package io.github.performer4j.core.cpu;

import io.github.performer4j.core.program.Op;
import io.github.performer4j.core.program.Value;
import io.github.performer4j.kernels.memory.Matrix;
import java.util.List;

/** {@link Op.Gate} on kernels: f(z) ⊙ gate comes again from the exponentials of its slope. */
record GateKernel(Op.Gate op) implements CpuKernel {

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
        return List.of(op.z(), op.gate());
    }

    @Override
    public void forward(CpuRows rows) {
        rows.pass.elements.gated(op.f(), rows.value(op.z()), rows.value(op.gate()), rows.value(op.writes()));
    }

    @Override
    public void backward(CpuRows rows) {
        Matrix d = rows.own(op, op.z());
        Matrix dGate = rows.adds(op, 1) ? rows.scratch("gate", op.gate().columns()) : rows.gradient(op.gate());
        rows.pass.elements.gatedGradient(op.f(), rows.value(op.z()), rows.value(op.gate()), d, dGate, rows.again(op));
        if (rows.adds(op, 1)) {
            rows.pass.elements.add(dGate, rows.gradient(op.gate()));
        }
        rows.give(op, 0, d);
    }
}
