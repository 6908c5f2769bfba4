package io.github.performer4j.kernels.vector;

import static io.github.performer4j.kernels.vector.NativeVectors.LANES;
import static io.github.performer4j.kernels.vector.NativeVectors.SPECIES;
import static io.github.performer4j.kernels.vector.NativeVectors.load;
import static io.github.performer4j.kernels.vector.NativeVectors.store;

import io.github.performer4j.kernels.exact.SoftmaxElements;
import io.github.performer4j.kernels.memory.FloatBlock;
import io.github.performer4j.kernels.memory.Matrix;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * {@link SoftmaxElements} on the Vector API.
 *
 * <p>Where a row sees part of a vector, as every row of a diagonal block does, −∞ is written over the rest first, so that whole vectors need no
 * mask. What does not fill a vector at the end of the block is done one by one.
 */
public final class VectorSoftmaxElements implements SoftmaxElements {
    private static final int STEP = Float.BYTES;
    private static final float SMALLEST = NativeVectors.decay(FloatVector.broadcast(SPECIES, Float.NEGATIVE_INFINITY))
            .lane(0);

    public VectorSoftmaxElements() {}

    @Override
    public void exponentials(Matrix s, int[] seen, int query, int key, float[] top, float[] sum, float[] factor) {
        FloatBlock block = s.block();
        // All maxima first: a row's exponentials would wait for its maximum, those of other rows need not.
        for (int r = 0; r < s.rows(); r++) {
            int n = hideUnseen(s, r, seen[query + r] - key);
            float m = Math.max(top[r], maximum(block, s.at(r), n));
            factor[r] = n == 0 ? 1 : SoftmaxElements.exp(top[r] - m);
            top[r] = m;
        }
        for (int r = 0; r < s.rows(); r++) {
            int n = workedOn(s, seen[query + r] - key);
            sum[r] = sum[r] * factor[r] + exponentials(block, s.at(r), n, top[r]);
            clear(block, s.at(r) + n, s.columns() - n);
        }
    }

    /** Returns how many values of a row are worked on: those seen, and more up to the end of their last vector. */
    private static int workedOn(Matrix s, int seen) {
        return seen <= 0 ? 0 : Math.min(s.columns(), SPECIES.loopBound(seen + LANES - 1));
    }

    /** Writes −∞ over what is worked on and not seen; returns how many values that are together. */
    private static int hideUnseen(Matrix s, int r, int seen) {
        int n = workedOn(s, seen);
        if (n > 0 && seen < n) { // seen is negative where the row's keys end before the block
            s.block().fill(s.at(r) + seen, n - seen, Float.NEGATIVE_INFINITY);
        }
        return n;
    }

    /** Four chains, because Java's max is a sequence of instructions, for NaN and −0, that one chain would wait for. */
    private static float maximum(FloatBlock block, long row, int n) {
        Object view = block.view(row);
        int at = block.byteIndex(row);
        int full = SPECIES.loopBound(n);
        FloatVector a = FloatVector.broadcast(SPECIES, Float.NEGATIVE_INFINITY);
        FloatVector b = a;
        FloatVector c = a;
        FloatVector d = a;
        int i = 0;
        for (; i <= full - 4 * LANES; i += 4 * LANES) {
            a = a.max(load(view, at + i * STEP));
            b = b.max(load(view, at + (i + LANES) * STEP));
            c = c.max(load(view, at + (i + 2 * LANES) * STEP));
            d = d.max(load(view, at + (i + 3 * LANES) * STEP));
        }
        for (; i < full; i += LANES) {
            a = a.max(load(view, at + i * STEP));
        }
        float max = a.max(b).max(c.max(d)).reduceLanes(VectorOperators.MAX);
        for (; i < n; i++) {
            max = Math.max(max, block.get(row + i));
        }
        return max;
    }

    /** Returns the sum. */
    private static float exponentials(FloatBlock block, long row, int n, float m) {
        Object view = block.view(row);
        int at = block.byteIndex(row);
        int full = SPECIES.loopBound(n);
        FloatVector sum = FloatVector.zero(SPECIES);
        for (int i = 0; i < full; i += LANES) {
            FloatVector e = exp(load(view, at + i * STEP).sub(m));
            store(e, view, at + i * STEP);
            sum = sum.add(e);
        }
        float total = sum.reduceLanes(VectorOperators.ADD);
        for (int i = full; i < n; i++) {
            float e = SoftmaxElements.exp(block.get(row + i) - m);
            block.set(row + i, e);
            total += e;
        }
        return total;
    }

    @Override
    public void gradient(Matrix s, Matrix d, int[] seen, int query, int key, float[] logSum, float[] delta) {
        for (int r = 0; r < s.rows(); r++) {
            int n = hideUnseen(s, r, seen[query + r] - key);
            gradient(s.block(), s.at(r), d.block(), d.at(r), n, logSum[r], delta[r]);
            clear(s.block(), s.at(r) + n, s.columns() - n);
            clear(d.block(), d.at(r) + n, d.columns() - n);
        }
    }

    private static void gradient(FloatBlock s, long row, FloatBlock d, long dRow, int n, float logSum, float delta) {
        Object view = s.view(row);
        int at = s.byteIndex(row);
        Object dView = d.view(dRow);
        int dAt = d.byteIndex(dRow);
        int full = SPECIES.loopBound(n);
        for (int i = 0; i < full; i += LANES) {
            FloatVector p = exp(load(view, at + i * STEP).sub(logSum));
            store(p, view, at + i * STEP);
            store(load(dView, dAt + i * STEP).sub(delta).mul(p), dView, dAt + i * STEP);
        }
        for (int i = full; i < n; i++) {
            float p = SoftmaxElements.exp(s.get(row + i) - logSum);
            s.set(row + i, p);
            d.set(dRow + i, p * (d.get(dRow + i) - delta));
        }
    }

    @Override
    public void clear(Matrix x) {
        for (int r = 0; r < x.rows(); r++) {
            clear(x.block(), x.at(r), x.columns());
        }
    }

    private static void clear(FloatBlock block, long from, int n) {
        Object view = block.view(from);
        int at = block.byteIndex(from);
        int full = SPECIES.loopBound(n);
        FloatVector zero = FloatVector.zero(SPECIES);
        for (int i = 0; i < full; i += LANES) {
            store(zero, view, at + i * STEP);
        }
        for (int i = full; i < n; i++) {
            block.set(from + i, 0);
        }
    }

    private static FloatVector exp(FloatVector x) {
        return NativeVectors.decay(x).sub(SMALLEST);
    }
}
