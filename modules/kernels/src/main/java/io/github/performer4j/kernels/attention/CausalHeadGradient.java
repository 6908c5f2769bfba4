package io.github.performer4j.kernels.attention;

import io.github.performer4j.kernels.memory.Matrix;
import io.github.performer4j.kernels.product.Blas;

/**
 * The gradient of {@link CausalHead}: over the chunks in reverse, from the state saved at each one's start.
 *
 * <p>With e_t the error over its denominator, d_t the derivative of the denominator, B_tj = (e_t·v_j + d_t) exp(c_j − c_t) for j ≤ t, f = exp(R −
 * c_t), g = exp(c_j − R'), and dS, dz of the state behind the chunk:
 *
 * <ul>
 *   <li>{@code dφ(q_t) = Σ_j B_tj φ_j + f_t (S e_t + z d_t) + ε(e_t·Σ_{j≤t} v_j + d_t·count_t)}
 *   <li>{@code dφ_j = Σ_t B_tj φ(q_t) + g_j (dS v_j + dz)}
 *   <li>{@code dv_j = Σ_t A_tj e_t + g_j dSᵀ φ_j + Σ_{t≥j} ε|φ(q_t)|₁ e_t}, the last sum over all later tokens
 *   <li>before the chunk, {@code dS = exp(R − R') dS + Σ_t f_t φ(q_t) e_tᵀ}, {@code dz} alike
 * </ul>
 *
 * <p>With decay, {@code da_s = Σ_{t≥s} dA_t} over the tokens of the chunk, {@code dA_t = φ_t·dφ_t}, for the last one less {@code ⟨dS, S'⟩ + dz·z'}: queries give nothing, since a row does
 * not change when its query's features are scaled.
 */
final class CausalHeadGradient {
    private static final int FIRST_MATRIX = HeadTask.FIRST_SLOT + 5;
    private static final int FIRST_ARRAY = HeadTask.FIRST_SLOT + 9;

    private final CausalHead head;
    private final AttentionElements elements;
    private final CausalScales scales;
    private final Matrix dState; // [M,Dv]
    private final Matrix dSum; // [1,M]
    private final Matrix dSeen; // to the running sum of values [1,Dv]
    private final Matrix running; // Σ visible v [1,Dv]
    private final float[] inverses;
    private final float[] dDenominators;
    private final float[] constants;
    private final float[] unit;
    private final float[] ofKeys;
    private final float[] throughSum;
    private final float[] ofRows;
    private final CausalState after; // of the forward pass; null if no gradient comes from behind
    private final CausalState dAfter;
    private final CausalState dBefore; // null if it is not wanted

    CausalHeadGradient(CausalHead head, Carried carried, int index) {
        this.head = head;
        dAfter = carried.dAfter() == null ? null : carried.dAfter().of(index);
        dBefore = carried.dBefore() == null ? null : carried.dBefore().of(index);
        after = dAfter == null ? null : carried.after().of(index);
        elements = head.elements;
        scales = head.scales;
        dState = room(0, head.columns, head.valueSize);
        dSum = room(1, 1, head.columns);
        dSeen = room(2, 1, head.valueSize);
        running = room(3, 1, head.valueSize);
        inverses = head.scratch.array(FIRST_ARRAY, head.chunk);
        dDenominators = head.scratch.array(FIRST_ARRAY + 1, head.chunk);
        constants = head.scratch.array(FIRST_ARRAY + 2, head.chunk);
        unit = head.scratch.array(FIRST_ARRAY + 3, head.chunk);
        java.util.Arrays.fill(unit, 1);
        ofKeys = head.scratch.array(FIRST_ARRAY + 6, head.chunk);
        throughSum = head.scratch.array(FIRST_ARRAY + 7, head.chunk);
        ofRows = head.scratch.array(FIRST_ARRAY + 8, head.columns);
    }

    private Matrix room(int number, int rows, int columns) {
        return head.scratch.matrix(FIRST_MATRIX + number, rows, columns);
    }

    void run(Matrix out, Matrix error, Matrix dq, Matrix dk, Matrix dv) {
        if (dAfter == null) {
            HeadTask.zero(dState);
            HeadTask.zero(dSum);
            HeadTask.zero(dSeen);
        } else {
            elements.scaleRows(dAfter.values, head.unit, dState);
            elements.scaleRows(dAfter.sum, head.unit, dSum);
            elements.scaleRows(dAfter.seen, head.unit, dSeen);
        }
        int last = (head.q.rows() - 1) / head.chunk * head.chunk;
        for (int from = last; from >= 0; from -= head.chunk) {
            int to = Math.min(head.q.rows(), from + head.chunk);
            chunk(
                    from,
                    to,
                    out.rows(from, to),
                    error.rows(from, to),
                    dq.rows(from, to),
                    dk.rows(from, to),
                    dv.rows(from, to));
        }
        if (dBefore != null) {
            elements.scaleRows(dState, head.unit, dBefore.values);
            elements.scaleRows(dSum, head.unit, dBefore.sum);
            elements.scaleRows(dSeen, head.unit, dBefore.seen);
            dBefore.set(0, 0);
        }
    }

    private void chunk(int from, int to, Matrix out, Matrix error, Matrix dq, Matrix dk, Matrix dv) {
        int n = to - from;
        float[] seen = head.visible(from, n);
        CausalState start = head.savedState(from);
        Matrix rows = head.v.rows(from, to);
        Matrix query = head.queryChunk.queries(head.q.rows(from, to));
        Matrix key = head.keys(from, to, seen, start);
        Matrix weights = head.weights(query, key);
        Matrix e = quotient(from, out, error);
        Matrix b = room(4, n, n);
        Blas.multiplyTransposed(e, rows, 1, 0, b);
        elements.addOuter(b, dDenominators, head.ones.columns(0, n), null);
        elements.causal(b, scales.grows() ? scales.c : null);

        Blas.multiply(key, dState, 1, 0, dv);
        if (scales.grows()) {
            elements.scaleRows(dv, scales.toState, dv);
        }
        Blas.transposedMultiply(weights, e, 1, 1, dv);
        constants(query, rows, seen, start, e);
        seenGradient(start, seen, error, e, dv);
        keyGradient(from, to, seen, query, key, b, rows, dk);
        queryGradient(from, to, key, b, start, e, dq);
        carry(query, e);
    }

    /** Computes e and d of the chunk. */
    private Matrix quotient(int from, Matrix out, Matrix error) {
        int n = out.rows();
        head.saved.read(head.inverseAt(from), inverses, 0, n);
        elements.dots(error, out, dDenominators);
        for (int r = 0; r < n; r++) {
            dDenominators[r] *= -inverses[r];
        }
        Matrix e = room(5, n, head.valueSize);
        elements.scaleRows(error, inverses, e);
        return e;
    }

    /** Computes what ε adds to the derivative of every feature of a query. */
    private void constants(Matrix query, Matrix rows, float[] seen, CausalState start, Matrix e) {
        int n = rows.rows();
        if (head.epsilon == 0) {
            return;
        }
        head.mass(query);
        Matrix sums = room(6, n, head.valueSize);
        HeadTask.zero(sums);
        elements.scaleRows(start.seen, unit, running);
        elements.addRunningSums(rows, seen, unit, running, sums);
        elements.dots(e, sums, constants);
        int count = start.count();
        for (int r = 0; r < n; r++) {
            count += seen == null || seen[r] != 0 ? 1 : 0;
            constants[r] = head.epsilon * (constants[r] + dDenominators[r] * count);
        }
    }

    /** Adds to dv what comes through running sums of values: the terms of ε, and the means of underflowed rows. */
    private void seenGradient(CausalState start, float[] seen, Matrix error, Matrix e, Matrix dv) {
        int n = e.rows();
        Matrix u = room(6, n, head.valueSize);
        if (head.epsilon > 0) {
            elements.scaleRows(e, head.mass, u);
        } else {
            HeadTask.zero(u);
        }
        int count = start.count();
        for (int r = 0; r < n; r++) {
            count += seen == null || seen[r] != 0 ? 1 : 0;
            if (inverses[r] == 0 && count > 0) {
                float[] share = {1f / count};
                elements.scaleRows(error.rows(r, r + 1), share, u.rows(r, r + 1));
            }
        }
        elements.addReverseSums(u, seen, dSeen, dv);
    }

    private void keyGradient(
            int from, int to, float[] seen, Matrix query, Matrix key, Matrix b, Matrix rows, Matrix dk) {
        int n = to - from;
        Matrix d = room(7, n, head.columns);
        Matrix scaled = rows;
        if (scales.grows()) {
            scaled = room(8, n, head.valueSize);
            elements.scaleRows(rows, scales.toState, scaled);
        }
        Blas.transposedMultiply(b, query, 1, 0, d);
        Blas.multiplyTransposed(scaled, dState, 1, 1, d);
        float[] g = scales.grows() ? scales.toState : null;
        if (head.dDecay != null) {
            decayGradient(from, to, seen, key, d, g);
        }
        head.keyChunk.keyGradient(head.k.rows(from, to), d, g, dSum, seen, dk);
    }

    /** Writes da, from the keys' features and their gradient {@code d + g ⊗ dz}. */
    private void decayGradient(int from, int to, float[] seen, Matrix key, Matrix d, float[] g) {
        int n = to - from;
        elements.dots(key, d, ofKeys);
        elements.dotRow(key, dSum, throughSum);
        double sum = -ofState(to);
        for (int t = n - 1; t >= 0; t--) {
            sum += ofKeys[t] + (g == null ? throughSum[t] : g[t] * throughSum[t]);
            head.dDecay.set(from + t, 0, seen == null || seen[t] != 0 ? (float) sum : 0);
        }
    }

    /** Returns ⟨dS, S'⟩ + dz·z' of the state behind the chunk. */
    private double ofState(int to) {
        CausalState next = to < head.q.rows() ? head.savedState(to) : after;
        if (next == null) {
            return 0;
        }
        elements.dots(dState, next.values, ofRows);
        double sum = 0;
        for (int i = 0; i < head.columns; i++) {
            sum += ofRows[i];
        }
        elements.dots(dSum, next.sum, ofRows);
        return sum + ofRows[0];
    }

    private void queryGradient(int from, int to, Matrix key, Matrix b, CausalState start, Matrix e, Matrix dq) {
        Matrix d = room(7, to - from, head.columns);
        Blas.multiply(b, key, 1, 0, d);
        if (scales.grows()) { // e and d count what the state counts in their rows from here on
            elements.scaleRows(e, scales.fromState, e);
            for (int r = 0; r < to - from; r++) {
                dDenominators[r] *= scales.fromState[r];
            }
        }
        Blas.multiplyTransposed(e, start.values, 1, 1, d);
        float[] constant = head.epsilon == 0 ? null : constants;
        head.queryChunk.queryGradient(head.q.rows(from, to), d, dDenominators, start.sum, constant, dq);
    }

    private void carry(Matrix query, Matrix e) {
        if (scales.grows() && scales.factor() != 1) {
            head.multiplyAll(dState, scales.factor());
            head.multiplyAll(dSum, scales.factor());
        }
        Blas.transposedMultiply(query, e, 1, 1, dState);
        elements.addWeightedRows(query, dDenominators, dSum);
    }
}
