package io.github.performer4j.core.cpu;

import io.github.performer4j.core.program.Op;
import io.github.performer4j.core.program.Value;
import io.github.performer4j.kernels.memory.Matrix;
import java.util.List;

/** {@link Op.Linear} on kernels; the gradient of W comes at the end of the backward pass, together with all others. */
record LinearKernel(Op.Linear op) implements CpuKernel {

    @Override
    public List<Value> needsAtEnd() {
        return op.weight().trained() ? List.of(op.x()) : List.of();
    }

    @Override
    public boolean gradientAtEnd() {
        return op.weight().trained();
    }

    @Override
    public void forward(CpuRows rows) {
        rows.run
                .weight(op.weight())
                .product(rows.pass, rows.value(op.x()), rows.run.ready(op.weight()), rows.value(op.writes()));
    }

    @Override
    public void backward(CpuRows rows) {
        Matrix error = rows.gradient(op.writes());
        if (op.weight().trained() && op.weight().bias() != null) {
            rows.run.sums.add(rows.block, op.weight().bias(), error);
        }
        rows.run
                .weight(op.weight())
                .back(rows.pass, error, rows.run.ready(op.weight()), rows.adds(op, 0) ? 1 : 0, rows.gradient(op.x()));
    }
}
