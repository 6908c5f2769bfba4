package io.github.performer4j.core.layer;

import io.github.performer4j.core.attention.AttentionOptions;
import io.github.performer4j.core.attention.CarriedLinearAttention;
import io.github.performer4j.core.layer.FusedMemory.Part;
import io.github.performer4j.core.program.Op;
import io.github.performer4j.core.program.Value;
import io.github.performer4j.kernels.AttentionState;
import io.github.performer4j.kernels.Carried;
import io.github.performer4j.kernels.ExactAttentionSpec;
import io.github.performer4j.kernels.FloatBlock;
import io.github.performer4j.kernels.Heads;
import io.github.performer4j.kernels.LinearAttentionSpec;
import io.github.performer4j.kernels.Matrix;
import java.lang.ref.Reference;
import java.util.List;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * {@link Op.Attend} on kernels, on whole sequences. Kept: queries, keys, values, the result, the frames of data-dependent features and what the attention kernel saves; features are
 * computed again.
 */
record AttendKernel(Op.Attend op) implements CpuKernel {

    /** Returns the option that the kernels do not cover; null if they cover all. */
    static String uncovered(AttentionOptions options) {
        boolean covered = options.kind() == AttentionOptions.Kind.EXACT
                || options.featureMap().featureKernel(1, options.features()).isPresent();
        return covered ? null : "featureMap=" + options.featureMap().getClass().getName();
    }

    @Override
    public List<Value> needs() {
        return List.of(op.q(), op.k(), op.v(), op.writes());
    }

    @Override
    public void forward(CpuRows rows) {
        throw new IllegalStateException("attention sees whole sequences");
    }

    @Override
    public void backward(CpuRows rows) {
        throw new IllegalStateException("attention sees whole sequences");
    }

    /** Attends, all rows. */
    void forward(CpuRun run) {
        FusedPass pass = within(run);
        AttentionOptions options = op.options();
        if (AttentionPart.collects(options, pass.training, pass.collecting())) {
            collect(run);
        }
        if (exact(pass)) {
            ExactAttentionSpec spec = exactSpec(run);
            pass.kernels.attend(spec, heads(run, op.writes()), pass.saved(pass.kernels.saved(spec)));
        } else {
            LinearAttentionSpec spec = linearSpec(run, true);
            FloatBlock saved = pass.saved(pass.kernels.saved(spec));
            if (pass.carry() == null) {
                pass.addUnderflows(pass.kernels.attend(spec, heads(run, op.writes()), saved));
            } else {
                carry(run, spec, saved);
            }
        }
    }

    /** Attends to a part of a sequence. */
    private void carry(CpuRun run, LinearAttentionSpec spec, FloatBlock saved) {
        String name = CarriedLinearAttention.name(op.scope());
        long[] shape = CarriedLinearAttention.shape(run.pass.batch, spec.q().heads(), spec.columns(), op.headSize());
        INDArray before = run.pass.carry().before(name, DataType.FLOAT, shape);
        INDArray after = Carry.lasting(DataType.FLOAT, shape);
        Carried carried = Carried.between(before == null ? null : state(spec, before), state(spec, after));
        run.pass.addUnderflows(run.pass.kernels.attend(spec, carried, heads(run, op.writes()), saved));
        run.pass.carry().after(name, after);
        Reference.reachabilityFence(before);
    }

    private static AttentionState state(LinearAttentionSpec spec, INDArray array) {
        int heads = spec.q().batch() * spec.q().heads();
        return AttentionState.over(
                NativeArrays.block(array), heads, spec.columns(), spec.v().size());
    }

    private FusedPass within(CpuRun run) {
        return run.pass.attending(
                op.scope(), op.writes().id(), op.q().side(), op.k().side());
    }

    private void collect(CpuRun run) {
        FusedPass pass = within(run);
        FusedMoments queries = FusedMoments.of(pass.queries(), Part.MOMENTS_Q, heads(run, op.q()));
        FusedMoments keys = FusedMoments.of(pass, Part.MOMENTS_K, heads(run, op.k()));
        int length = KeptStatistics.length(op.headSize());
        double[][] sums = new double[op.options().heads()][length];
        for (int h = 0; h < sums.length; h++) {
            queries.addHead(h, sums[h], 0);
            keys.addHead(h, sums[h], length / 2);
        }
        run.pass.collect(sums);
    }

    /** Goes back, all rows. */
    void backward(CpuRun run) {
        FusedPass pass = within(run);
        Heads error = Heads.of(
                run.wholeGradient(op.writes()), pass.batch, op.options().heads());
        Heads dq = target(run, 0);
        Heads dk = target(run, 1);
        Heads dv = target(run, 2);
        Matrix dw = op.options().learnedProjection() ? pass.gradient(AttentionPart.PROJECTION) : null;
        if (exact(pass)) {
            if (dw != null) {
                pass.elements.fill(dw, 0);
            }
            ExactAttentionSpec spec = exactSpec(run);
            FloatBlock saved = pass.saved(pass.kernels.saved(spec));
            pass.kernels.attendBackward(spec, heads(run, op.writes()), saved, error, dq, dk, dv);
        } else {
            LinearAttentionSpec spec = linearSpec(run, false);
            FloatBlock saved = pass.saved(pass.kernels.saved(spec));
            pass.kernels.attendBackward(spec, heads(run, op.writes()), saved, error, dq, dk, dv, dw);
        }
        for (int i = 0; i < 3; i++) {
            addTarget(run, i);
        }
    }

    /** Returns where the gradient of an operand is written: in its place, or in the thread's memory if it is to be added. */
    private Heads target(CpuRun run, int operand) {
        Value value = op.reads().get(operand);
        Matrix rows = run.plan.gradients().adds(op, operand)
                ? run.pass.side(value.side()).transientMatrix("attend" + operand, value.columns())
                : run.wholeGradient(value);
        return Heads.of(rows, run.pass.batch, op.options().heads());
    }

    private void addTarget(CpuRun run, int operand) {
        if (run.plan.gradients().adds(op, operand)) {
            Value value = op.reads().get(operand);
            Matrix added = run.pass.side(value.side()).transientMatrix("attend" + operand, value.columns());
            Matrix to = run.wholeGradient(value);
            run.pass.kernels.rows(
                    to.rows(), (block, from, end) -> run.pass.elements.add(added.rows(from, end), to.rows(from, end)));
        }
    }

    private boolean exact(FusedPass pass) {
        return op.options().kindFor(op.q().columns(), pass.queries().tokens, pass.tokens)
                == AttentionOptions.Kind.EXACT;
    }

    private ExactAttentionSpec exactSpec(CpuRun run) {
        return new ExactAttentionSpec(
                heads(run, op.q()),
                heads(run, op.k()),
                heads(run, op.v()),
                within(run).mask,
                op.options().causal());
    }

    /** Returns what linear attention computes; see {@link FusedMap#spec}. */
    private LinearAttentionSpec linearSpec(CpuRun run, boolean forward) {
        return new FusedMap(within(run), op.options(), op.headSize())
                .spec(heads(run, op.q()), heads(run, op.k()), heads(run, op.v()), forward);
    }

    private Heads heads(CpuRun run, Value value) {
        return Heads.of(run.whole(value), run.pass.batch, op.options().heads());
    }
}
