package io.github.performer4j.core.cpu;

import io.github.performer4j.core.program.Op;
import io.github.performer4j.kernels.memory.Matrix;

/** {@link Op.Repeat} on kernels; the gradient of a group is the sum of those of the places where it stands. */
record RepeatKernel(Op.Repeat op) implements CpuKernel {

    @Override
    public boolean cheap() {
        return true;
    }

    @Override
    public void forward(CpuRows rows) {
        Matrix x = rows.value(op.x());
        Matrix out = rows.value(op.writes());
        for (int i = 0; i < op.groups() * op.times(); i++) {
            rows.pass.elements.copy(group(x, i / op.times()), group(out, i));
        }
    }

    @Override
    public void backward(CpuRows rows) {
        Matrix error = rows.gradient(op.writes());
        Matrix dx = rows.gradient(op.x());
        for (int i = 0; i < op.groups() * op.times(); i++) {
            Matrix to = group(dx, i / op.times());
            if (i % op.times() == 0 && !rows.adds(op, 0)) {
                rows.pass.elements.copy(group(error, i), to);
            } else {
                rows.pass.elements.add(group(error, i), to);
            }
        }
    }

    private Matrix group(Matrix x, int number) {
        return x.columns(number * op.size(), (number + 1) * op.size());
    }
}
