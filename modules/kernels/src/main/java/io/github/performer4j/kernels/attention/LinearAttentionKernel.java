package io.github.performer4j.kernels.attention;

import io.github.performer4j.kernels.memory.FloatBlock;
import io.github.performer4j.kernels.memory.Heads;
import io.github.performer4j.kernels.memory.Matrix;
import io.github.performer4j.kernels.memory.Scratch;
import io.github.performer4j.kernels.product.Parallel;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Linear attention forward and backward: one task for each batch item and head, which walks over its tokens in chunks.
 *
 * <p>Chunks are as long as their features fit the core's own cache beside the state; features are never written to main memory and
 * computed again in the backward pass. Per task and pass the products are those of the formula: bidirectional 4 units of
 * 2·T·D·M operations forward and 8 backward; causal the same and, for each token, those of the square inside its chunk;
 * bidirectional with decay 7 and 14, and the square.
 */
public final class LinearAttentionKernel {
    /** A denominator below this counts as underflowed: the smallest normal number over the machine epsilon. */
    public static final float THRESHOLD = Float.MIN_NORMAL / Math.ulp(1f);

    private final Parallel parallel;
    private final AttentionElements elements;

    public LinearAttentionKernel(Parallel parallel, AttentionElements elements) {
        this.parallel = parallel;
        this.elements = elements;
    }

    public long saved(LinearAttentionSpec spec) {
        return savedPerHead(spec) * spec.q().batch() * spec.q().heads();
    }

    private static long savedPerHead(LinearAttentionSpec spec) {
        if (spec.masks() != null) {
            return MaskedHead.saved(spec);
        }
        if (spec.causal()) {
            return CausalHead.saved(spec);
        }
        long plain = BidirectionalHead.saved(spec);
        return spec.decay() == null ? plain : Math.max(plain, SymmetricHead.saved(spec));
    }

    public long forward(LinearAttentionSpec spec, Carried carried, Heads out, FloatBlock saved) {
        carried.check(spec);
        Shapes.like("out", out, spec.q(), spec.v().size());
        if (saved != null) {
            Shapes.saved(saved, saved(spec));
        }
        if (CausalStep.covers(spec, carried, saved)) {
            return step(spec, carried, out);
        }
        AtomicLong underflows = new AtomicLong();
        int heads = spec.q().heads();
        parallel.run(spec.q().batch() * heads, (i, scratch) -> {
            HeadTask task = task(spec, carried, scratch, saved, i);
            underflows.addAndGet(task.forward(out.rows(i / heads, i % heads)));
        });
        return underflows.get();
    }

    private long step(LinearAttentionSpec spec, Carried carried, Heads out) {
        int[] underflows = new int[1];
        parallel.run(1, (i, scratch) -> underflows[0] = new CausalStep(spec, carried, elements, scratch).forward(out));
        return underflows[0];
    }

    /** Differentiates; dw and da are null if the gradients to W and to decay are not wanted. */
    public void backward(
            LinearAttentionSpec spec,
            Carried carried,
            Heads out,
            FloatBlock saved,
            Heads error,
            Heads dq,
            Heads dk,
            Heads dv,
            Matrix dw,
            Heads da) {
        carried.checkGradients(spec);
        if (da != null) {
            decayGradient(spec, da);
        }
        Shapes.like("out", out, spec.q(), spec.v().size());
        Shapes.like("error", error, spec.q(), spec.v().size());
        Shapes.like("dq", dq, spec.q(), spec.q().size());
        Shapes.like("dk", dk, spec.k(), spec.k().size());
        Shapes.like("dv", dv, spec.v(), spec.v().size());
        Shapes.saved(saved, saved(spec));
        ProjectionGradient gradient = dw == null ? null : new ProjectionGradient(spec, elements, dw);
        int heads = spec.q().heads();
        parallel.run(spec.q().batch() * heads, (i, scratch) -> {
            int b = i / heads;
            int h = i % heads;
            HeadTask task = task(spec, carried, scratch, saved, i);
            if (da != null && h < da.heads()) {
                task.decayGradient(da.rows(b, h));
            }
            if (gradient != null) {
                task.projectionGradient(gradient.set(i, scratch, task.chunk));
            }
            task.backward(out.rows(b, h), error.rows(b, h), dq.rows(b, h), dk.rows(b, h), dv.rows(b, h));
        });
        if (gradient != null) {
            gradient.total(parallel);
        }
    }

    /**
     * Attends to one head of a spec of one batch item, in a task of another kernel.
     *
     * @param saved receives what backward needs of all heads; null if there will be none
     * @param out [Tq,Dv], written
     * @param logs receives log Σ_j φ(q_t)·φ(k_j) of each query, φ without factor 1/√M; −∞ where it sees nothing or underflows
     * @return how many rows underflowed
     */
    public int forward(
            LinearAttentionSpec spec, int head, Scratch scratch, FloatBlock saved, Matrix out, float[] logs) {
        HeadTask task = task(spec, Carried.NOTHING, scratch, saved, head);
        task.logs = logs;
        return task.forward(out);
    }

    /**
     * Multiplies what stands for 1/denominator in backward, by what share of a row's weights these are: then that needs the result of all. None becomes 0, which would stand for an underflow.
     *
     * @param saved what forward saved
     * @param shares of each query
     */
    public void scaleInverses(LinearAttentionSpec spec, int head, Scratch scratch, FloatBlock saved, float[] shares) {
        HeadTask task = task(spec, Carried.NOTHING, scratch, saved, head);
        for (int t = 0; t < spec.q().tokens(); t++) {
            saved.set(task.inverseAt(t), Math.max(Float.MIN_NORMAL, saved.get(task.inverseAt(t)) * shares[t]));
        }
    }

    /**
     * Differentiates one head of a spec of one batch item, in a task of another kernel.
     *
     * @param gradient sums what W receives; null if it is not wanted
     * @param set number of the sum in it
     */
    public void backward(
            LinearAttentionSpec spec,
            int head,
            Scratch scratch,
            FloatBlock saved,
            ProjectionGradient gradient,
            int set,
            Matrix out,
            Matrix error,
            Matrix dq,
            Matrix dk,
            Matrix dv) {
        HeadTask task = task(spec, Carried.NOTHING, scratch, saved, head);
        if (gradient != null) {
            task.projectionGradient(gradient.set(set, scratch, task.chunk));
        }
        task.backward(out, error, dq, dk, dv);
    }

    private static void decayGradient(LinearAttentionSpec spec, Heads da) {
        if (spec.decay() == null) {
            throw new IllegalArgumentException(
                    "a gradient to decay goes with decay; decay=null, da=" + Shapes.shape(da));
        }
        Shapes.like("da", da, spec.decay(), 1);
    }

    private HeadTask task(LinearAttentionSpec spec, Carried carried, Scratch scratch, FloatBlock saved, int index) {
        long at = savedPerHead(spec) * index;
        if (spec.masks() != null) {
            return new MaskedHead(spec, elements, scratch, index, saved, at);
        }
        if (spec.causal()) {
            return new CausalHead(spec, elements, scratch, index, saved, at, carried);
        }
        return spec.decays(index % spec.q().heads())
                ? new SymmetricHead(spec, elements, scratch, index, saved, at)
                : new BidirectionalHead(spec, elements, scratch, index, saved, at);
    }
}
