package io.github.performer4j.kernels.exact;

import io.github.performer4j.kernels.memory.Matrix;
import java.nio.ByteBuffer;

/** {@link SoftmaxElements} in plain Java: the fallback, and the reference of the vector form. */
final class PlainSoftmaxElements implements SoftmaxElements {
    private static final int STEP = Float.BYTES;

    @Override
    public void exponentials(Matrix s, int[] seen, int query, int key, float[] top, float[] sum, float[] factor) {
        for (int r = 0; r < s.rows(); r++) {
            ByteBuffer b = s.block().bytes(s.at(r));
            int at = s.block().byteIndex(s.at(r));
            int end = at + Math.min(s.columns(), seen[query + r] - key) * STEP;
            float m = top[r];
            for (int i = at; i < end; i += STEP) {
                m = Math.max(m, b.getFloat(i));
            }
            factor[r] = end > at ? SoftmaxElements.exp(top[r] - m) : 1;
            float total = sum[r] * factor[r];
            for (int i = at; i < end; i += STEP) {
                float e = SoftmaxElements.exp(b.getFloat(i) - m);
                b.putFloat(i, e);
                total += e;
            }
            clear(b, Math.max(at, end), at + s.columns() * STEP);
            top[r] = m;
            sum[r] = total;
        }
    }

    @Override
    public void gradient(Matrix s, Matrix d, int[] seen, int query, int key, float[] logSum, float[] delta) {
        for (int r = 0; r < s.rows(); r++) {
            ByteBuffer b = s.block().bytes(s.at(r));
            int at = s.block().byteIndex(s.at(r));
            ByteBuffer db = d.block().bytes(d.at(r));
            int dAt = d.block().byteIndex(d.at(r));
            int n = Math.max(0, Math.min(s.columns(), seen[query + r] - key)) * STEP;
            for (int i = 0; i < n; i += STEP) {
                float p = SoftmaxElements.exp(b.getFloat(at + i) - logSum[r]);
                b.putFloat(at + i, p);
                db.putFloat(dAt + i, p * (db.getFloat(dAt + i) - delta[r]));
            }
            clear(b, at + n, at + s.columns() * STEP);
            clear(db, dAt + n, dAt + s.columns() * STEP);
        }
    }

    @Override
    public void clear(Matrix x) {
        for (int r = 0; r < x.rows(); r++) {
            int at = x.block().byteIndex(x.at(r));
            clear(x.block().bytes(x.at(r)), at, at + x.columns() * STEP);
        }
    }

    private static void clear(ByteBuffer b, int from, int to) {
        for (int i = from; i < to; i += STEP) {
            b.putFloat(i, 0);
        }
    }
}
