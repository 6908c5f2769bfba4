package io.github.performer4j.kernels.vector;

import static io.github.performer4j.kernels.vector.NativeVectors.LANES;
import static io.github.performer4j.kernels.vector.NativeVectors.SPECIES;
import static io.github.performer4j.kernels.vector.NativeVectors.load;
import static io.github.performer4j.kernels.vector.NativeVectors.store;

import io.github.performer4j.kernels.FloatBlock;
import io.github.performer4j.kernels.Matrix;
import io.github.performer4j.kernels.SoftmaxElements;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/**
 * {@link SoftmaxElements} on the Vector API.
 *
 * <p>The last vector of a causal row is half seen: it is loaded whole and masked, because every row of a diagonal block has one. What does
 * not fill a vector at the end of the block is done one by one.
 */
public final class VectorSoftmaxElements implements SoftmaxElements {
    private static final int STEP = Float.BYTES;
    private static final FloatVector NUMBERS = FloatVector.zero(SPECIES).addIndex(1);

    public VectorSoftmaxElements() {}

    @Override
    public void exponentials(Matrix s, int[] seen, int query, int key, float[] top, float[] sum, float[] factor) {
        for (int r = 0; r < s.rows(); r++) {
            int n = Math.min(s.columns(), seen[query + r] - key);
            if (n <= 0) {
                clear(s.block(), s.at(r), s.columns());
                factor[r] = 1;
                continue;
            }
            float m = Math.max(top[r], maximum(s, r, n));
            factor[r] = SoftmaxElements.exp(top[r] - m);
            sum[r] = sum[r] * factor[r] + exponentials(s, r, n, m);
            top[r] = m;
        }
    }

    private static float maximum(Matrix s, int r, int n) {
        FloatBlock block = s.block();
        long row = s.at(r);
        Object view = block.view(row);
        int at = block.byteIndex(row);
        int full = SPECIES.loopBound(s.columns());
        int whole = Math.min(full, SPECIES.loopBound(n));
        FloatVector v = FloatVector.broadcast(SPECIES, Float.NEGATIVE_INFINITY);
        for (int i = 0; i < whole; i += LANES) {
            v = v.max(load(view, at + i * STEP));
        }
        if (whole < n && whole < full) {
            v = v.max(load(view, at + whole * STEP).blend(Float.NEGATIVE_INFINITY, unseen(n - whole)));
        }
        float max = v.reduceLanes(VectorOperators.MAX);
        for (int i = full; i < n; i++) {
            max = Math.max(max, block.get(row + i));
        }
        return max;
    }

    /** Returns the sum. */
    private static float exponentials(Matrix s, int r, int n, float m) {
        FloatBlock block = s.block();
        long row = s.at(r);
        Object view = block.view(row);
        int at = block.byteIndex(row);
        int full = SPECIES.loopBound(s.columns());
        int whole = Math.min(full, SPECIES.loopBound(n));
        FloatVector sum = FloatVector.zero(SPECIES);
        for (int i = 0; i < whole; i += LANES) {
            FloatVector e = exp(load(view, at + i * STEP).sub(m));
            store(e, view, at + i * STEP);
            sum = sum.add(e);
        }
        int done = whole;
        if (whole < n && whole < full) {
            FloatVector e = exp(load(view, at + whole * STEP).sub(m)).blend(0f, unseen(n - whole));
            store(e, view, at + whole * STEP);
            sum = sum.add(e);
            done = whole + LANES;
        }
        float total = sum.reduceLanes(VectorOperators.ADD);
        for (; done < n; done++) {
            float e = SoftmaxElements.exp(block.get(row + done) - m);
            block.set(row + done, e);
            total += e;
        }
        clear(block, row + done, s.columns() - done);
        return total;
    }

    @Override
    public void gradient(Matrix s, Matrix d, int[] seen, int query, int key, float[] logSum, float[] delta) {
        FloatBlock block = s.block();
        FloatBlock ds = d.block();
        int full = SPECIES.loopBound(s.columns());
        for (int r = 0; r < s.rows(); r++) {
            int n = Math.max(0, Math.min(s.columns(), seen[query + r] - key));
            long row = s.at(r);
            Object view = block.view(row);
            int at = block.byteIndex(row);
            long dRow = d.at(r);
            Object dView = ds.view(dRow);
            int dAt = ds.byteIndex(dRow);
            int whole = Math.min(full, SPECIES.loopBound(n));
            for (int i = 0; i < whole; i += LANES) {
                FloatVector p = exp(load(view, at + i * STEP).sub(logSum[r]));
                store(p, view, at + i * STEP);
                store(load(dView, dAt + i * STEP).sub(delta[r]).mul(p), dView, dAt + i * STEP);
            }
            int done = whole;
            if (whole < n && whole < full) {
                VectorMask<Float> unseen = unseen(n - whole);
                FloatVector p =
                        exp(load(view, at + whole * STEP).sub(logSum[r])).blend(0f, unseen);
                FloatVector g = load(dView, dAt + whole * STEP).sub(delta[r]).mul(p);
                store(p, view, at + whole * STEP);
                store(g.blend(0f, unseen), dView, dAt + whole * STEP);
                done = whole + LANES;
            }
            for (; done < n; done++) {
                float p = SoftmaxElements.exp(block.get(row + done) - logSum[r]);
                block.set(row + done, p);
                ds.set(dRow + done, p * (ds.get(dRow + done) - delta[r]));
            }
            clear(block, row + done, s.columns() - done);
            clear(ds, dRow + done, s.columns() - done);
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
        return NativeVectors.exp(x).blend(0f, x.lt(LOWEST));
    }

    /** Returns the lanes from n on. */
    private static VectorMask<Float> unseen(int n) {
        return NUMBERS.compare(VectorOperators.GE, (float) n);
    }
}
