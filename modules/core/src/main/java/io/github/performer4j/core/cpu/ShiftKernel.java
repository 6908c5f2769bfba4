package io.github.performer4j.core.cpu;

import io.github.performer4j.core.program.Op;
import io.github.performer4j.core.state.Carry;
import io.github.performer4j.core.state.NativeArrays;
import io.github.performer4j.core.workspace.FusedPass;
import io.github.performer4j.kernels.layer.TokenShift;
import io.github.performer4j.kernels.memory.Matrix;
import java.lang.ref.Reference;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** {@link Op.Shift} on kernels, a task for each sequence. */
record ShiftKernel(Op.Shift op) implements WholeKernel {

    @Override
    public void forward(CpuRun run) {
        FusedPass pass = run.pass.side(op.x().side());
        Matrix x = run.whole(op.x());
        Matrix y = run.whole(op.writes());
        INDArray before = pass.carry() == null
                ? null
                : pass.carry().before(op.state(), DataType.FLOAT, pass.batch, 1, x.columns());
        Matrix last = before == null ? null : NativeArrays.matrix(before);
        INDArray after =
                pass.carry() == null ? null : pass.carry().room(op.state(), DataType.FLOAT, pass.batch, 1, x.columns());
        Matrix next = after == null ? null : NativeArrays.matrix(after);
        pass.kernels.tasks(pass.batch, b -> {
            TokenShift.Sequence sequence = sequence(pass, b, last);
            op.shift().forward(sequence, rows(pass, x, b), rows(pass, y, b));
            if (next != null) {
                op.shift().carry(sequence, rows(pass, x, b), next.rows(b, b + 1));
            }
        });
        if (after != null) {
            pass.carry().after(op.state(), after);
        }
        Reference.reachabilityFence(before);
    }

    @Override
    public void backward(CpuRun run) {
        FusedPass pass = run.pass.side(op.x().side());
        OperandGradients gradients = new OperandGradients(run, op);
        Matrix error = run.wholeGradient(op.writes());
        Matrix dx = gradients.target(0);
        pass.kernels.tasks(
                pass.batch, b -> op.shift().backward(sequence(pass, b, null), rows(pass, error, b), rows(pass, dx, b)));
        backState(pass, error, dx);
        gradients.add(1);
    }

    /** Takes what comes from behind through the state to the last token, and leaves what goes to the token before; where gradients go through it. */
    private void backState(FusedPass pass, Matrix error, Matrix dx) {
        if (pass.carry() == null || !pass.carry().isThrough()) {
            return;
        }
        INDArray ofAfter = pass.carry().gradientAfter(op.state(), DataType.FLOAT);
        INDArray ofBefore =
                pass.carry().wantsGradients() ? Carry.lasting(DataType.FLOAT, pass.batch, 1, dx.columns()) : null;
        Matrix behind = ofAfter == null ? null : NativeArrays.matrix(ofAfter);
        Matrix first = ofBefore == null ? null : NativeArrays.matrix(ofBefore);
        for (int b = 0; b < pass.batch; b++) {
            if (behind != null) {
                op.shift().backwardCarry(sequence(pass, b, null), behind.rows(b, b + 1), rows(pass, dx, b));
            }
            if (first != null) {
                op.shift().backwardBefore(rows(pass, error, b), first.rows(b, b + 1));
            }
        }
        if (ofBefore != null) {
            pass.carry().gradientBefore(op.state(), ofBefore);
        }
        Reference.reachabilityFence(ofAfter);
        Reference.reachabilityFence(ofBefore);
    }

    private static TokenShift.Sequence sequence(FusedPass pass, int b, Matrix last) {
        return new TokenShift.Sequence(pass.mask, (long) b * pass.tokens, last == null ? null : last.rows(b, b + 1));
    }

    private static Matrix rows(FusedPass pass, Matrix x, int b) {
        return x.rows(b * pass.tokens, (b + 1) * pass.tokens);
    }
}
