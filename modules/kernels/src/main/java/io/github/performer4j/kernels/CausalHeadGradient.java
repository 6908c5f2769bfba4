package io.github.performer4j.kernels;

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

    CausalHeadGradient(CausalHead head) {
        this.head = head;
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
    }

    private Matrix room(int number, int rows, int columns) {
        return head.scratch.matrix(FIRST_MATRIX + number, rows, columns);
    }

    void run(Matrix out, Matrix error, Matrix dq, Matrix dk, Matrix dv) {
        HeadTask.zero(dState);
        HeadTask.zero(dSum);
        HeadTask.zero(dSeen);
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
        keyGradient(from, to, seen, query, b, rows, dk);
        queryGradient(from, to, key, b, start, e, dq);
        carry(query, start, e);
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

    private void keyGradient(int from, int to, float[] seen, Matrix query, Matrix b, Matrix rows, Matrix dk) {
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
        head.keyChunk.keyGradient(head.k.rows(from, to), d, g, dSum, seen, dk);
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

    private void carry(Matrix query, CausalState start, Matrix e) {
        if (scales.grows() && start.top() != scales.end()) {
            float factor = (float) Math.exp(start.top() - scales.end());
            head.multiplyAll(dState, factor);
            head.multiplyAll(dSum, factor);
        }
        Blas.transposedMultiply(query, e, 1, 1, dState);
        elements.addWeightedRows(query, dDenominators, dSum);
    }
}
