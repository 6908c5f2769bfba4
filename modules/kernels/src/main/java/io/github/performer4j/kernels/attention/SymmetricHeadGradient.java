package io.github.performer4j.kernels.attention;

import io.github.performer4j.kernels.memory.Matrix;
import io.github.performer4j.kernels.product.Blas;

/**
 * The gradient of {@link SymmetricHead}. With e_t the error over its denominator, d_t the derivative of the
 * denominator, {@code f_t = exp(−A_t)}, {@code g_t = exp(A_t − A')} and
 * {@code G_tj = (e_t·v_j + d_t) exp(−|A_t − A_j|)}:
 *
 * <ul>
 *   <li>from left to right, the gradient to the sums behind a chunk, {@code dB' = exp(−A') dB + Σ_t g_t φ(q_t)
 *       e_tᵀ}, {@code dy} alike, kept for each chunk
 *   <li>{@code dφ(q_t) = Σ_j G_tj φ_j + f_t (S e_t + z d_t) + g_t (B e_t + y d_t)}
 *   <li>{@code dφ_j = Σ_t G_tj φ(q_t) + g_j (dS v_j + dz) + f_j (dB v_j + dy)}
 *   <li>{@code dv_j = Σ_t exp(−|A_t − A_j|) φ(q_t)·φ_j e_t + g_j dSᵀφ_j + f_j dBᵀφ_j}, and the errors of
 *       underflowed rows over the number of visible keys
 *   <li>from right to left, the sums behind a chunk anew, and the gradient to those before it, {@code dS' =
 *       exp(−A') dS + Σ_t f_t φ(q_t) e_tᵀ}, {@code dz} alike
 * </ul>
 */
final class SymmetricHeadGradient {
    private static final int FIRST_MATRIX = HeadTask.FIRST_SLOT + 7;
    private static final int FIRST_ARRAY = HeadTask.FIRST_SLOT + 12;

    private final SymmetricHead head;
    private final AttentionElements elements;
    private final SymmetricScales scales;
    private final SideSums dLeft; // dS, dz behind the chunk
    private final SideSums right; // B, y behind the chunk
    private final Matrix dValues; // to each visible value, of underflowed rows
    private final Matrix quotients; // e [C,Dv]
    private final Matrix scaled; // [C,Dv]
    private final Matrix features; // [C,M]
    private final Matrix square; // G [1,C·C]
    private final float[] weightValues;
    private final float[] squareValues;
    private final float[] inverses;
    private final float[] dDenominators;
    private final float[] scaledDenominators;
    private final SymmetricDecayGradient ofDecay; // null if it is not wanted

    SymmetricHeadGradient(SymmetricHead head) {
        this.head = head;
        elements = head.elements;
        scales = head.scales;
        int length = Math.toIntExact(SideSums.length(head.columns, head.valueSize));
        dLeft = new SideSums(room(0, 1, length).block(), 0, head.columns, head.valueSize);
        right = new SideSums(room(1, 1, length).block(), 0, head.columns, head.valueSize);
        dValues = room(2, 1, head.valueSize);
        quotients = room(3, head.chunk, head.valueSize);
        scaled = room(4, head.chunk, head.valueSize);
        features = room(5, head.chunk, head.columns);
        square = room(6, 1, head.chunk * head.chunk);
        weightValues = array(0, head.chunk * head.chunk);
        squareValues = array(1, head.chunk * head.chunk);
        inverses = array(2, head.chunk);
        dDenominators = array(3, head.chunk);
        scaledDenominators = array(4, head.chunk);
        ofDecay = head.dDecay == null ? null : new SymmetricDecayGradient(head, FIRST_ARRAY + 5);
    }

    private Matrix room(int number, int rows, int columns) {
        return head.scratch.matrix(FIRST_MATRIX + number, rows, columns);
    }

    private float[] array(int number, int n) {
        return head.scratch.array(FIRST_ARRAY + number, n);
    }

    /** Returns the gradient to the sums behind the chunk before a chunk. */
    private SideSums dRight(int chunk) {
        return head.chunkSums(chunk);
    }

    void run(Matrix out, Matrix error, Matrix dq, Matrix dk, Matrix dv) {
        int last = head.store.chunks() - 1;
        HeadTask.zero(dValues);
        dRight(0).clear();
        for (int i = 0; i <= last; i++) {
            scan(i, out, error, i < last);
        }
        head.multiplyAll(dValues, 1f / head.store.count());
        dLeft.clear();
        right.clear();
        for (int i = last; i >= 0; i--) {
            chunk(i, out, error, dq, dk, dv);
        }
    }

    /**
     * Computes what a chunk's rows give to the sums behind it, if it is wanted, and to the means of underflowed rows.
     */
    private void scan(int i, Matrix out, Matrix error, boolean sums) {
        int from = i * head.chunk;
        int to = head.end(i);
        Matrix e = quotient(from, to, out, error);
        for (int r = 0; r < e.rows(); r++) {
            if (inverses[r] == 0) {
                elements.addColumnSums(error.rows(from + r, from + r + 1), dValues);
            }
        }
        if (sums) {
            scales.of(head.decay, from, to, head.visible(from, to - from));
            Matrix query = head.queryChunk.queries(head.q.rows(from, to));
            Matrix part = scale(e, scales.right);
            dRight(i + 1).advanced(dRight(i), scales.across(), query, part, scaledDenominators, head);
        }
    }

    /** Computes e and d of a chunk. */
    private Matrix quotient(int from, int to, Matrix out, Matrix error) {
        int n = to - from;
        head.store.readInverses(from, n, inverses);
        elements.dots(error.rows(from, to), out.rows(from, to), dDenominators);
        for (int r = 0; r < n; r++) {
            dDenominators[r] *= -inverses[r];
        }
        Matrix e = quotients.rows(0, n);
        elements.scaleRows(error.rows(from, to), inverses, e);
        return e;
    }

    /** Returns e by a factor for each row, and computes d by it. */
    private Matrix scale(Matrix e, float[] factors) {
        for (int r = 0; r < e.rows(); r++) {
            scaledDenominators[r] = factors[r] * dDenominators[r];
        }
        return scale(e, factors, scaled);
    }

    private Matrix scale(Matrix rows, float[] factors, Matrix room) {
        Matrix part = room.rows(0, rows.rows());
        elements.scaleRows(rows, factors, part);
        return part;
    }

    private void chunk(int i, Matrix out, Matrix error, Matrix dq, Matrix dk, Matrix dv) {
        int from = i * head.chunk;
        int to = head.end(i);
        float[] seen = head.visible(from, to - from);
        scales.of(head.decay, from, to, seen);
        Matrix rows = head.v.rows(from, to);
        Matrix query = head.queryChunk.queries(head.q.rows(from, to));
        Matrix key = head.keys(from, to, seen, head.store.stabilizer());
        Matrix weights = head.weights(query, key, weightValues);
        Matrix e = quotient(from, to, out, error);
        Matrix b = inner(e, rows);
        valueGradient(i, key, weights, e, rows, seen, dv.rows(from, to));
        keyGradient(i, query, b, rows, seen, dk.rows(from, to));
        queryGradient(i, query, key, b, e, dq.rows(from, to));
        if (ofDecay != null) {
            ofDecay.across(head.store.left(i), dLeft, right, dRight(i));
            ofDecay.write(from, to, seen);
        }
        dLeft.advance(scales.across(), query, scale(e, scales.left), scaledDenominators, head);
        right.advance(scales.across(), key, scale(rows, scales.left, scaled), scales.left, head);
    }

    /** Returns G. */
    private Matrix inner(Matrix e, Matrix rows) {
        int n = e.rows();
        Matrix b = Matrix.of(square.block(), n, n);
        Blas.multiplyTransposed(e, rows, 1, 0, b);
        b.block().read(0, squareValues, 0, n * n);
        for (int t = 0; t < n; t++) {
            for (int j = t * n; j < (t + 1) * n; j++) {
                squareValues[j] += dDenominators[t];
            }
        }
        if (ofDecay != null) {
            ofDecay.begin(weightValues, squareValues, n);
        }
        scales.weighAgain(squareValues, n);
        b.block().write(0, squareValues, 0, n * n);
        return b;
    }

    private void valueGradient(int i, Matrix key, Matrix weights, Matrix e, Matrix rows, float[] seen, Matrix dv) {
        Matrix part = head.side.rows(0, e.rows());
        Blas.multiply(key, dLeft.values, 1, 0, part);
        elements.scaleRows(part, scales.right, dv);
        if (ofDecay != null) {
            ofDecay.keysToLeft(key, part, rows, dLeft.sum);
        }
        Blas.multiply(key, dRight(i).values, 1, 0, part);
        elements.addScaledRows(part, scales.left, dv);
        if (ofDecay != null) {
            ofDecay.keysToRight(key, part, rows, dRight(i).sum);
        }
        Blas.transposedMultiply(weights, e, 1, 1, dv);
        elements.addOuter(dv, seen, dValues, null);
    }

    private void keyGradient(int i, Matrix query, Matrix b, Matrix rows, float[] seen, Matrix dk) {
        int from = i * head.chunk;
        Matrix d = features.rows(0, rows.rows());
        Blas.transposedMultiply(b, query, 1, 0, d);
        Blas.multiplyTransposed(scale(rows, scales.right, scaled), dLeft.values, 1, 1, d);
        Blas.multiplyTransposed(scale(rows, scales.left, scaled), dRight(i).values, 1, 1, d);
        elements.addOuter(d, scales.left, dRight(i).sum, null);
        head.keyChunk.keyGradient(head.k.rows(from, head.end(i)), d, scales.right, dLeft.sum, seen, dk);
    }

    private void queryGradient(int i, Matrix query, Matrix key, Matrix b, Matrix e, Matrix dq) {
        int from = i * head.chunk;
        SideSums left = head.store.left(i);
        Matrix d = features.rows(0, e.rows());
        Blas.multiplyTransposed(scale(e, scales.left), left.values, 1, 0, d);
        elements.addOuter(d, scaledDenominators, left.sum, null);
        if (ofDecay != null) {
            ofDecay.rows(query, d);
        }
        Blas.multiplyTransposed(scale(e, scales.right), right.values, 1, 1, d);
        Blas.multiply(b, key, 1, 1, d);
        head.queryChunk.queryGradient(head.q.rows(from, head.end(i)), d, scaledDenominators, right.sum, null, dq);
    }
}
