package io.github.performer4j.kernels.attention;

import io.github.performer4j.kernels.memory.FloatBlock;
import io.github.performer4j.kernels.memory.Matrix;
import io.github.performer4j.kernels.memory.Scratch;

/** What kinds of linear attention share: the rows of one batch item and head, their mask and decay, scratch memory. */
abstract class HeadTask {
    /** Scratch numbers below are those of the two feature chunks. */
    static final int FIRST_SLOT = 2 * FeatureChunk.SLOTS;

    final AttentionElements elements;
    final FeatureKernel features;
    final Matrix q;
    final Matrix k;
    final Matrix v;
    final int columns; // M
    final int valueSize; // Dv
    final int chunk; // C
    final float epsilon; // of keys, which tasks add; 0 where features hold it, and in a spec with decay or masks
    final Matrix decay; // a [T,1]; null if this head does not decay
    Matrix dDecay; // [T,1]; null if it is not wanted
    float[] logs; // receives log Σ_j φ(q_t)·φ(k_j) of each query, −∞ where it sees nothing or underflows; null if it is
    // not wanted
    final FeatureChunk queryChunk;
    final FeatureChunk keyChunk;
    final Scratch scratch;
    private final FloatBlock mask;
    private final long maskAt;
    private final float[] visible;

    /**
     * Takes scratch memory.
     *
     * @param index number of batch item and head
     * @param chunk the most rows that are mapped at once
     * @param keySlot first scratch number of the keys' features: {@link FeatureChunk#SLOTS}, or 0 where they and the queries' are never
     *     needed together, so that both fit the cache
     */
    HeadTask(LinearAttentionSpec spec, AttentionElements elements, Scratch scratch, int index, int chunk, int keySlot) {
        int b = index / spec.q().heads();
        int h = index % spec.q().heads();
        this.elements = elements;
        this.scratch = scratch;
        this.chunk = chunk;
        features = spec.features();
        q = spec.q().rows(b, h);
        k = spec.k().rows(b, h);
        v = spec.v().rows(b, h);
        columns = spec.columns();
        valueSize = spec.v().size();
        queryChunk = FeatureChunk.of(new ChunkPlace(spec, index, true, elements, scratch, 0, chunk));
        keyChunk = FeatureChunk.of(new ChunkPlace(spec, index, false, elements, scratch, keySlot, chunk));
        epsilon = features.exponential() && spec.decay() == null && spec.masks() == null ? features.epsilon() : 0;
        decay = spec.decays(h) ? spec.decay().rows(b, h) : null;
        mask = spec.mask();
        maskAt = (long) b * spec.k().tokens();
        visible = scratch.array(FIRST_SLOT, chunk);
    }

    /** Attends, and returns the number of underflowed rows. */
    abstract int forward(Matrix out);

    /** Differentiates. */
    abstract void backward(Matrix out, Matrix error, Matrix dq, Matrix dk, Matrix dv);

    /** Returns where 1/denominator of a query is saved. */
    long inverseAt(int token) {
        throw new IllegalStateException(
                "this task shares no denominators; task=" + getClass().getSimpleName());
    }

    /** Makes {@link #backward} write the gradient to decay, too; this head must decay. */
    final void decayGradient(Matrix da) {
        dDecay = da;
    }

    /** Makes {@link #backward} sum the gradient to W, too. */
    final void projectionGradient(ProjectionGradient.Set set) {
        queryChunk.projectionGradient(set);
        keyChunk.projectionGradient(set);
    }

    /** Returns which keys from row {@code from} on are visible, 1 or 0 each; null if there is no mask. */
    final float[] visible(int from, int n) {
        if (mask == null) {
            return null;
        }
        mask.read(maskAt + from, visible, 0, n);
        return visible;
    }

    /** Returns how many of n keys are visible. */
    static int count(float[] visible, int n) {
        if (visible == null) {
            return n;
        }
        int count = 0;
        for (int i = 0; i < n; i++) {
            count += visible[i] == 0 ? 0 : 1;
        }
        return count;
    }

    /** {@code sum += Σ visible rows}. */
    final void addVisible(Matrix rows, float[] seen, Matrix sum) {
        if (seen == null) {
            elements.addColumnSums(rows, sum);
        } else {
            elements.addWeightedRows(rows, seen, sum);
        }
    }

    /** Returns the largest exponent of visible keys, at least {@code least}; 0 if features have no exponents. */
    final float top(float[] exponents, float[] seen, int n, float least) {
        if (!features.exponential()) {
            return 0;
        }
        float top = least;
        for (int r = 0; r < n; r++) {
            if (seen == null || seen[r] != 0) {
                top = Math.max(top, exponents[r]);
            }
        }
        return top;
    }

    /**
     * Divides rows that see all visible keys, leaves 1/denominator in its place, and returns how many underflowed:
     * they become the mean of the values.
     *
     * @param values Σ visible v [1,Dv]
     * @param count of visible keys, not 0
     */
    final int divide(Matrix part, float[] denominators, Matrix values, int count) {
        int underflows = 0;
        for (int r = 0; r < part.rows(); r++) {
            denominators[r] = Math.abs(denominators[r]) < LinearAttentionKernel.THRESHOLD ? 0 : 1 / denominators[r];
            underflows += denominators[r] == 0 ? 1 : 0;
        }
        elements.scaleRows(part, denominators, part);
        for (int r = 0; underflows > 0 && r < part.rows(); r++) {
            if (denominators[r] == 0) {
                mean(values, count, part, r);
            }
        }
        return underflows;
    }

    /**
     * Writes logarithms of sums of a chunk's queries, if they are wanted.
     *
     * @param c stabilisers of their keys; null for {@code all}
     * @param inverses 1/denominator, 0 where it is not used
     */
    final void logs(int from, int n, float[] c, float all, float[] inverses) {
        if (logs == null) {
            return;
        }
        float[] units = scratch.array(FIRST_SLOT + 18, chunk);
        queryChunk.queryUnits(q.rows(from, from + n), units);
        for (int r = 0; r < n; r++) {
            float stabilizer = c == null ? all : c[r];
            logs[from + r] =
                    inverses[r] == 0 ? Float.NEGATIVE_INFINITY : units[r] + stabilizer - (float) Math.log(inverses[r]);
        }
    }

    static void zero(Matrix m) {
        for (int r = 0; r < m.rows(); r++) {
            m.block().fill(m.at(r), m.columns(), 0);
        }
    }

    /** Writes row / n into a row of out. */
    static void mean(Matrix sum, int n, Matrix out, int row) {
        for (int i = 0; i < sum.columns(); i++) {
            out.set(row, i, sum.get(0, i) / n);
        }
    }

    final void multiplyAll(Matrix m, float factor) {
        multiply(m, factor, m);
    }

    /** {@code out = factor · m}; out may be m. */
    final void multiply(Matrix m, float factor, Matrix out) {
        float[] factors = scratch.array(FIRST_SLOT + 1, m.rows());
        java.util.Arrays.fill(factors, 0, m.rows(), factor);
        elements.scaleRows(m, factors, out);
    }
}
