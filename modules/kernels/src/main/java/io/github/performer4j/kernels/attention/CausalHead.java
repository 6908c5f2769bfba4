package io.github.performer4j.kernels.attention;

import io.github.performer4j.kernels.memory.FloatBlock;
import io.github.performer4j.kernels.memory.Matrix;
import io.github.performer4j.kernels.memory.Scratch;
import io.github.performer4j.kernels.product.Blas;

/**
 * Causal linear attention of one head, in chunks: inside a chunk a masked square, before it the state S, z.
 *
 * <p>The stabiliser of token t is the running maximum {@code c_t = max_{j≤t} s_j} of the keys' exponents, so that no later token changes an
 * earlier output. Key j is kept as {@code φ_j exp(−c_j)}; in row t it counts {@code exp(c_j − c_t)}, and in the state at the end of the chunk
 * {@code exp(c_j − R')}; see {@link CausalScales}. All of these are 1, and skipped, where the maximum does not grow. The terms of ε are
 * running sums of the values and their count, which rescaling leaves alone. {@link CausalHeadGradient} goes back.
 *
 * <p>With decay a ≥ 0, key j counts {@code exp(−Σ_{j<s≤t} a_s)} in row t, and keys have no ε. What an earlier part of the sequence left, {@link Carried}, stands before the first chunk.
 */
final class CausalHead extends HeadTask {
    /** Tokens of a chunk; forward and backward took 123, 125, 159 and 188 ms with 32, 48, 64 and 96 (T = 1,024, D = 64, M = 256). */
    static final int CHUNK = 48;

    final CausalScales scales;
    final float[] mass; // ε Σ_i φ_i(q_t)
    final Matrix ones; // [1,max(C,M)]
    final FloatBlock saved; // the state at each chunk's start, then 1/denominator per token
    private final long savedAt;
    private final CausalState state; // where that behind the part is wanted, if it is
    final float[] unit; // ones
    private final float[] sums; // of a, within a chunk
    private final CausalState before; // null for nothing
    private final Carried carried;
    private final int index;

    CausalHead(
            LinearAttentionSpec spec,
            AttentionElements elements,
            Scratch scratch,
            int index,
            FloatBlock saved,
            long savedAt,
            Carried carried) {
        super(spec, elements, scratch, index, CHUNK, FeatureChunk.SLOTS);
        this.saved = saved;
        this.savedAt = savedAt;
        this.carried = carried;
        this.index = index;
        before = carried.before() == null ? null : carried.before().of(index);
        CausalState after = carried.after() == null ? null : carried.after().of(index);
        sums = decay == null ? null : scratch.array(FIRST_SLOT + 14, chunk);
        scales = new CausalScales(scratch, FIRST_SLOT + 2, FIRST_SLOT + 13, chunk);
        mass = scratch.array(FIRST_SLOT + 5, chunk);
        state = after == null ? inScratch() : after;
        int wide = Math.max(chunk, columns);
        ones = scratch.matrix(FIRST_SLOT + 1, 1, wide);
        ones.block().fill(0, wide, 1);
        unit = scratch.array(FIRST_SLOT + 6, wide);
        java.util.Arrays.fill(unit, 1);
    }

    private CausalState inScratch() {
        Matrix room = scratch.matrix(FIRST_SLOT, 1, (int) CausalState.length(columns, valueSize));
        return new CausalState(room.block(), 0, columns, valueSize);
    }

    static long saved(LinearAttentionSpec spec) {
        return chunks(spec.q().tokens())
                        * CausalState.length(spec.columns(), spec.v().size())
                + spec.q().tokens();
    }

    private static long chunks(int tokens) {
        return (tokens + CHUNK - 1L) / CHUNK;
    }

    /** Returns the saved state at the start of the chunk that begins with token {@code from}. */
    CausalState savedState(int from) {
        return new CausalState(
                saved, savedAt + from / chunk * CausalState.length(columns, valueSize), columns, valueSize);
    }

    /** Returns where 1/denominator of a token is saved. */
    @Override
    long inverseAt(int token) {
        return savedAt + chunks(q.rows()) * CausalState.length(columns, valueSize) + token;
    }

    @Override
    int forward(Matrix out) {
        if (before == null) {
            state.clear();
        } else {
            state.copy(before, unit, elements);
        }
        int underflows = 0;
        for (int from = 0; from < q.rows(); from += chunk) {
            int to = Math.min(q.rows(), from + chunk);
            if (saved != null) {
                savedState(from).copy(state, unit, elements);
            }
            underflows += forward(from, to, out.rows(from, to));
        }
        return underflows;
    }

    private int forward(int from, int to, Matrix out) {
        int n = to - from;
        float[] seen = visible(from, n);
        Matrix rows = v.rows(from, to);
        Matrix query = queryChunk.queries(q.rows(from, to));
        Matrix key = keys(from, to, seen, state);
        Matrix weights = weights(query, key);
        float[] denominators = denominators(query, weights);
        Blas.multiply(query, state.values, 1, 0, out);
        if (scales.grows()) {
            elements.scaleRows(out, scales.fromState, out);
        }
        Blas.multiply(weights, rows, 1, 1, out);
        Matrix after = scratch.matrix(FIRST_SLOT + 3, 1, valueSize);
        elements.scaleRows(state.seen, unit, after);
        if (epsilon > 0) {
            mass(query);
            elements.addRunningSums(rows, seen, mass, after, out);
            int count = state.count();
            for (int r = 0; r < n; r++) {
                count += seen == null || seen[r] != 0 ? 1 : 0;
                denominators[r] += mass[r] * count;
            }
        } else {
            addVisible(rows, seen, after);
        }
        int underflows = divide(out, rows, seen, denominators);
        logs(from, n, scales.c, 0, denominators);
        if (saved != null) {
            saved.write(inverseAt(from), denominators, 0, n);
        }
        advance(key, rows, count(seen, n));
        elements.scaleRows(after, unit, state.seen);
        return underflows;
    }

    /** Returns φ(k_j) exp(−c_j) of a chunk, 0 in masked rows, and computes its scales. */
    Matrix keys(int from, int to, float[] seen, CausalState start) {
        keyChunk.keyExponents(k.rows(from, to), scales.c);
        if (features.exponential()) {
            scales.of(seen, to - from, start.top(), decays(from, to, seen));
        } else {
            scales.none(to - from, decays(from, to, seen));
        }
        Matrix key = keyChunk.keys(scales.kept());
        if (seen != null) {
            elements.zeroRows(key, seen);
        }
        return key;
    }

    /** Returns A_t; null without decay. */
    private float[] decays(int from, int to, float[] seen) {
        float sum = 0;
        for (int t = from; sums != null && t < to; t++) {
            sum += seen == null || seen[t - from] != 0 ? decay.get(t, 0) : 0;
            sums[t - from] = sum;
        }
        return sums;
    }

    /** Returns what token t of the chunk gives to its token j, [n,n]. */
    Matrix weights(Matrix query, Matrix key) {
        Matrix weights = scratch.matrix(FIRST_SLOT + 2, query.rows(), key.rows());
        Blas.multiplyTransposed(query, key, 1, 0, weights);
        elements.causal(weights, scales.grows() ? scales.c : null);
        return weights;
    }

    /** Computes {@code mass[t] = ε Σ_i φ_i(q_t)}. */
    void mass(Matrix query) {
        elements.dotRow(query, ones.columns(0, columns), mass);
        for (int r = 0; r < query.rows(); r++) {
            mass[r] *= epsilon;
        }
    }

    private float[] denominators(Matrix query, Matrix weights) {
        float[] denominators = scratch.array(FIRST_SLOT + 7, chunk);
        float[] inner = scratch.array(FIRST_SLOT + 8, chunk);
        elements.dotRow(query, state.sum, denominators);
        elements.dotRow(weights, ones.columns(0, weights.columns()), inner);
        for (int r = 0; r < query.rows(); r++) {
            denominators[r] = (scales.grows() ? scales.fromState[r] * denominators[r] : denominators[r]) + inner[r];
        }
        return denominators;
    }

    /** Divides, leaves 1/denominator in its place, and returns the number of rows that underflowed. */
    private int divide(Matrix out, Matrix rows, float[] seen, float[] denominators) {
        boolean small = false;
        for (int r = 0; r < out.rows(); r++) {
            boolean under = Math.abs(denominators[r]) < LinearAttentionKernel.THRESHOLD;
            denominators[r] = under ? 0 : 1 / denominators[r];
            small |= under;
        }
        elements.scaleRows(out, denominators, out);
        return small ? means(out, rows, seen, denominators) : 0;
    }

    /** Rows that see keys, but underflowed, become the mean of the values they see. */
    private int means(Matrix out, Matrix rows, float[] seen, float[] denominators) {
        int underflows = 0;
        int count = state.count();
        float[] none = new float[1];
        Matrix running = scratch.matrix(FIRST_SLOT + 4, 1, valueSize);
        elements.scaleRows(state.seen, unit, running);
        for (int r = 0; r < out.rows(); r++) {
            if (seen == null || seen[r] != 0) {
                count++;
                elements.addRunningSums(rows.rows(r, r + 1), null, none, running, out.rows(r, r + 1));
            }
            if (denominators[r] == 0 && count > 0) {
                mean(running, count, out, r);
                underflows++;
            }
        }
        return underflows;
    }

    private void advance(Matrix key, Matrix rows, int more) {
        if (scales.grows()) {
            if (state.count() > 0 && scales.factor() != 1) {
                multiplyAll(state.values, scales.factor());
                multiplyAll(state.sum, scales.factor());
            }
            elements.scaleRows(key, scales.toState, key);
        }
        Blas.transposedMultiply(key, rows, 1, 1, state.values);
        elements.addColumnSums(key, state.sum);
        int count = state.count() + more;
        state.set(features.exponential() ? scales.end() : 0, count);
    }

    @Override
    void backward(Matrix out, Matrix error, Matrix dq, Matrix dk, Matrix dv) {
        new CausalHeadGradient(this, carried, index).run(out, error, dq, dk, dv);
    }
}
