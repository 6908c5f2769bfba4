package io.github.performer4j.kernels.exact;

import io.github.performer4j.kernels.attention.AttentionElements;
import io.github.performer4j.kernels.memory.FloatBlock;
import io.github.performer4j.kernels.memory.Matrix;
import io.github.performer4j.kernels.memory.Scratch;
import io.github.performer4j.kernels.product.Blas;

/**
 * Exact attention of one batch item and head, backward.
 *
 * <p>With {@code δ = rowsum(dO ⊙ O)} and the saved L = log Σ exp S, over blocks of queries and keys: {@code P = exp(S − L),
 * dV += Pᵀ dO, dS = P ⊙ (dO Vᵀ − δ), dQ += dS K/√D, dK += dSᵀ Q/√D}, and db is the sum of dS over an offset.
 */
final class ExactBackward {
    private static final int QUERIES = ExactForward.QUERIES;
    private static final int KEYS = ExactForward.KEYS;

    private static final int PROBABILITIES = 0;
    private static final int CLOSED_KEYS = 1;
    private static final int CLOSED_VALUES = 2;
    private static final int SCORE_GRADIENT = 3;
    private static final int CLOSED_KEY_GRADIENT = 4;
    private static final int CLOSED_VALUE_GRADIENT = 5;

    private final AttentionElements elements;
    private final SoftmaxElements softmax;

    ExactBackward(AttentionElements elements, SoftmaxElements softmax) {
        this.elements = elements;
        this.softmax = softmax;
    }

    /**
     * The rows of one head.
     *
     * @param q [Tq,D]
     * @param k [Tk,D]
     * @param v [Tk,Dv]
     * @param out [Tq,Dv]
     * @param error dO, [Tq,Dv]
     * @param dq [Tq,D], written
     * @param dk [Tk,D], written
     * @param dv [Tk,Dv], written
     */
    record Head(Matrix q, Matrix k, Matrix v, Matrix out, Matrix error, Matrix dq, Matrix dk, Matrix dv) {

        Head queries(int from, int to) {
            return new Head(
                    q.rows(from, to), k, v, out.rows(from, to), error.rows(from, to), dq.rows(from, to), dk, dv);
        }
    }

    /**
     * Computes the gradients of one head.
     *
     * @param bias b, which receives its derivatives; null for none
     * @param saved holds L of each row from savedAt on
     */
    void run(VisibleKeys keys, BiasRows bias, Head head, FloatBlock saved, long savedAt, Scratch scratch) {
        softmax.clear(head.dk);
        softmax.clear(head.dv);
        Matrix k = ExactForward.closed(keys, head.k, scratch, CLOSED_KEYS);
        Matrix v = ExactForward.closed(keys, head.v, scratch, CLOSED_VALUES);
        Matrix dk = sums(keys, head.dk, scratch, CLOSED_KEY_GRADIENT);
        Matrix dv = sums(keys, head.dv, scratch, CLOSED_VALUE_GRADIENT);
        Head closed = new Head(head.q, k, v, head.out, head.error, head.dq, dk, dv);
        float[] logSum = scratch.array(0, QUERIES);
        int[] room = keys.room();
        for (int t = 0; t < head.q.rows(); t += QUERIES) {
            int end = Math.min(head.q.rows(), t + QUERIES);
            saved.read(savedAt + t, logSum, 0, end - t);
            block(keys, bias, room, t, closed.queries(t, end), logSum, scratch);
        }
        if (!keys.isRun()) {
            keys.scatter(dk, head.dk);
            keys.scatter(dv, head.dv);
        }
    }

    /** Adds what one block of queries adds to dK and dV, and writes its rows of dQ. */
    private void block(VisibleKeys keys, BiasRows bias, int[] room, int t, Head h, float[] logSum, Scratch scratch) {
        int[] seen = keys.stretches(t, h.q.rows());
        if (!VisibleKeys.any(seen)) {
            softmax.clear(h.dq);
            return;
        }
        float scale = ExactForward.scale(h.q.columns());
        float[] delta = scratch.array(1, QUERIES);
        elements.dots(h.error, h.out, delta);
        boolean begun = false;
        for (int j = VisibleKeys.begin(seen); j < seen[3]; ) {
            int end = VisibleKeys.end(seen, j, KEYS);
            Matrix p = ExactForward.scores(scratch, PROBABILITIES, h.q.rows(), end - j);
            Matrix ds = ExactForward.scores(scratch, SCORE_GRADIENT, h.q.rows(), end - j);
            ExactForward.begin(bias, p, t, j);
            Blas.multiplyTransposed(h.q, h.k.rows(j, end), scale, bias == null ? 0 : 1, p);
            Blas.multiplyTransposed(h.error, h.v.rows(j, end), 1, 0, ds);
            softmax.gradient(p, ds, keys.hide(p, t, j, room), t, j, logSum, delta);
            if (bias != null) {
                bias.add(ds, t, j);
            }
            Blas.transposedMultiply(p, h.error, 1, 1, h.dv.rows(j, end));
            Blas.transposedMultiply(ds, h.q, scale, 1, h.dk.rows(j, end));
            Blas.multiply(ds, h.k.rows(j, end), scale, begun ? 1 : 0, h.dq);
            begun = true;
            j = VisibleKeys.next(seen, end);
        }
    }

    /** Returns where the gradient of the visible rows is summed up, zero: in place if they are neighbours. */
    private Matrix sums(VisibleKeys keys, Matrix gradient, Scratch scratch, int slot) {
        if (keys.isRun()) {
            return keys.run(gradient);
        }
        Matrix closed = scratch.matrix(slot, keys.count(), gradient.columns());
        softmax.clear(closed);
        return closed;
    }
}
