package io.github.performer4j.kernels.attention;

import io.github.performer4j.kernels.memory.FloatBlock;
import io.github.performer4j.kernels.memory.Matrix;
import io.github.performer4j.kernels.memory.Scratch;
import io.github.performer4j.kernels.product.Blas;

/**
 * Bidirectional linear attention of one head: {@code S = Σ_j φ(k_j) v_jᵀ, z = Σ_j φ(k_j), out_t = φ(q_t)ᵀS / φ(q_t)ᵀz}.
 *
 * <p>The stabiliser of keys is their maximum so far: when it grows, S and z are rescaled, and what has no scale, ε·Σv and ε·count, is added
 * at the end. Backward, with e_t the error over its denominator: {@code dS = Σ_t φ(q_t) e_tᵀ}, {@code dv_j = φ(k_j)ᵀ dS},
 * {@code dφ(k_j) = dS v_j + dz}, {@code dφ(q_t) = S e_t + z·dden_t}.
 */
final class BidirectionalHead extends HeadTask {
    /** Values of a chunk's features: they and their gradients stay in a core's cache of a megabyte beside the state. */
    private static final int CHUNK_VALUES = 3 << 14;

    private static final int LARGEST_CHUNK = 256;

    private final Matrix state; // S [M,Dv]
    private final Matrix sum; // z [1,M]
    private final Matrix values; // Σ visible v [1,Dv]
    private final FloatBlock inverse; // 1/denominator per query, 0 where it is not used
    private final long inverseAt;
    private final Matrix stabilizer; // c and the number of visible keys [1,2]

    BidirectionalHead(
            LinearAttentionSpec spec,
            AttentionElements elements,
            Scratch scratch,
            int index,
            FloatBlock saved,
            long at) {
        super(spec, elements, scratch, index, chunk(spec.columns()), 0);
        boolean keep = saved != null;
        long s = at;
        state = keep ? new Matrix(saved, s, columns, valueSize, valueSize) : room(0, columns, valueSize);
        s += (long) columns * valueSize;
        sum = keep ? new Matrix(saved, s, 1, columns, columns) : room(1, 1, columns);
        s += columns;
        values = keep ? new Matrix(saved, s, 1, valueSize, valueSize) : room(2, 1, valueSize);
        s += valueSize;
        stabilizer = keep ? new Matrix(saved, s, 1, 2, 2) : room(3, 1, 2);
        s += 2;
        inverse = saved;
        inverseAt = s;
    }

    private Matrix room(int number, int rows, int cols) {
        return scratch.matrix(FIRST_SLOT + number, rows, cols);
    }

    private static int chunk(int columns) {
        int fitting = CHUNK_VALUES / columns / 16 * 16;
        return Math.min(LARGEST_CHUNK, Math.max(32, fitting));
    }

    static long saved(LinearAttentionSpec spec) {
        long m = spec.columns();
        long d = spec.v().size();
        return m * d + m + d + 2 + spec.q().tokens();
    }

    @Override
    int forward(Matrix out) {
        int count = sumKeys();
        float[] denominators = scratch.array(FIRST_SLOT + 2, chunk);
        int underflows = 0;
        for (int from = 0; from < q.rows(); from += chunk) {
            int to = Math.min(q.rows(), from + chunk);
            Matrix part = out.rows(from, to);
            if (count == 0) {
                zero(part);
                java.util.Arrays.fill(denominators, 0, to - from, 0);
            } else {
                Matrix phi = queryChunk.queries(q.rows(from, to));
                elements.dotRow(phi, sum, denominators);
                Blas.multiply(phi, state, 1, 0, part);
                underflows += divide(part, denominators, values, count);
            }
            logs(from, to - from, null, stabilizer.get(0, 0), denominators);
            if (inverse != null) {
                inverse.write(inverseAt + from, denominators, 0, to - from);
            }
        }
        return underflows;
    }

    @Override
    long inverseAt(int token) {
        return inverseAt + token;
    }

    /** Fills S and z; returns the number of visible keys. */
    private int sumKeys() {
        zero(state);
        zero(sum);
        zero(values);
        float[] exponents = scratch.array(FIRST_SLOT + 3, chunk);
        float c = features.exponential() ? Float.NEGATIVE_INFINITY : 0;
        int count = 0;
        for (int from = 0; from < k.rows(); from += chunk) {
            int to = Math.min(k.rows(), from + chunk);
            float[] seen = visible(from, to - from);
            int more = count(seen, to - from);
            if (more == 0) {
                continue;
            }
            keyChunk.keyExponents(k.rows(from, to), exponents);
            float top = top(exponents, seen, to - from, c);
            if (top > c && count > 0) {
                float factor = (float) Math.exp(c - top);
                multiplyAll(state, factor);
                multiplyAll(sum, factor);
            }
            c = top;
            count += more;
            java.util.Arrays.fill(exponents, 0, to - from, c);
            Matrix phi = keyChunk.keys(exponents);
            if (seen != null) {
                elements.zeroRows(phi, seen);
            }
            elements.addColumnSums(phi, sum);
            Blas.transposedMultiply(phi, v.rows(from, to), 1, 1, state);
            addVisible(v.rows(from, to), seen, values);
        }
        if (epsilon > 0 && count > 0) {
            float[] epsilons = scratch.array(FIRST_SLOT + 3, Math.max(chunk, columns));
            java.util.Arrays.fill(epsilons, 0, columns, epsilon);
            elements.addOuter(state, epsilons, values, null);
            float[] mass = {epsilon * count};
            for (int i = 0; i < columns; i++) {
                sum.set(0, i, sum.get(0, i) + mass[0]);
            }
        }
        stabilizer.set(0, 0, c);
        stabilizer.set(0, 1, count);
        return count;
    }

    @Override
    void backward(Matrix out, Matrix error, Matrix dq, Matrix dk, Matrix dv) {
        int count = (int) stabilizer.get(0, 1);
        if (count == 0) {
            zero(dq);
            zero(dk);
            zero(dv);
            return;
        }
        Matrix dState = room(4, columns, valueSize);
        Matrix dSum = room(5, 1, columns);
        Matrix dValues = room(6, 1, valueSize); // to each visible value, of underflowed rows and of ε
        zero(dState);
        zero(dSum);
        zero(dValues);
        queriesBackward(out, error, dq, dState, dSum, dValues);
        multiplyAll(dValues, 1f / count);
        if (epsilon > 0) {
            float[] epsilons = scratch.array(FIRST_SLOT + 3, Math.max(chunk, columns));
            java.util.Arrays.fill(epsilons, 0, columns, epsilon);
            elements.addWeightedRows(dState, epsilons, dValues);
        }
        keysBackward(dk, dv, dState, dSum, dValues);
    }

    private void queriesBackward(Matrix out, Matrix error, Matrix dq, Matrix dState, Matrix dSum, Matrix dValues) {
        float[] inverses = scratch.array(FIRST_SLOT + 2, chunk);
        float[] dDenominators = scratch.array(FIRST_SLOT + 3, Math.max(chunk, columns));
        Matrix scaled = room(7, chunk, valueSize);
        Matrix dRoom = room(8, chunk, columns);
        for (int from = 0; from < q.rows(); from += chunk) {
            int to = Math.min(q.rows(), from + chunk);
            int n = to - from;
            inverse.read(inverseAt + from, inverses, 0, n);
            Matrix e = scaled.rows(0, n);
            elements.dots(error.rows(from, to), out.rows(from, to), dDenominators);
            for (int r = 0; r < n; r++) {
                dDenominators[r] *= -inverses[r];
                if (inverses[r] == 0) {
                    elements.addColumnSums(error.rows(from + r, from + r + 1), dValues);
                }
            }
            elements.scaleRows(error.rows(from, to), inverses, e);
            Matrix phi = queryChunk.queries(q.rows(from, to));
            Blas.transposedMultiply(phi, e, 1, 1, dState);
            elements.addWeightedRows(phi, dDenominators, dSum);
            Matrix d = dRoom.rows(0, n);
            Blas.multiplyTransposed(e, state, 1, 0, d);
            queryChunk.queryGradient(q.rows(from, to), d, dDenominators, sum, null, dq.rows(from, to));
        }
    }

    private void keysBackward(Matrix dk, Matrix dv, Matrix dState, Matrix dSum, Matrix dValues) {
        float[] exponents = scratch.array(FIRST_SLOT + 2, chunk);
        float c = stabilizer.get(0, 0);
        Matrix dRoom = room(8, chunk, columns);
        for (int from = 0; from < k.rows(); from += chunk) {
            int to = Math.min(k.rows(), from + chunk);
            float[] seen = visible(from, to - from);
            keyChunk.keyExponents(k.rows(from, to), exponents);
            java.util.Arrays.fill(exponents, 0, to - from, c);
            Matrix phi = keyChunk.keys(exponents);
            if (seen != null) {
                elements.zeroRows(phi, seen);
            }
            Matrix dvPart = dv.rows(from, to);
            Blas.multiply(phi, dState, 1, 0, dvPart);
            elements.addOuter(dvPart, seen, dValues, null);
            Matrix d = dRoom.rows(0, to - from);
            Blas.multiplyTransposed(v.rows(from, to), dState, 1, 0, d);
            keyChunk.keyGradient(k.rows(from, to), d, null, dSum, seen, dk.rows(from, to));
        }
    }
}
