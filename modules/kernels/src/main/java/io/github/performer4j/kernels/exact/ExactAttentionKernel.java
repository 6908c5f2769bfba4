package io.github.performer4j.kernels.exact;

import io.github.performer4j.kernels.Kernels;
import io.github.performer4j.kernels.attention.AttentionElements;
import io.github.performer4j.kernels.attention.Shapes;
import io.github.performer4j.kernels.machine.Simd;
import io.github.performer4j.kernels.memory.FloatBlock;
import io.github.performer4j.kernels.memory.Heads;
import io.github.performer4j.kernels.product.Parallel;

/**
 * Exact attention {@code out = softmax(q kᵀ/√D + b) v} over the keys that a query may see, in blocks: no array [Tq,Tk] is ever made.
 *
 * <p>The method is that of FlashAttention-2 (Dao, arXiv 2307.08691), on cache blocks instead of thread blocks: a block of queries walks over
 * blocks of keys, with a running maximum and sum per row. Forward saves log Σ_j exp(q·k_j/√D) per row, from which backward computes the
 * probabilities again. O(Tq·Tk·D) time, O(Tq) saved values; within a window a block of queries walks over the keys that one of them sees, in
 * O(Tq·(window + block)·D). The source's names are kept: S scores, P probabilities, δ = rowsum(dO ⊙ O).
 *
 * <p>What a masked key holds never matters, not even NaN; see {@link VisibleKeys}. One task per batch item and head, whose arithmetic depends
 * on shapes and mask only.
 */
public final class ExactAttentionKernel {
    private final Parallel parallel;
    private final ExactForward forward;
    private final ExactBackward backward;

    public ExactAttentionKernel(Parallel parallel, AttentionElements elements) {
        this(
                parallel,
                elements,
                Simd.choose(SoftmaxElements.class, new PlainSoftmaxElements(), "VectorSoftmaxElements"));
    }

    public ExactAttentionKernel(Parallel parallel, AttentionElements elements, SoftmaxElements softmax) {
        this.parallel = parallel;
        forward = new ExactForward(elements, softmax);
        backward = new ExactBackward(elements, softmax);
    }

    /** Returns B·H·Tq. */
    public long saved(ExactAttentionSpec spec) {
        Heads q = spec.q();
        return (long) q.batch() * q.heads() * q.tokens();
    }

    /**
     * Computes the output.
     *
     * @param out [B,H,Tq,Dv], written
     * @param saved [B,H,Tq], receives the logarithm of each row's sum, +∞ for a row that sees no key; null if there will be no backward
     * @throws IllegalArgumentException if a shape does not fit
     */
    public void forward(ExactAttentionSpec spec, Heads out, FloatBlock saved) {
        Shapes.like("out", out, spec.q(), spec.v().size());
        if (saved != null) {
            Shapes.saved(saved, saved(spec));
        }
        VisibleKeys[] keys = keys(spec);
        int heads = spec.q().heads();
        parallel.run(spec.q().batch() * heads, (i, scratch) -> {
            int b = i / heads;
            int h = i % heads;
            forward.run(
                    keys[b],
                    BiasRows.of(spec, keys[b], h, false),
                    spec.q().rows(b, h),
                    spec.k().rows(b, h),
                    spec.v().rows(b, h),
                    out.rows(b, h),
                    saved,
                    (long) i * spec.q().tokens(),
                    scratch);
        });
    }

    /**
     * Computes the gradients; see {@link Kernels}.
     *
     * @throws IllegalArgumentException if a shape does not fit
     */
    public void backward(
            ExactAttentionSpec spec, Heads out, FloatBlock saved, Heads error, Heads dq, Heads dk, Heads dv) {
        Heads q = spec.q();
        Shapes.like("out", out, q, spec.v().size());
        Shapes.saved(saved, saved(spec));
        Shapes.like("error", error, q, spec.v().size());
        Shapes.like("dq", dq, q, q.size());
        Shapes.like("dk", dk, spec.k(), q.size());
        Shapes.like("dv", dv, spec.v(), spec.v().size());
        VisibleKeys[] keys = keys(spec);
        int heads = q.heads();
        parallel.run(q.batch() * heads, (i, scratch) -> {
            int b = i / heads;
            int h = i % heads;
            ExactBackward.Head head = new ExactBackward.Head(
                    q.rows(b, h),
                    spec.k().rows(b, h),
                    spec.v().rows(b, h),
                    out.rows(b, h),
                    error.rows(b, h),
                    dq.rows(b, h),
                    dk.rows(b, h),
                    dv.rows(b, h));
            BiasRows bias = BiasRows.of(spec, keys[b], h, true);
            backward.run(keys[b], bias, head, saved, (long) i * q.tokens(), scratch);
            if (bias != null && bias.gradient() != null) {
                spec.bias().derivative(b, h, bias.gradient());
            }
        });
    }

    private static VisibleKeys[] keys(ExactAttentionSpec spec) {
        VisibleKeys[] keys = new VisibleKeys[spec.k().batch()];
        for (int b = 0; b < keys.length; b++) {
            keys[b] = VisibleKeys.of(spec, b);
        }
        return keys;
    }
}
