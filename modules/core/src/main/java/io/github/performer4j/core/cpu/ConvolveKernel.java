package io.github.performer4j.core.cpu;

import io.github.performer4j.core.program.Op;
import io.github.performer4j.core.program.Segments.Segment;
import io.github.performer4j.core.program.Value;
import io.github.performer4j.core.state.Carry;
import io.github.performer4j.core.state.NativeArrays;
import io.github.performer4j.core.workspace.FusedPass;
import io.github.performer4j.kernels.layer.Convolution;
import io.github.performer4j.kernels.memory.Matrix;
import java.lang.ref.Reference;
import java.util.ArrayList;
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

    /** A stretch of a sequence: some of its tokens, the first being 0. */
    private record Stretch(Segment own, int sequence, int from, int to) {}

    private static List<Stretch> stretches(FusedPass pass) {
        List<Stretch> all = new ArrayList<>();
        List<Segment> sequences = pass.sequences().all();
        for (int s = 0; s < sequences.size(); s++) {
            int tokens = sequences.get(s).length();
            for (int from = 0; from < tokens; from += STRETCH) {
                all.add(new Stretch(sequences.get(s), s, from, Math.min(tokens, from + STRETCH)));
            }
        }
        return all;
    }

    private Convolution.Sequence sequence(FusedPass pass, Matrix x, Matrix before, Segment own, int b) {
        int k = op.convolution().taps() - 1;
        return new Convolution.Sequence(
                rows(x, own), pass.mask, own.from(), before == null ? null : before.rows(b * k, (b + 1) * k));
    }

    private static Matrix rows(Matrix x, Segment own) {
        return x.rows(own.from(), own.to());
    }

    @Override
    public void forward(CpuRun run) {
        FusedPass pass = run.pass.side(op.x().side());
        Matrix x = run.whole(op.x());
        Matrix y = run.whole(op.writes());
        Matrix w = pass.parameter(op.weight());
        INDArray before = before(pass);
        Matrix rows = before == null ? null : matrix(pass, before);
        List<Stretch> stretches = stretches(pass);
        pass.kernels.tasks(stretches.size(), i -> {
            Stretch one = stretches.get(i);
            Convolution.Sequence sequence = sequence(pass, x, rows, one.own(), one.sequence());
            op.convolution().forward(sequence, w, one.from(), one.to(), rows(y, one.own()));
        });
        pass.clearGaps(y);
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
        List<Segment> sequences = pass.sequences().all();
        for (int b = 0; b < pass.batch; b++) {
            Segment own = sequences.get(b);
            Convolution.Sequence sequence = sequence(pass, x, before, own, b);
            Matrix first =
                    ofBefore == null ? null : NativeArrays.matrix(ofBefore).rows(b * k, (b + 1) * k);
            if (first != null) {
                op.convolution().backwardBefore(sequence, w, rows(error, own), first);
            }
            if (ofAfter != null) {
                Matrix behind = NativeArrays.matrix(ofAfter).rows(b * k, (b + 1) * k);
                op.convolution().backwardCarry(sequence, behind, rows(dx, own), first);
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

    /** Returns a state [B,k−1,E] as rows. */
    private Matrix matrix(FusedPass pass, INDArray state) {
        return Matrix.of(
                pass.carry().block(state),
                Math.toIntExact(state.length() / op.x().columns()),
                op.x().columns());
    }

    private void carry(FusedPass pass, Matrix x, Matrix before) {
        int k = op.convolution().taps() - 1;
        if (pass.carry() == null || k == 0) {
            return;
        }
        INDArray after = pass.carry()
                .room(op.state(), DataType.FLOAT, pass.batch, k, op.x().columns());
        Matrix rows = matrix(pass, after);
        List<Segment> sequences = pass.sequences().all();
        for (int b = 0; b < pass.batch; b++) {
            op.convolution().carry(sequence(pass, x, before, sequences.get(b), b), rows.rows(b * k, (b + 1) * k));
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
        List<Stretch> stretches = stretches(pass);
        int n = stretches.size();
        Matrix parts = Matrix.of(pass.transientBlock("taps", (long) n * k * w.columns()), n * k, w.columns());
        INDArray before = before(pass);
        Matrix rows = before == null ? null : NativeArrays.matrix(before);
        pass.kernels.tasks(n, i -> {
            Stretch one = stretches.get(i);
            Matrix dw = parts.rows(i * k, (i + 1) * k);
            pass.elements.fill(dw, 0);
            Convolution.Sequence sequence = sequence(pass, x, rows, one.own(), one.sequence());
            Matrix e = rows(error, one.own());
            op.convolution().backward(sequence, w, e, one.from(), one.to(), rows(dx, one.own()), dw);
        });
        pass.clearGaps(dx);
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
