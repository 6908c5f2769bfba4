package io.github.performer4j.kernels.attention;

import io.github.performer4j.kernels.memory.FloatBlock;
import io.github.performer4j.kernels.memory.Heads;
import io.github.performer4j.kernels.memory.Matrix;
import io.github.performer4j.kernels.memory.Scratch;

/**
 * One more token of causal linear attention, from the state before it to the state behind it, the heads of a sequence together:
 *
 * <pre>S' = f S + φ̂(k) vᵀ      z' = f z + φ̂(k)      out = φ(q) S' / φ(q)·z'</pre>
 *
 * <p>with {@code f = exp(R − a − R')} and {@code φ̂(k) = φ(k) exp(−R')}: what {@link CausalHead} computes for a chunk of one token, up to rounding. Heads share their map, so their rows are mapped at once; each
 * state is read once and written once.
 */
final class CausalStep {
    private static final int FIRST_SLOT = HeadTask.FIRST_SLOT;

    private final LinearAttentionSpec spec;
    private final AttentionElements elements;
    private final Scratch scratch;
    private final AttentionState before; // null for nothing
    private final AttentionState after;
    private final int heads;
    private final float epsilon;
    private final Matrix ones; // [1,M]

    /** Returns whether this is one token of one sequence that leaves a state, with no backward pass, and a map that all heads have. */
    static boolean covers(LinearAttentionSpec spec, Carried carried, FloatBlock saved) {
        return spec.causal()
                && spec.q().batch() == 1
                && spec.q().tokens() == 1
                && spec.k().tokens() == 1
                && carried.after() != null
                && saved == null
                && spec.mask() == null
                && spec.masks() == null
                && spec.frames() == null
                && beside(spec.q())
                && beside(spec.k());
    }

    private static boolean beside(Heads rows) {
        return rows.headStride() >= rows.size() && rows.headStride() <= Integer.MAX_VALUE;
    }

    CausalStep(LinearAttentionSpec spec, Carried carried, AttentionElements elements, Scratch scratch) {
        this.spec = spec;
        this.elements = elements;
        this.scratch = scratch;
        before = carried.before();
        after = carried.after();
        heads = spec.q().heads();
        epsilon = spec.features().exponential() && spec.decay() == null
                ? spec.features().epsilon()
                : 0;
        ones = scratch.matrix(FIRST_SLOT, 1, spec.columns());
        if (epsilon > 0) {
            ones.block().fill(0, spec.columns(), 1);
        }
    }

    /** Attends, and returns how many heads underflowed. */
    int forward(Heads out) {
        FeatureChunk queries = FeatureChunk.of(new ChunkPlace(spec, 0, true, elements, scratch, 0, heads));
        FeatureChunk keys =
                FeatureChunk.of(new ChunkPlace(spec, 0, false, elements, scratch, FeatureChunk.SLOTS, heads));
        float[] tops = scratch.array(FIRST_SLOT, heads);
        float[] factors = scratch.array(FIRST_SLOT + 1, heads);
        Matrix query = queries.queries(rows(spec.q()));
        keys.keyExponents(rows(spec.k()), tops);
        if (before == null) {
            after.clear();
        }
        for (int h = 0; h < heads; h++) {
            scales(h, tops, factors);
        }
        Matrix key = keys.keys(tops);
        int underflows = 0;
        for (int h = 0; h < heads; h++) {
            CausalState next = after.of(h);
            attend(h, query.rows(h, h + 1), key.rows(h, h + 1), factors[h], next, out.rows(0, h));
            next.set(spec.features().exponential() ? tops[h] : 0, state(h).count() + 1);
            underflows += divide(query.rows(h, h + 1), next, out.rows(0, h));
        }
        return underflows;
    }

    /** Returns the heads' rows of one token, [H,D]. */
    private static Matrix rows(Heads token) {
        return new Matrix(token.block(), token.offset(), token.heads(), token.size(), (int) token.headStride());
    }

    private CausalState state(int head) {
        return before == null ? after.of(head) : before.of(head);
    }

    /** Makes a key's exponent R', and computes f; as {@link CausalScales} for one token. */
    private void scales(int head, float[] tops, float[] factors) {
        float a = spec.decays(head) ? spec.decay().rows(0, head).get(0, 0) : 0;
        if (!spec.features().exponential()) {
            tops[head] = 0;
            factors[head] = CausalScales.factor(-a);
            return;
        }
        float start = state(head).top() - a;
        tops[head] = Math.max(start, tops[head]);
        factors[head] = start == Float.NEGATIVE_INFINITY ? 1 : CausalScales.factor(start - tops[head]);
    }

    private void attend(int head, Matrix query, Matrix key, float factor, CausalState next, Matrix out) {
        CausalState last = state(head);
        Matrix v = spec.v().rows(0, head);
        float[] one = scratch.array(FIRST_SLOT + 2, 1);
        elements.advance(last.values, factor, key, v, query, next.values, out);
        one[0] = factor;
        elements.scaleRows(last.sum, one, next.sum);
        elements.addColumnSums(key, next.sum);
        one[0] = 1;
        elements.scaleRows(last.seen, one, next.seen);
        elements.addColumnSums(v, next.seen);
    }

    /** Adds ε, divides, and returns 1 if the sum of the weights underflowed: then the result is the mean of the values. */
    private int divide(Matrix query, CausalState next, Matrix out) {
        float[] sum = scratch.array(FIRST_SLOT + 3, 1);
        elements.dotRow(query, next.sum, sum);
        float denominator = sum[0];
        if (epsilon > 0) {
            elements.dotRow(query, ones, sum);
            sum[0] *= epsilon;
            denominator += sum[0] * next.count();
            elements.addScaledRows(next.seen, sum, out);
        }
        boolean under = Math.abs(denominator) < LinearAttentionKernel.THRESHOLD;
        sum[0] = under ? 1f / next.count() : 1 / denominator;
        elements.scaleRows(under ? next.seen : out, sum, out);
        return under ? 1 : 0;
    }
}
