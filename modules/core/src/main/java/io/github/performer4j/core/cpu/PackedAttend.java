package io.github.performer4j.core.cpu;

import io.github.performer4j.core.attention.AttentionOptions;
import io.github.performer4j.core.program.Op;
import io.github.performer4j.core.program.Segments.Segment;
import io.github.performer4j.core.workspace.FusedPass;
import io.github.performer4j.kernels.attention.Carried;
import io.github.performer4j.kernels.attention.LinearAttentionSpec;
import io.github.performer4j.kernels.exact.ExactAttentionSpec;
import io.github.performer4j.kernels.exact.PrefixAttentionSpec;
import io.github.performer4j.kernels.memory.FloatBlock;
import io.github.performer4j.kernels.memory.Heads;
import io.github.performer4j.kernels.memory.Matrix;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntConsumer;
import java.util.function.IntFunction;

/**
 * {@link Op.Attend} of packed rows on kernels: each sequence attends where it lies, as a batch of one, and what sequences give to the gradients of parameters is added in their order. Between
 * sequences the result and its gradients are 0.
 */
final class PackedAttend {
    private final AttendKernel kernel;
    private final Op.Attend op;
    private final CpuRun run;
    private final FusedPass pass;
    private final FourierRows fourier;
    private final List<Segment> segments;
    private final List<RelativeTable> tables = new ArrayList<>(); // of sequences; none without relative positions
    private final boolean exact;

    /** Returns whether sequences need nothing but their own rows: features that are fitted to them are chosen from whole rows. */
    static boolean covers(Op.Attend op) {
        boolean fits = op.options().kind() != AttentionOptions.Kind.EXACT
                && op.options().featureMap().fitted().isPresent();
        return !fits && op.q().side() == op.k().side();
    }

    PackedAttend(AttendKernel kernel, CpuRun run) {
        this.kernel = kernel;
        this.run = run;
        op = kernel.op();
        pass = kernel.within(run);
        fourier = new FourierRows(op, pass);
        segments = pass.segments().all();
        exact = kernel.exact(pass);
        for (Segment one : op.options().relative() == null ? List.<Segment>of() : segments) {
            tables.add(new RelativeTable(op, pass.parameter(Op.Attend.RELATIVE), 1, one.length(), one.length()));
        }
    }

    private Heads part(Heads heads, int sequence) {
        Segment one = segments.get(sequence);
        int row = one.from() / pass.tokens;
        int from = one.from() % pass.tokens;
        return heads.stretch(row, from, from + one.length());
    }

    private List<LinearAttentionSpec> linear(boolean forward) {
        LinearAttentionSpec whole = kernel.linearSpec(run, null, fourier, forward);
        List<LinearAttentionSpec> all = new ArrayList<>();
        for (int i = 0; i < segments.size(); i++) {
            Segment one = segments.get(i);
            int from = one.from() % pass.tokens;
            LinearAttentionSpec own = whole.stretch(one.from() / pass.tokens, from, from + one.length());
            all.add(tables.isEmpty() ? own : own.under(tables.get(i).asMasks()));
        }
        return all;
    }

    private List<ExactAttentionSpec> exact() {
        ExactAttentionSpec whole = kernel.exactSpec(run, null, fourier);
        List<ExactAttentionSpec> all = new ArrayList<>();
        for (int i = 0; i < segments.size(); i++) {
            Segment one = segments.get(i);
            int from = one.from() % pass.tokens;
            int n = one.length();
            all.add(whole.stretch(
                    one.from() / pass.tokens,
                    from,
                    from + n,
                    tables.isEmpty() ? DecayBias.of(op.options(), n, n) : tables.get(i)));
        }
        return all;
    }

    private List<PrefixAttentionSpec> prefixed() {
        return linear(false).stream()
                .map(one -> new PrefixAttentionSpec(one, op.options().prefix()))
                .toList();
    }

    /** Runs over the sequences: in parallel, or where they are fewer than threads, one after the other, each in parallel. */
    private void each(IntConsumer work) {
        if (segments.size() >= pass.kernels.threads()) {
            pass.kernels.tasks(segments.size(), work);
        } else {
            for (int i = 0; i < segments.size(); i++) {
                work.accept(i);
            }
        }
    }

    /** Returns what sequences save, each a part of one block; nulls if nothing will be needed. */
    private FloatBlock[] saved(long... lengths) {
        long all = 0;
        for (long length : lengths) {
            all += Math.max(1, length);
        }
        FloatBlock whole = pass.saved(all);
        FloatBlock[] parts = new FloatBlock[lengths.length];
        long at = 0;
        for (int i = 0; i < parts.length && whole != null; i++) {
            long n = Math.max(1, lengths[i]);
            parts[i] = whole.part(at, n);
            at += n;
        }
        return parts;
    }

    void forward() {
        Matrix y = run.whole(op.writes());
        Heads out = kernel.heads(run, y);
        if (exact) {
            List<ExactAttentionSpec> specs = exact();
            FloatBlock[] saved =
                    saved(specs.stream().mapToLong(pass.kernels::saved).toArray());
            each(i -> pass.kernels.attend(specs.get(i), part(out, i), saved[i]));
        } else if (op.options().prefix() > 0) {
            List<PrefixAttentionSpec> specs = prefixed();
            FloatBlock[] saved =
                    saved(specs.stream().mapToLong(pass.kernels::saved).toArray());
            AtomicLong underflows = new AtomicLong();
            each(i -> underflows.addAndGet(pass.kernels.attend(specs.get(i), part(out, i), saved[i])));
            pass.addUnderflows(underflows.get());
        } else {
            List<LinearAttentionSpec> specs = linear(true);
            FloatBlock[] saved =
                    saved(specs.stream().mapToLong(pass.kernels::saved).toArray());
            AtomicLong underflows = new AtomicLong();
            each(i -> underflows.addAndGet(pass.kernels.attend(specs.get(i), part(out, i), saved[i])));
            pass.addUnderflows(underflows.get());
        }
        pass.clearGaps(y);
    }

    void backward() {
        OperandGradients gradients = new OperandGradients(run, op);
        Matrix wideQ = fourier.room("wide dq", gradients.target(0));
        Matrix wideK = fourier.room("wide dk", gradients.target(1));
        Matrix dv = gradients.target(2);
        Matrix da = op.rates() == null ? null : gradients.target(3);
        if (exact) {
            backwardExact(wideQ, wideK, dv);
        } else {
            backwardLinear(wideQ, wideK, dv, da);
        }
        pass.clearGaps(wideQ);
        pass.clearGaps(wideK);
        pass.clearGaps(dv);
        if (da != null) {
            pass.clearGaps(da);
            kernel.throughSoftplus(run, da);
        }
        fourier.narrow(wideQ, true, gradients.target(0));
        fourier.narrow(wideK, false, gradients.target(1));
        fourier.finish();
        if (!tables.isEmpty()) {
            RelativeTable.finish(tables, pass.gradient(Op.Attend.RELATIVE));
        }
        gradients.add(op.reads().size());
    }

    private void backwardExact(Matrix dq, Matrix dk, Matrix dv) {
        if (op.options().learnedProjection()) {
            pass.elements.fill(pass.gradient(Op.Attend.PROJECTION), 0);
        }
        Heads out = kernel.heads(run, op.writes());
        Heads error = kernel.heads(run, run.wholeGradient(op.writes()));
        Heads ofQ = kernel.heads(run, dq);
        Heads ofK = kernel.heads(run, dk);
        Heads ofV = kernel.heads(run, dv);
        List<ExactAttentionSpec> specs = exact();
        FloatBlock[] saved = saved(specs.stream().mapToLong(pass.kernels::saved).toArray());
        each(i -> pass.kernels.attendBackward(
                specs.get(i), part(out, i), saved[i], part(error, i), part(ofQ, i), part(ofK, i), part(ofV, i)));
    }

    private void backwardLinear(Matrix dq, Matrix dk, Matrix dv, Matrix da) {
        Matrix dw = op.options().learnedProjection() ? pass.gradient(Op.Attend.PROJECTION) : null;
        int draws = dw == null ? 0 : dw.rows();
        Matrix each = dw == null
                ? null
                : Matrix.of(
                        pass.transientBlock("packed dw", (long) segments.size() * draws * dw.columns()),
                        segments.size() * draws,
                        dw.columns());
        Heads out = kernel.heads(run, op.writes());
        Heads error = kernel.heads(run, run.wholeGradient(op.writes()));
        Heads ofQ = kernel.heads(run, dq);
        Heads ofK = kernel.heads(run, dk);
        Heads ofV = kernel.heads(run, dv);
        Heads ofA = da == null ? null : Heads.of(da, pass.batch, da.columns());
        IntFunction<Matrix> dws = i -> each == null ? null : each.rows(i * draws, (i + 1) * draws);
        if (op.options().prefix() > 0) {
            List<PrefixAttentionSpec> specs = prefixed();
            FloatBlock[] saved =
                    saved(specs.stream().mapToLong(pass.kernels::saved).toArray());
            each(i -> pass.kernels.attendBackward(
                    specs.get(i),
                    part(out, i),
                    saved[i],
                    part(error, i),
                    part(ofQ, i),
                    part(ofK, i),
                    part(ofV, i),
                    dws.apply(i)));
        } else {
            List<LinearAttentionSpec> specs = linear(false);
            FloatBlock[] saved =
                    saved(specs.stream().mapToLong(pass.kernels::saved).toArray());
            each(i -> pass.kernels.attendBackward(
                    specs.get(i),
                    Carried.NOTHING,
                    part(out, i),
                    saved[i],
                    part(error, i),
                    part(ofQ, i),
                    part(ofK, i),
                    part(ofV, i),
                    dws.apply(i),
                    ofA == null ? null : part(ofA, i)));
        }
        if (dw != null) {
            pass.elements.fill(dw, 0);
            for (int i = 0; i < segments.size(); i++) {
                pass.elements.add(each.rows(i * draws, (i + 1) * draws), dw);
            }
        }
    }
}
