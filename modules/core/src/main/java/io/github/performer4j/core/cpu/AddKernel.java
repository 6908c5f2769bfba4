package io.github.performer4j.core.cpu;

import io.github.performer4j.core.program.Op;
import io.github.performer4j.core.program.Value;
import io.github.performer4j.kernels.memory.Matrix;

/**
 * {@link Op.Add} on kernels. Where one side is a product, perhaps with entries dropped, that nothing else reads, the product is written onto the other side.
 *
 * @param product the product that is computed on the way; null for none
 * @param drop what drops its entries; null for nothing
 */
record AddKernel(Op.Add op, Op.Linear product, Op.Drop drop) implements CpuKernel {

    /** Returns the side that is not the product's. */
    private Value base() {
        Value branch = drop != null ? drop.writes() : product.writes();
        return op.a().equals(branch) ? op.b() : op.a();
    }

    @Override
    public void forward(CpuRows rows) {
        Matrix out = rows.value(op.writes());
        if (product == null) {
            rows.pass.elements.copy(rows.value(op.a()), out);
            rows.pass.elements.add(rows.value(op.b()), out);
            return;
        }
        CpuWeight weight = rows.run.weight(product.weight());
        rows.pass.residual(
                rows.value(base()),
                rows.value(product.x()),
                rows.run.ready(product.weight()),
                weight.b(),
                drop == null ? 0 : drop.probability(),
                drop == null ? 0 : drop.site(),
                rows.from,
                out);
    }

    /** Hands the gradient on to what does not share it. */
    @Override
    public void backward(CpuRows rows) {
        give(rows, 0);
        give(rows, 1);
    }

    /** Hands the gradient on to one side. */
    void give(CpuRows rows, int operand) {
        Value to = op.reads().get(operand);
        if (rows.same(to, op.writes())) {
            return;
        }
        Matrix error = rows.gradient(op.writes());
        if (rows.adds(op, operand)) {
            rows.pass.elements.add(error, rows.gradient(to));
        } else {
            rows.pass.elements.copy(error, rows.gradient(to));
        }
    }
}
