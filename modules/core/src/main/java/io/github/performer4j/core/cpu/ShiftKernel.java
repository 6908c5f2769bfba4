package io.github.performer4j.core.cpu;

import io.github.performer4j.core.program.Op;
import io.github.performer4j.core.program.Segments.Segment;
import io.github.performer4j.core.state.Carry;
import io.github.performer4j.core.state.NativeArrays;
import io.github.performer4j.core.workspace.FusedPass;
import io.github.performer4j.kernels.layer.TokenShift;
import io.github.performer4j.kernels.memory.Matrix;
import java.lang.ref.Reference;
import java.util.List;
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
        List<Segment> sequences = pass.sequences().all();
        pass.kernels.tasks(sequences.size(), b -> {
            Segment own = sequences.get(b);
            TokenShift.Sequence sequence = sequence(pass, own, b, last);
            op.shift().forward(sequence, rows(x, own), rows(y, own));
            if (next != null) {
                op.shift().carry(sequence, rows(x, own), next.rows(b, b + 1));
            }
        });
        pass.clearGaps(y);
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
        List<Segment> sequences = pass.sequences().all();
        pass.kernels.tasks(sequences.size(), b -> {
            Segment own = sequences.get(b);
            op.shift().backward(sequence(pass, own, b, null), rows(error, own), rows(dx, own));
        });
        pass.clearGaps(dx);
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
        List<Segment> sequences = pass.sequences().all();
        for (int b = 0; b < pass.batch; b++) {
            Segment own = sequences.get(b);
            if (behind != null) {
                op.shift().backwardCarry(sequence(pass, own, b, null), behind.rows(b, b + 1), rows(dx, own));
            }
            if (first != null) {
                op.shift().backwardBefore(rows(error, own), first.rows(b, b + 1));
            }
        }
        if (ofBefore != null) {
            pass.carry().gradientBefore(op.state(), ofBefore);
        }
        Reference.reachabilityFence(ofAfter);
        Reference.reachabilityFence(ofBefore);
    }

    private static TokenShift.Sequence sequence(FusedPass pass, Segment own, int b, Matrix last) {
        return new TokenShift.Sequence(pass.mask, own.from(), last == null ? null : last.rows(b, b + 1));
    }

    private static Matrix rows(Matrix x, Segment own) {
        return x.rows(own.from(), own.to());
    }
}
