package io.github.performer4j.kernels.exact;

import io.github.performer4j.kernels.attention.AttentionElements;
import io.github.performer4j.kernels.attention.LinearAttentionKernel;
import io.github.performer4j.kernels.attention.LinearAttentionSpec;
import io.github.performer4j.kernels.attention.ProjectionGradient;
import io.github.performer4j.kernels.attention.Shapes;
import io.github.performer4j.kernels.machine.Simd;
import io.github.performer4j.kernels.memory.FloatBlock;
import io.github.performer4j.kernels.memory.Heads;
import io.github.performer4j.kernels.memory.Matrix;
import io.github.performer4j.kernels.memory.Scratch;
import io.github.performer4j.kernels.product.Parallel;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Attention with an exact prefix: both kernels one after the other, for each batch item and head, and a sum of their results, {@code out = e^{L_P − L} out_P + e^{L_F − L} out_F},
 * {@code L = log(e^{L_P} + e^{L_F})}, with the logarithms of the sums of weights of the prefix and of features.
 *
 * <p>Backward is theirs: each takes the result and the normaliser of the whole in the place of its own, so that {@code P = exp(S − L)} and features have {@code 1/den = e^{L_F − L}/den_F}. What features give
 * to queries is added to what the prefix gives. A row whose features' sum underflows is the prefix's; where that has no visible key, the mean of later values.
 */
public final class PrefixAttentionKernel {
    /** Scratch numbers, behind those of both kernels. */
    private static final int SLOT = 64;

    private final Parallel parallel;
    private final AttentionElements elements;
    private final LinearAttentionKernel linear;
    private final ExactForward forward;
    private final ExactBackward backward;

    public PrefixAttentionKernel(Parallel parallel, AttentionElements elements, LinearAttentionKernel linear) {
        this(
                parallel,
                elements,
                linear,
                Simd.choose(SoftmaxElements.class, new PlainSoftmaxElements(), "VectorSoftmaxElements"));
    }

    public PrefixAttentionKernel(
            Parallel parallel, AttentionElements elements, LinearAttentionKernel linear, SoftmaxElements softmax) {
        this.parallel = parallel;
        this.elements = elements;
        this.linear = linear;
        forward = new ExactForward(elements, softmax);
        backward = new ExactBackward(elements, softmax);
    }

    /** Returns B·H·T logarithms, and what linear attention to later keys saves. */
    public long saved(PrefixAttentionSpec spec) {
        return (long) spec.all().q().batch() * spec.all().q().heads() * spec.tokens()
                + spec.all().q().batch() * savedLater(spec);
    }

    private long savedLater(PrefixAttentionSpec spec) {
        return spec.near() == spec.tokens() ? 0 : linear.saved(spec.later(0));
    }

    /** Returns what linear attention of a batch item saves; null for nothing. */
    private FloatBlock later(PrefixAttentionSpec spec, FloatBlock saved, int b) {
        long n = savedLater(spec);
        return saved == null || n == 0
                ? null
                : saved.part(saved(spec) - (spec.all().q().batch() - b) * n, n);
    }

    /**
     * Attends.
     *
     * @param out [B,H,T,Dv], written
     * @param saved receives what backward needs; null if there will be none
     * @return how many rows had a denominator that underflowed
     */
    public long forward(PrefixAttentionSpec spec, Heads out, FloatBlock saved) {
        LinearAttentionSpec all = spec.all();
        Shapes.like("out", out, all.q(), all.v().size());
        if (saved != null) {
            Shapes.saved(saved, saved(spec));
        }
        AtomicLong underflows = new AtomicLong();
        int heads = all.q().heads();
        VisibleKeys[] keys = keys(spec);
        parallel.run(all.q().batch() * heads, (i, scratch) -> {
            int b = i / heads;
            int h = i % heads;
            int t = spec.tokens();
            Matrix rows = out.rows(b, h);
            Matrix logs = scratch.matrix(SLOT, 1, t);
            forward.run(
                    keys[b],
                    null,
                    all.q().rows(b, h),
                    all.k().rows(b, h).rows(0, spec.near()),
                    all.v().rows(b, h).rows(0, spec.near()),
                    rows,
                    logs.block(),
                    0,
                    scratch);
            float[] sums = scratch.array(SLOT, t);
            logs.block().read(0, sums, 0, t);
            if (spec.near() < t) {
                underflows.addAndGet(
                        join(spec, keys[b], i, later(spec, saved, b), rows.rows(spec.from(), t), sums, scratch));
            }
            if (saved != null) {
                saved.write((long) i * t, sums, 0, t);
            }
        });
        return underflows.get();
    }

    /** Adds the later keys to rows from {@link PrefixAttentionSpec#from} on, and to the logarithms of their sums. */
    private int join(
            PrefixAttentionSpec spec,
            VisibleKeys keys,
            int index,
            FloatBlock saved,
            Matrix rows,
            float[] logs,
            Scratch scratch) {
        int n = rows.rows();
        int heads = spec.all().q().heads();
        LinearAttentionSpec later = spec.later(index / heads);
        Matrix attended = scratch.matrix(SLOT + 1, n, rows.columns());
        float[] ofFeatures = scratch.array(SLOT + 1, n);
        int underflows = linear.forward(later, index % heads, scratch, saved, attended, ofFeatures);
        float[] ones = scratch.array(SLOT + 2, n);
        Arrays.fill(ones, 0, n, 1);
        if (keys.count() == 0) {
            elements.scaleRows(attended, ones, rows);
            return underflows;
        }
        float[] near = ones;
        float[] far = scratch.array(SLOT + 3, n);
        float m = (float) Math.log(later.columns());
        for (int r = 0; r < n; r++) {
            int t = spec.from() + r;
            double a = logs[t];
            double b = ofFeatures[r] - m;
            double all = Math.max(a, b) + Math.log1p(Math.exp(-Math.abs(a - b)));
            near[r] = (float) Math.exp(a - all);
            far[r] = (float) Math.exp(b - all);
            logs[t] = (float) all;
        }
        elements.scaleRows(rows, near, rows);
        elements.addScaledRows(attended, far, rows);
        if (saved != null) {
            linear.scaleInverses(later, index % heads, scratch, saved, far);
        }
        return 0;
    }

    /** Differentiates; dw is null if the gradient to W is not wanted. */
    public void backward(
            PrefixAttentionSpec spec,
            Heads out,
            FloatBlock saved,
            Heads error,
            Heads dq,
            Heads dk,
            Heads dv,
            Matrix dw) {
        LinearAttentionSpec all = spec.all();
        Shapes.like("out", out, all.q(), all.v().size());
        Shapes.like("error", error, all.q(), all.v().size());
        Shapes.like("dq", dq, all.q(), all.q().size());
        Shapes.like("dk", dk, all.k(), all.k().size());
        Shapes.like("dv", dv, all.v(), all.v().size());
        Shapes.saved(saved, saved(spec));
        int heads = all.q().heads();
        int t = spec.tokens();
        int p = spec.near();
        ProjectionGradient gradient = dw == null || p == t ? null : new ProjectionGradient(all, elements, dw);
        if (dw != null && gradient == null) {
            for (int r = 0; r < dw.rows(); r++) {
                dw.block().fill(dw.at(r), dw.columns(), 0);
            }
        }
        VisibleKeys[] keys = keys(spec);
        parallel.run(all.q().batch() * heads, (i, scratch) -> {
            int b = i / heads;
            int h = i % heads;
            Matrix k = dk.rows(b, h);
            Matrix v = dv.rows(b, h);
            ExactBackward.Head head = new ExactBackward.Head(
                    all.q().rows(b, h),
                    all.k().rows(b, h).rows(0, p),
                    all.v().rows(b, h).rows(0, p),
                    out.rows(b, h),
                    error.rows(b, h),
                    dq.rows(b, h),
                    k.rows(0, p),
                    v.rows(0, p));
            backward.run(keys[b], null, head, saved, (long) i * t, scratch);
            int from = spec.from();
            if (p < t) {
                Matrix more = scratch.matrix(SLOT + 1, t - from, dq.size());
                linear.backward(
                        spec.later(b),
                        h,
                        scratch,
                        later(spec, saved, b),
                        gradient,
                        i,
                        head.out().rows(from, t),
                        head.error().rows(from, t),
                        more,
                        k.rows(p, t),
                        v.rows(p, t));
                float[] ones = scratch.array(SLOT + 2, t - from);
                Arrays.fill(ones, 0, t - from, 1);
                elements.addScaledRows(more, ones, head.dq().rows(from, t));
            }
        });
        if (gradient != null) {
            gradient.total(parallel);
        }
    }

    private static VisibleKeys[] keys(PrefixAttentionSpec spec) {
        VisibleKeys[] keys = new VisibleKeys[spec.all().k().batch()];
        for (int b = 0; b < keys.length; b++) {
            keys[b] = VisibleKeys.first(spec.near(), spec.tokens(), spec.all().causal(), spec.mask(b));
        }
        return keys;
    }
}
