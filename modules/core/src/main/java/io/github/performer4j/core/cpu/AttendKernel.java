package io.github.performer4j.core.cpu;

import io.github.performer4j.core.attention.AttentionOptions;
import io.github.performer4j.core.attention.CarriedLinearAttention;
import io.github.performer4j.core.attention.Decay;
import io.github.performer4j.core.program.Op;
import io.github.performer4j.core.program.Value;
import io.github.performer4j.core.state.Carry;
import io.github.performer4j.core.workspace.FusedMemory.Part;
import io.github.performer4j.core.workspace.FusedPass;
import io.github.performer4j.core.workspace.KeptStatistics;
import io.github.performer4j.kernels.attention.AttentionState;
import io.github.performer4j.kernels.attention.Carried;
import io.github.performer4j.kernels.attention.LinearAttentionSpec;
import io.github.performer4j.kernels.exact.ExactAttentionSpec;
import io.github.performer4j.kernels.exact.OffsetBias;
import io.github.performer4j.kernels.exact.PrefixAttentionSpec;
import io.github.performer4j.kernels.memory.FloatBlock;
import io.github.performer4j.kernels.memory.Heads;
import io.github.performer4j.kernels.memory.Matrix;
import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.List;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * {@link Op.Attend} on kernels, on whole sequences. Kept: queries, keys, values, the result, the frames of data-dependent features and what the attention kernel saves; features are
 * computed again.
 */
public record AttendKernel(Op.Attend op) implements WholeKernel {

    /** Returns the option that the kernels do not cover; null if they cover all. */
    public static String uncovered(AttentionOptions options) {
        if (options.prefix() > 0) {
            boolean known = FusedMap.map(options)
                    .featureKernel(1, options.features())
                    .filter(PrefixAttentionSpec::covers)
                    .isPresent();
            return known ? null : "prefix=" + options.prefix() + ", featureMap=" + options.featureMap();
        }
        boolean covered = options.kind() == AttentionOptions.Kind.EXACT
                || options.featureMap().featureKernel(1, options.features()).isPresent();
        return covered ? null : "featureMap=" + options.featureMap().getClass().getName();
    }

    @Override
    public List<Value> needs() {
        List<Value> all = new ArrayList<>(op.reads());
        all.add(op.writes());
        return all;
    }

    /** Attends, all rows. */
    @Override
    public void forward(CpuRun run) {
        FusedPass pass = within(run);
        AttentionOptions options = op.options();
        if (options.collects(pass.training, pass.collecting())) {
            collect(run);
        }
        if (pass.segments() != null) {
            new PackedAttend(this, run).forward();
            return;
        }
        if (pass.carry() != null && op.q().side() != op.k().side()) {
            new MemoryCarry(op, pass)
                    .attend(heads(run, op.q()), heads(run, op.k()), heads(run, op.v()), heads(run, op.writes()));
        } else if (exact(pass)) {
            ExactAttentionSpec spec = exactSpec(run, relative(run), new FourierRows(op, pass));
            pass.kernels.attend(spec, heads(run, op.writes()), pass.saved(pass.kernels.saved(spec)));
            new WindowCarry(op, pass).leave();
        } else if (options.prefix() > 0) {
            PrefixAttentionSpec spec = prefixSpec(run);
            FloatBlock saved = pass.saved(pass.kernels.saved(spec));
            pass.addUnderflows(pass.kernels.attend(spec, heads(run, op.writes()), saved));
        } else {
            LinearAttentionSpec spec = linearSpec(run, relative(run), new FourierRows(op, pass), true);
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
        long[] shape = stateShape(run, spec);
        INDArray before = run.pass.carry().before(name, DataType.FLOAT, shape);
        INDArray after = run.pass.carry().room(name, DataType.FLOAT, shape);
        Carried carried = Carried.between(before == null ? null : state(run, spec, before), state(run, spec, after));
        run.pass.addUnderflows(run.pass.kernels.attend(spec, carried, heads(run, op.writes()), saved));
        run.pass.carry().after(name, after);
        Reference.reachabilityFence(before);
    }

    /** A part of a sequence in a backward pass, and the arrays under it. */
    private record Through(Carried carried, List<INDArray> arrays) {}

    /** Returns what goes back through the state, if gradients do. */
    private Through through(CpuRun run, LinearAttentionSpec spec) {
        Carry carry = run.pass.carry();
        if (carry == null || !carry.isThrough()) {
            return new Through(Carried.NOTHING, List.of());
        }
        String name = CarriedLinearAttention.name(op.scope());
        long[] shape = stateShape(run, spec);
        List<INDArray> arrays = new ArrayList<>();
        INDArray after = carry.left(name);
        INDArray ofAfter = carry.gradientAfter(name, DataType.FLOAT);
        AttentionState behind = null;
        AttentionState dBehind = null;
        if (ofAfter != null) {
            arrays.addAll(List.of(after, ofAfter));
            behind = state(run, spec, after);
            dBehind = state(run, spec, ofAfter);
        }
        AttentionState dBefore = null;
        if (carry.wantsGradients()) {
            INDArray ofBefore = Carry.lasting(DataType.FLOAT, shape);
            arrays.add(ofBefore);
            dBefore = state(run, spec, ofBefore);
            carry.gradientBefore(name, ofBefore);
        }
        return new Through(new Carried(null, behind, dBehind, dBefore), arrays);
    }

    private long[] stateShape(CpuRun run, LinearAttentionSpec spec) {
        return CarriedLinearAttention.shape(run.pass.batch, spec.q().heads(), spec.columns(), op.headSize());
    }

    private static AttentionState state(CpuRun run, LinearAttentionSpec spec, INDArray array) {
        int heads = spec.q().batch() * spec.q().heads();
        return AttentionState.over(
                run.pass.carry().block(array), heads, spec.columns(), spec.v().size());
    }

    FusedPass within(CpuRun run) {
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
        run.pass.collect(op.scope() + KeptStatistics.NAME, sums);
    }

    /** Goes back, all rows. */
    @Override
    public void backward(CpuRun run) {
        FusedPass pass = within(run);
        if (pass.segments() != null) {
            new PackedAttend(this, run).backward();
            return;
        }
        Heads error = Heads.of(
                run.wholeGradient(op.writes()), pass.batch, op.options().heads());
        OperandGradients gradients = new OperandGradients(run, op);
        FourierRows fourier = new FourierRows(op, pass);
        Matrix wideQ = fourier.room("wide dq", gradients.target(0));
        Heads dq = heads(run, wideQ);
        Matrix dk = fourier.room("wide dk", gradients.target(1));
        Matrix dv = gradients.target(2);
        Matrix dw = op.options().learnedProjection() ? pass.gradient(Op.Attend.PROJECTION) : null;
        RelativeTable relative = relative(run);
        if (exact(pass)) {
            if (dw != null) {
                pass.elements.fill(dw, 0);
            }
            ExactAttentionSpec spec = exactSpec(run, relative, fourier);
            FloatBlock saved = pass.saved(pass.kernels.saved(spec));
            WindowCarry window = new WindowCarry(op, pass);
            Matrix keys = window.gradient(op.keys(), dk);
            Matrix values = window.gradient(op.values(), dv);
            pass.kernels.attendBackward(
                    spec, heads(run, op.writes()), saved, error, dq, window.heads(keys), window.heads(values));
            window.back(op.keys(), keys, dk);
            window.back(op.values(), values, dv);
            window.endBack();
        } else if (op.options().prefix() > 0) {
            PrefixAttentionSpec spec = prefixSpec(run);
            FloatBlock saved = pass.saved(pass.kernels.saved(spec));
            pass.kernels.attendBackward(
                    spec, heads(run, op.writes()), saved, error, dq, heads(run, dk), heads(run, dv), dw);
        } else {
            LinearAttentionSpec spec = linearSpec(run, relative, fourier, false);
            FloatBlock saved = pass.saved(pass.kernels.saved(spec));
            Matrix da = op.rates() == null ? null : gradients.target(3);
            Heads rates = da == null ? null : Heads.of(da, pass.batch, da.columns());
            Heads out = heads(run, op.writes());
            Through through = through(run, spec);
            pass.kernels.attendBackward(
                    spec, through.carried(), out, saved, error, dq, heads(run, dk), heads(run, dv), dw, rates);
            through.arrays().forEach(Reference::reachabilityFence);
            if (da != null) {
                throughSoftplus(run, da);
            }
        }
        fourier.narrow(wideQ, true, gradients.target(0));
        fourier.narrow(dk, false, gradients.target(1));
        fourier.finish();
        if (relative != null) {
            relative.finish(pass.gradient(Op.Attend.RELATIVE));
        }
        gradients.add(op.reads().size());
    }

    /** Returns a = softplus(z), or the fixed one, [N,H']; null without decay. */
    private Matrix decay(CpuRun run) {
        Decay decay = op.options().decay();
        if (decay == null) {
            return null;
        }
        List<Double> fixed = decay.rates(op.options().heads());
        Matrix z = op.rates() == null ? null : run.whole(op.rates());
        Matrix a = within(run).transientMatrix("decay", fixed.size());
        run.pass.kernels.rows(a.rows(), (block, from, to) -> {
            for (int r = from; r < to; r++) {
                for (int h = 0; h < a.columns(); h++) {
                    a.set(r, h, z == null ? fixed.get(h).floatValue() : softplus(z.get(r, h)));
                }
            }
        });
        return a;
    }

    private static float softplus(float z) {
        return (float) (Math.log1p(Math.exp(-Math.abs(z))) + Math.max(z, 0));
    }

    /** {@code dz = da σ(z)}, in place. */
    void throughSoftplus(CpuRun run, Matrix da) {
        Matrix z = run.whole(op.rates());
        run.pass.kernels.rows(da.rows(), (block, from, to) -> {
            for (int r = from; r < to; r++) {
                for (int h = 0; h < da.columns(); h++) {
                    da.set(r, h, (float) (da.get(r, h) / (1 + Math.exp(-z.get(r, h)))));
                }
            }
        });
    }

    boolean exact(FusedPass pass) {
        return op.options().kindFor(op.q().columns(), pass.queries().longest(), pass.longest())
                == AttentionOptions.Kind.EXACT;
    }

    /** Returns b of relative positions; null without. */
    private RelativeTable relative(CpuRun run) {
        FusedPass pass = within(run);
        if (op.options().relative() == null) {
            return null;
        }
        int queries = pass.queries().tokens;
        int before = exact(pass) && pass.carry() != null ? op.options().window() - 1 : 0;
        return new RelativeTable(op, pass.parameter(Op.Attend.RELATIVE), pass.batch, queries, before + pass.tokens);
    }

    ExactAttentionSpec exactSpec(CpuRun run, RelativeTable relative, FourierRows fourier) {
        WindowCarry window = new WindowCarry(op, within(run));
        Heads queries = heads(run, fourier.wide(run.whole(op.q()), true));
        Heads keys = window.keys(fourier.wide(run.whole(op.k()), false));
        OffsetBias bias = relative != null ? relative : DecayBias.of(op.options(), queries.tokens(), keys.tokens());
        return new ExactAttentionSpec(
                queries,
                keys,
                window.values(run.whole(op.v())),
                window.mask(),
                op.options().causal(),
                op.options().distances(),
                bias);
    }

    /** Returns what linear attention computes; see {@link FusedMap#spec}. */
    LinearAttentionSpec linearSpec(CpuRun run, RelativeTable relative, FourierRows fourier, boolean forward) {
        LinearAttentionSpec spec = new FusedMap(within(run), op.options(), op.keySize())
                .spec(
                        heads(run, fourier.wide(run.whole(op.q()), true)),
                        heads(run, fourier.wide(run.whole(op.k()), false)),
                        heads(run, op.v()),
                        forward);
        Matrix a = decay(run);
        if (relative != null) {
            return spec.under(relative.asMasks());
        }
        return a == null ? spec : spec.with(Heads.of(a, run.pass.batch, a.columns()));
    }

    private PrefixAttentionSpec prefixSpec(CpuRun run) {
        FourierRows none = new FourierRows(op, within(run));
        return new PrefixAttentionSpec(
                linearSpec(run, null, none, false), op.options().prefix());
    }

    Heads heads(CpuRun run, Value value) {
        return heads(run, run.whole(value));
    }

    Heads heads(CpuRun run, Matrix rows) {
        return Heads.of(rows, run.pass.batch, op.options().heads());
    }
}
