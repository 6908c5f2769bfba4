package io.github.performer4j.core.cpu;

import io.github.performer4j.core.program.Op;
import io.github.performer4j.core.program.Value;
import io.github.performer4j.core.state.Carry;
import io.github.performer4j.core.state.NativeArrays;
import io.github.performer4j.core.workspace.FusedPass;
import io.github.performer4j.kernels.layer.Convolution;
import io.github.performer4j.kernels.memory.Matrix;
import java.lang.ref.Reference;
import java.util.List;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** {@link Op.Convolve} on kernels: a task for each stretch of tokens of a sequence; what stretches give to the gradient of w is added in their order. */
record ConvolveKernel(Op.Convolve op) implements WholeKernel {
    private static final int STRETCH = 128;

    @Override
    public List<Value> needs() {
        return List.of(op.x());
    }

    /** A stretch of a sequence. */
    @FunctionalInterface
    private interface Stretch {
        void run(int number, int sequence, int from, int to);
    }

    private static int stretches(FusedPass pass) {
        return (pass.tokens + STRETCH - 1) / STRETCH;
    }

    private static void run(FusedPass pass, Stretch stretch) {
        int each = stretches(pass);
        pass.kernels.tasks(pass.batch * each, i -> {
            int from = i % each * STRETCH;
            stretch.run(i, i / each, from, Math.min(pass.tokens, from + STRETCH));
        });
    }

    private Convolution.Sequence sequence(FusedPass pass, Matrix x, Matrix before, int b) {
        int k = op.convolution().taps() - 1;
        return new Convolution.Sequence(
                rows(pass, x, b),
                pass.mask,
                (long) b * pass.tokens,
                before == null ? null : before.rows(b * k, (b + 1) * k));
    }

    private static Matrix rows(FusedPass pass, Matrix x, int b) {
        return x.rows(b * pass.tokens, (b + 1) * pass.tokens);
    }

    @Override
    public void forward(CpuRun run) {
        FusedPass pass = run.pass.side(op.x().side());
        Matrix x = run.whole(op.x());
        Matrix y = run.whole(op.writes());
        Matrix w = pass.parameter(op.weight());
        INDArray before = before(pass);
        Matrix rows = before == null ? null : NativeArrays.matrix(before);
        run(
                pass,
                (i, b, from, to) ->
                        op.convolution().forward(sequence(pass, x, rows, b), w, from, to, rows(pass, y, b)));
        carry(pass, x, rows);
        Reference.reachabilityFence(before);
    }

    /** Takes what comes from behind through the state to its tokens, and leaves what goes to those before; where gradients go through it. */
    private void backState(FusedPass pass, Matrix x, Matrix before, Matrix w, Matrix error, Matrix dx) {
        int k = op.convolution().taps() - 1;
        if (pass.carry() == null || k == 0 || !pass.carry().isThrough()) {
            return;
        }
        INDArray ofAfter = pass.carry().gradientAfter(op.state(), DataType.FLOAT);
        INDArray ofBefore = pass.carry().wantsGradients()
                ? Carry.lasting(DataType.FLOAT, pass.batch, k, op.x().columns())
                : null;
        for (int b = 0; b < pass.batch; b++) {
            Convolution.Sequence sequence = sequence(pass, x, before, b);
            Matrix first =
                    ofBefore == null ? null : NativeArrays.matrix(ofBefore).rows(b * k, (b + 1) * k);
            if (first != null) {
                op.convolution().backwardBefore(sequence, w, rows(pass, error, b), first);
            }
            if (ofAfter != null) {
                Matrix behind = NativeArrays.matrix(ofAfter).rows(b * k, (b + 1) * k);
                op.convolution().backwardCarry(sequence, behind, rows(pass, dx, b), first);
            }
        }
        if (ofBefore != null) {
            pass.carry().gradientBefore(op.state(), ofBefore);
        }
        Reference.reachabilityFence(ofAfter);
        Reference.reachabilityFence(ofBefore);
    }

    private INDArray before(FusedPass pass) {
        int k = op.convolution().taps() - 1;
        return pass.carry() == null || k == 0
                ? null
                : pass.carry()
                        .before(
                                op.state(),
                                DataType.FLOAT,
                                pass.batch,
                                k,
                                op.x().columns());
    }

    private void carry(FusedPass pass, Matrix x, Matrix before) {
        int k = op.convolution().taps() - 1;
        if (pass.carry() == null || k == 0) {
            return;
        }
        INDArray after = pass.carry()
                .room(op.state(), DataType.FLOAT, pass.batch, k, op.x().columns());
        Matrix rows = NativeArrays.matrix(after);
        for (int b = 0; b < pass.batch; b++) {
            op.convolution().carry(sequence(pass, x, before, b), rows.rows(b * k, (b + 1) * k));
        }
        pass.carry().after(op.state(), after);
    }

    @Override
    public void backward(CpuRun run) {
        FusedPass pass = run.pass.side(op.x().side());
        Matrix x = run.whole(op.x());
        Matrix error = run.wholeGradient(op.writes());
        boolean adds = run.plan.gradients().adds(op, 0);
        Matrix dx = adds ? pass.transientMatrix("convolved", op.x().columns()) : run.wholeGradient(op.x());
        Matrix w = pass.parameter(op.weight());
        int k = w.rows();
        int n = pass.batch * stretches(pass);
        Matrix parts = Matrix.of(pass.transientBlock("taps", (long) n * k * w.columns()), n * k, w.columns());
        INDArray before = before(pass);
        Matrix rows = before == null ? null : NativeArrays.matrix(before);
        run(pass, (i, b, from, to) -> {
            Matrix dw = parts.rows(i * k, (i + 1) * k);
            pass.elements.fill(dw, 0);
            Matrix e = rows(pass, error, b);
            op.convolution().backward(sequence(pass, x, rows, b), w, e, from, to, rows(pass, dx, b), dw);
        });
        backState(pass, x, rows, w, error, dx);
        Reference.reachabilityFence(before);
        Matrix gradient = pass.gradient(op.weight());
        pass.elements.fill(gradient, 0);
        for (int i = 0; i < n; i++) {
            pass.elements.add(parts.rows(i * k, (i + 1) * k), gradient);
        }
        if (adds) {
            Matrix to = run.wholeGradient(op.x());
            pass.kernels.rows(
                    to.rows(), (block, from, end) -> pass.elements.add(dx.rows(from, end), to.rows(from, end)));
        }
    }
}
