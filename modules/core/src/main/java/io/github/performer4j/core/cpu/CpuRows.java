package io.github.performer4j.core.cpu;

import io.github.performer4j.core.program.Op;
import io.github.performer4j.core.program.Value;
import io.github.performer4j.core.workspace.FusedMemory;
import io.github.performer4j.core.workspace.FusedPass;
import io.github.performer4j.kernels.memory.Matrix;

/** A block of rows in a run: where a kernel finds values and gradients. */
final class CpuRows {
    final CpuRun run;
    final FusedPass pass;
    final int block;
    final int from;
    final int to;

    CpuRows(CpuRun run, FusedPass pass, int block, int from, int to) {
        this.run = run;
        this.pass = pass;
        this.block = block;
        this.from = from;
        this.to = to;
    }

    /** Returns the rows of a value. */
    Matrix value(Value value) {
        return at(run.place(value));
    }

    /** Returns the rows of a value's gradient. */
    Matrix gradient(Value value) {
        return at(run.plan.gradients().place(value));
    }

    /** Returns where an operation's result is wanted again, or null. */
    Matrix again(Op op) {
        CpuPlace place = run.plan.gradients().again(op);
        return place == null ? null : at(place);
    }

    /** Returns whether the gradient of a value lies where that of another one lies. */
    boolean same(Value a, Value b) {
        return run.plan.gradients().place(a).equals(run.plan.gradients().place(b));
    }

    /** Returns whether an operation adds to the gradient of what it reads; else it writes it. */
    boolean adds(Op op, int operand) {
        return run.plan.gradients().adds(op, operand);
    }

    /** Returns rows in the task's memory, for a gradient that is added to another one. */
    Matrix scratch(String name, int columns) {
        return FusedMemory.task().matrix(name, to - from, columns);
    }

    /**
     * Returns the gradient of an operation's result as rows that the kernel may change, for {@link #give}: the rows themselves if the gradient of x lies in their place, else a copy.
     */
    Matrix own(Op op, Value x) {
        Matrix error = gradient(op.writes());
        if (same(x, op.writes())) {
            return error;
        }
        Matrix own = adds(op, 0) ? scratch("own", x.columns()) : gradient(x);
        pass.elements.copy(error, own);
        return own;
    }

    /** Adds what {@link #own} gave to the gradient of x, unless it lies there already. */
    void give(Op op, int operand, Matrix own) {
        if (adds(op, operand)) {
            pass.elements.add(own, gradient(op.reads().get(operand)));
        }
    }

    private Matrix at(CpuPlace place) {
        return place.kind() == CpuPlace.Kind.TASK
                ? FusedMemory.task().matrix(place, to - from, place.columns())
                : run.whole(place).rows(from, to);
    }
}
