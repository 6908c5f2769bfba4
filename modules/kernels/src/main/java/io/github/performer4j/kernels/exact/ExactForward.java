package io.github.performer4j.kernels.exact;

import io.github.performer4j.kernels.attention.AttentionElements;
import io.github.performer4j.kernels.memory.FloatBlock;
import io.github.performer4j.kernels.memory.Matrix;
import io.github.performer4j.kernels.memory.Scratch;
import io.github.performer4j.kernels.product.Blas;

/**
 * Exact attention of one batch item and head, forward.
 *
 * <p>For each block of queries, over the blocks of keys: {@code S = Q Kᵀ/√D + b, m' = max(m, rowmax S), P = exp(S − m'),
 * l = l·exp(m − m') + rowsum P, O = O·exp(m − m') + P V}, and at the end {@code out = O/l}.
 */
final class ExactForward {
    /** Queries per block. */
    static final int QUERIES = 128;
    /** Keys per block: S and its gradient, 128 KiB each, lie in the L2 cache beside blocks of the inputs. */
    static final int KEYS = 256;

    private static final int SCORES = 0;
    private static final int CLOSED_KEYS = 1;
    private static final int CLOSED_VALUES = 2;

    private final AttentionElements elements;
    private final SoftmaxElements softmax;

    ExactForward(AttentionElements elements, SoftmaxElements softmax) {
        this.elements = elements;
        this.softmax = softmax;
    }

    /**
     * Computes one head.
     *
     * @param bias b; null for none
     * @param q [Tq,D]
     * @param k [Tk,D]
     * @param v [Tk,Dv]
     * @param out [Tq,Dv], written
     * @param saved receives m + log l of each row from savedAt on, +∞ for a row that sees no key; or null
     */
    void run(
            VisibleKeys keys,
            BiasRows bias,
            Matrix q,
            Matrix k,
            Matrix v,
            Matrix out,
            FloatBlock saved,
            long savedAt,
            Scratch scratch) {
        Matrix seenK = closed(keys, k, scratch, CLOSED_KEYS);
        Matrix seenV = closed(keys, v, scratch, CLOSED_VALUES);
        float[] top = scratch.array(0, QUERIES);
        float[] sum = scratch.array(1, QUERIES);
        int[] room = keys.room();
        for (int t = 0; t < q.rows(); t += QUERIES) {
            int end = Math.min(q.rows(), t + QUERIES);
            Matrix o = out.rows(t, end);
            java.util.Arrays.fill(top, Float.NEGATIVE_INFINITY);
            java.util.Arrays.fill(sum, 0);
            block(keys, bias, room, t, q.rows(t, end), seenK, seenV, o, top, sum, scratch);
            for (int r = 0; r < end - t; r++) {
                top[r] = sum[r] == 0 ? Float.POSITIVE_INFINITY : top[r] + (float) Math.log(sum[r]);
                sum[r] = sum[r] == 0 ? 0 : 1 / sum[r];
            }
            elements.scaleRows(o, sum, o);
            if (saved != null) {
                saved.write(savedAt + t, top, 0, end - t);
            }
        }
    }

    /** Leaves O, m and l of one block of queries. */
    private void block(
            VisibleKeys keys,
            BiasRows bias,
            int[] room,
            int t,
            Matrix q,
            Matrix k,
            Matrix v,
            Matrix o,
            float[] top,
            float[] sum,
            Scratch scratch) {
        int[] seen = keys.stretches(t, q.rows());
        if (!VisibleKeys.any(seen)) {
            softmax.clear(o);
            return;
        }
        float scale = scale(q.columns());
        float[] factor = scratch.array(2, QUERIES);
        boolean begun = false; // a row that sees nothing is 0 from the first block on
        for (int j = VisibleKeys.begin(seen); j < seen[3]; ) {
            int end = VisibleKeys.end(seen, j, KEYS);
            Matrix s = scores(scratch, SCORES, q.rows(), end - j);
            begin(bias, s, t, j);
            Blas.multiplyTransposed(q, k.rows(j, end), scale, bias == null ? 0 : 1, s);
            softmax.exponentials(s, keys.hide(s, t, j, room), t, j, top, sum, factor);
            if (begun) {
                elements.scaleRows(o, factor, o);
            }
            Blas.multiply(s, v.rows(j, end), 1, begun ? 1 : 0, o);
            begun = true;
            j = VisibleKeys.next(seen, end);
        }
    }

    /** Writes what scores begin with, if they do. */
    static void begin(BiasRows bias, Matrix s, int query, int key) {
        if (bias != null) {
            bias.fill(s, query, key);
        }
    }

    /** Returns the visible rows, [count,n]: where they lie if they are neighbours, else copied together. */
    static Matrix closed(VisibleKeys keys, Matrix rows, Scratch scratch, int slot) {
        if (keys.isRun()) {
            return keys.run(rows);
        }
        Matrix closed = scratch.matrix(slot, keys.count(), rows.columns());
        keys.gather(rows, closed);
        return closed;
    }

    /** Returns 1/√D. */
    static float scale(int size) {
        return (float) (1 / Math.sqrt(size));
    }

    /** Returns scratch [queries,keys] whose rows begin on cache lines. */
    static Matrix scores(Scratch scratch, int slot, int queries, int keys) {
        return scratch.matrix(slot, QUERIES, KEYS).rows(0, queries).columns(0, keys);
    }
}
