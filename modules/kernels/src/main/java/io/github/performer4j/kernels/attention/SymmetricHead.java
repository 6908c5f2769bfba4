package io.github.performer4j.kernels.attention;

import io.github.performer4j.kernels.memory.FloatBlock;
import io.github.performer4j.kernels.memory.Matrix;
import io.github.performer4j.kernels.memory.Scratch;
import io.github.performer4j.kernels.product.Blas;

/**
 * Bidirectional linear attention of one head with decay a ≥ 0: key j counts {@code exp(−|A_t − A_j|)} in row t, A the
 * running sum of a. In chunks: inside a chunk a whole square, to its left the sums {@code S, z}, to its right {@code B, y}.
 *
 * <p>With A from the chunk's start, and A' its last, a chunk's keys enter the sums before the next chunk and those
 * behind the one before it as
 *
 * <ul>
 *   <li>{@code S' = exp(−A') S + Σ_j exp(A_j − A') φ_j v_jᵀ}
 *   <li>{@code B' = exp(−A') B + Σ_j exp(−A_j) φ_j v_jᵀ}
 * </ul>
 *
 * and a row is {@code Σ_j exp(−|A_t − A_j|) φ(q_t)·φ_j v_j + exp(−A_t) φ(q_t)ᵀS + exp(A_t − A') φ(q_t)ᵀB}, over the
 * same of ones: z, y. Keys have no ε.
 *
 * <p>The sums behind each chunk are made first, from right to left, then rows and the sums before each chunk, from left
 * to right. A backward pass goes from right to left, so it makes the former anew, and only the latter are kept.
 *
 * <p>The stabiliser of keys is their maximum. The first pass knows only that of the keys so far, and when it grows,
 * rescales; the second brings what the first has kept to that of all.
 */
final class SymmetricHead extends HeadTask {
    /** Tokens of a chunk; with 48, 64 and 96 forward and backward take the same time, with 64 for fewer states than 48. */
    static final int CHUNK = 64;

    final SymmetricScales scales;
    final SymmetricStore store;
    final float[] exponents;
    final Matrix side; // room for what comes from one side [C,Dv]
    private final Matrix values; // Σ visible v [1,Dv]
    private final Matrix ones; // [1,C]
    private final Matrix weightRoom; // [1,C·C]
    private final Matrix perChunk; // a row of sums for each
    private final float[] weightValues;
    private final float[] tops; // stabiliser of the sums behind each chunk
    private final float[] denominators;
    private final float[] sideDenominators;
    private float stabilizer; // of all keys, once the first pass is through

    SymmetricHead(
            LinearAttentionSpec spec,
            AttentionElements elements,
            Scratch scratch,
            int index,
            FloatBlock saved,
            long savedAt) {
        super(spec, elements, scratch, index, CHUNK, FeatureChunk.SLOTS);
        values = scratch.matrix(FIRST_SLOT, 1, valueSize);
        ones = scratch.matrix(FIRST_SLOT + 1, 1, chunk);
        ones.block().fill(0, chunk, 1);
        weightRoom = scratch.matrix(FIRST_SLOT + 2, 1, chunk * chunk);
        side = scratch.matrix(FIRST_SLOT + 3, chunk, valueSize);
        store = new SymmetricStore(spec, chunk, saved, savedAt, scratch, FIRST_SLOT + 4);
        int length = Math.toIntExact(SideSums.length(columns, valueSize));
        perChunk = scratch.matrix(FIRST_SLOT + 6, store.chunks(), length);
        scales = new SymmetricScales(elements, scratch, FIRST_SLOT + 2, FIRST_SLOT + 5, chunk);
        exponents = scratch.array(FIRST_SLOT + 7, chunk);
        tops = scratch.array(FIRST_SLOT + 8, store.chunks());
        denominators = scratch.array(FIRST_SLOT + 9, chunk);
        sideDenominators = scratch.array(FIRST_SLOT + 10, chunk);
        weightValues = scratch.array(FIRST_SLOT + 11, chunk * chunk);
    }

    static long saved(LinearAttentionSpec spec) {
        return SymmetricStore.length(spec, CHUNK);
    }

    /** Returns scratch memory for a chunk's sums: forward of what stands behind it, as it counts at its last token. */
    SideSums chunkSums(int number) {
        return new SideSums(perChunk.block(), perChunk.at(number), columns, valueSize);
    }

    /** Returns the token behind a chunk. */
    int end(int number) {
        return Math.min(k.rows(), (number + 1) * chunk);
    }

    @Override
    int forward(Matrix out) {
        int count = sumRight();
        int underflows = 0;
        if (count > 0) {
            store.left(0).clear();
        }
        for (int i = 0; i < store.chunks(); i++) {
            Matrix part = out.rows(i * chunk, end(i));
            if (count == 0) {
                zero(part);
                java.util.Arrays.fill(denominators, 0, part.rows(), 0);
            } else {
                rows(i, part);
                underflows += divide(part, denominators, values, count);
            }
            store.inverses(i * chunk, part.rows(), denominators);
        }
        return underflows;
    }

    /** Makes the sums behind each chunk; returns the number of visible keys. */
    private int sumRight() {
        zero(values);
        float c = features.exponential() ? Float.NEGATIVE_INFINITY : 0;
        int count = 0;
        int last = store.chunks() - 1;
        chunkSums(last).clear();
        for (int i = last; i >= 0; i--) {
            int from = i * chunk;
            int n = end(i) - from;
            float[] seen = visible(from, n);
            int more = count(seen, n);
            tops[i] = c;
            if (more == 0) {
                if (i > 0) {
                    chunkSums(i - 1).scaled(chunkSums(i), 1, this);
                }
                continue;
            }
            keyChunk.keyExponents(k.rows(from, from + n), exponents);
            float top = top(exponents, seen, n, c);
            addVisible(v.rows(from, from + n), seen, values);
            if (i > 0) {
                scales.of(decay, from, from + n, seen);
                Matrix key = keys(n, seen, top);
                Matrix rows = scale(v.rows(from, from + n), scales.left);
                float factor = count == 0 ? 1 : scales.across() * (float) Math.exp(c - top);
                chunkSums(i - 1).advanced(chunkSums(i), factor, key, rows, scales.left, this);
            }
            c = top;
            count += more;
        }
        stabilizer = c;
        store.stabilizer(c, count);
        return count;
    }

    private Matrix scale(Matrix rows, float[] factors) {
        Matrix scaled = side.rows(0, rows.rows());
        elements.scaleRows(rows, factors, scaled);
        return scaled;
    }

    /** Returns φ_j exp(−c) of the n keys that were begun with, 0 in masked rows. */
    private Matrix keys(int n, float[] seen, float c) {
        java.util.Arrays.fill(exponents, 0, n, c);
        Matrix key = keyChunk.keys(exponents);
        if (seen != null) {
            elements.zeroRows(key, seen);
        }
        return key;
    }

    /** Returns φ_j exp(−c) of a chunk, 0 in masked rows. */
    Matrix keys(int from, int to, float[] seen, float c) {
        keyChunk.keyExponents(k.rows(from, to), exponents);
        return keys(to - from, seen, c);
    }

    /** Computes rows and their denominators, not divided yet, and the sums before the next chunk. */
    private void rows(int i, Matrix out) {
        int from = i * chunk;
        int to = end(i);
        float[] seen = visible(from, to - from);
        scales.of(decay, from, to, seen);
        SideSums left = store.left(i);
        SideSums right = chunkSums(i);
        if (tops[i] != stabilizer) {
            right.scaled(right, (float) Math.exp(tops[i] - stabilizer), this);
        }
        Matrix rows = v.rows(from, to);
        Matrix query = queryChunk.queries(q.rows(from, to));
        Matrix key = keys(from, to, seen, stabilizer);
        Matrix weights = weights(query, key, weightValues);
        Matrix fromRight = side.rows(0, to - from);
        Blas.multiply(query, left.values, 1, 0, out);
        Blas.multiply(query, right.values, 1, 0, fromRight);
        elements.scaleRows(out, scales.left, out);
        elements.addScaledRows(fromRight, scales.right, out);
        Blas.multiply(weights, rows, 1, 1, out);
        denominators(query, weights, left, right);
        if (i < store.chunks() - 1) {
            store.left(i + 1).advanced(left, scales.across(), key, scale(rows, scales.right), scales.right, this);
        }
    }

    private void denominators(Matrix query, Matrix weights, SideSums left, SideSums right) {
        elements.dotRow(weights, ones.columns(0, weights.columns()), denominators);
        elements.dotRow(query, left.sum, sideDenominators);
        for (int r = 0; r < query.rows(); r++) {
            denominators[r] += scales.left[r] * sideDenominators[r];
        }
        elements.dotRow(query, right.sum, sideDenominators);
        for (int r = 0; r < query.rows(); r++) {
            denominators[r] += scales.right[r] * sideDenominators[r];
        }
    }

    /**
     * Returns {@code exp(−|A_t − A_j|) φ(q_t)·φ_j} of a chunk, [n,n].
     *
     * @param out receives the same, row by row
     */
    Matrix weights(Matrix query, Matrix key, float[] out) {
        int n = query.rows();
        Matrix weights = Matrix.of(weightRoom.block(), n, n);
        Blas.multiplyTransposed(query, key, 1, 0, weights);
        scales.weigh(weights, out);
        return weights;
    }

    @Override
    void backward(Matrix out, Matrix error, Matrix dq, Matrix dk, Matrix dv) {
        if (store.count() == 0) {
            zero(dq);
            zero(dk);
            zero(dv);
            if (dDecay != null) {
                zero(dDecay);
            }
            return;
        }
        new SymmetricHeadGradient(this).run(out, error, dq, dk, dv);
    }
}
