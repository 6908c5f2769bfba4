package io.github.performer4j.core.cpu;

import io.github.performer4j.core.program.Op;
import io.github.performer4j.core.program.Value;
import io.github.performer4j.kernels.memory.Matrix;

/** Where kernels that write whole gradients of their operands leave them: in their places, or in the thread's memory where they are to be added to what stands there. */
record OperandGradients(CpuRun run, Op op) {

    private boolean adds(int operand) {
        return run.plan.gradients().adds(op, operand);
    }

    /** Returns where the gradient of an operand is to be written. */
    Matrix target(int operand) {
        Value value = op.reads().get(operand);
        return adds(operand)
                ? run.pass.side(value.side()).transientMatrix("operand" + operand, value.columns())
                : run.wholeGradient(value);
    }

    /** Adds what was written for the first operands, where it is to be added. */
    void add(int operands) {
        for (int operand = 0; operand < operands; operand++) {
            if (adds(operand)) {
                Matrix added = target(operand);
                Matrix to = run.wholeGradient(op.reads().get(operand));
                run.pass.kernels.rows(
                        to.rows(),
                        (block, from, end) -> run.pass.elements.add(added.rows(from, end), to.rows(from, end)));
            }
        }
    }
}
