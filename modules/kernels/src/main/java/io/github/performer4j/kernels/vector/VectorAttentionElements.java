package io.github.performer4j.kernels.vector;

import static io.github.performer4j.kernels.vector.NativeVectors.LANES;
import static io.github.performer4j.kernels.vector.NativeVectors.SPECIES;
import static io.github.performer4j.kernels.vector.NativeVectors.load;
import static io.github.performer4j.kernels.vector.NativeVectors.store;

import io.github.performer4j.kernels.attention.AttentionElements;
import io.github.performer4j.kernels.math.Scalar;
import io.github.performer4j.kernels.math.ScalarFunction;
import io.github.performer4j.kernels.memory.FloatBlock;
import io.github.performer4j.kernels.memory.Matrix;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/** {@link AttentionElements} on the Vector API; what does not fill a vector at the end of a row is done one by one. */
public final class VectorAttentionElements implements AttentionElements {
    private static final int STEP = Float.BYTES;

    public VectorAttentionElements() {}

    @Override
    public void halfSquaredNorms(Matrix x, float scale, float[] out) {
        dots(x, x, out);
        for (int r = 0; r < x.rows(); r++) {
            out[r] *= scale / 2;
        }
    }

    @Override
    public void rowMaxima(Matrix p, float[] out) {
        FloatBlock block = p.block();
        int full = SPECIES.loopBound(p.columns());
        for (int r = 0; r < p.rows(); r++) {
            long row = p.at(r);
            Object view = block.view(row);
            int at = block.byteIndex(row);
            float top = full == 0 ? Float.NEGATIVE_INFINITY : maximum(view, at, full);
            for (int i = full; i < p.columns(); i++) {
                top = Math.max(top, block.get(row + i));
            }
            out[r] = top;
        }
    }

    /** Four maxima at a time, because each waits for the one before it. */
    private static float maximum(Object view, int at, int full) {
        FloatVector a = load(view, at);
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
        return a.max(b).max(c.max(d)).reduceLanes(VectorOperators.MAX);
    }

    @Override
    public void exponentials(Matrix p, float[] heights, float[] shift, float epsilon) {
        FloatBlock block = p.block();
        int full = SPECIES.loopBound(p.columns());
        int rest = p.columns() - full;
        float[] end = new float[LANES];
        for (int r = 0; r < p.rows(); r++) {
            long row = p.at(r);
            Object view = block.view(row);
            int at = block.byteIndex(row);
            float h = heights == null ? 0 : heights[r];
            float s = shift[r];
            for (int i = 0; i < full; i += LANES) {
                FloatVector exponent = load(view, at + i * STEP).sub(h).sub(s);
                store(NativeVectors.decay(exponent).add(epsilon), view, at + i * STEP);
            }
            if (rest > 0) {
                block.read(row + full, end, 0, rest);
                NativeVectors.decay(
                                FloatVector.fromArray(SPECIES, end, 0).sub(h).sub(s))
                        .add(epsilon)
                        .intoArray(end, 0);
                block.write(row + full, end, 0, rest);
            }
        }
    }

    @Override
    public void addColumnSums(Matrix p, Matrix sums) {
        addWeightedRows(p, null, sums);
    }

    @Override
    public void addWeightedRows(Matrix p, float[] a, Matrix sums) {
        FloatBlock block = p.block();
        FloatBlock to = sums.block();
        Object toView = to.view(sums.offset());
        int toAt = to.byteIndex(sums.offset());
        int full = SPECIES.loopBound(p.columns());
        for (int i = 0; i < full; i += LANES) {
            FloatVector sum = load(toView, toAt + i * STEP);
            for (int r = 0; r < p.rows(); r++) {
                long row = p.at(r);
                FloatVector v = load(block.view(row), block.byteIndex(row) + i * STEP);
                sum = a == null ? sum.add(v) : v.fma(FloatVector.broadcast(SPECIES, a[r]), sum);
            }
            store(sum, toView, toAt + i * STEP);
        }
        for (int i = full; i < p.columns(); i++) {
            float sum = to.get(sums.offset() + i);
            for (int r = 0; r < p.rows(); r++) {
                sum += (a == null ? 1 : a[r]) * block.get(p.at(r) + i);
            }
            to.set(sums.offset() + i, sum);
        }
    }

    @Override
    public void dotRow(Matrix p, Matrix z, float[] out) {
        for (int r = 0; r < p.rows(); r++) {
            out[r] = dot(p.block(), p.at(r), z.block(), z.offset(), p.columns());
        }
    }

    @Override
    public void dots(Matrix a, Matrix b, float[] out) {
        for (int r = 0; r < a.rows(); r++) {
            out[r] = dot(a.block(), a.at(r), b.block(), b.at(r), a.columns());
        }
    }

    private static float dot(FloatBlock a, long i, FloatBlock b, long j, int n) {
        Object x = a.view(i);
        int xAt = a.byteIndex(i);
        Object y = b.view(j);
        int yAt = b.byteIndex(j);
        int full = SPECIES.loopBound(n);
        FloatVector sum = FloatVector.zero(SPECIES);
        for (int k = 0; k < full; k += LANES) {
            sum = load(x, xAt + k * STEP).fma(load(y, yAt + k * STEP), sum);
        }
        float total = sum.reduceLanes(VectorOperators.ADD);
        for (int k = full; k < n; k++) {
            total += a.get(i + k) * b.get(j + k);
        }
        return total;
    }

    @Override
    public void exponentialsGradient(
            Matrix p, Matrix d, float[] a, Matrix z, float[] b, float epsilon, float[] rowSums) {
        FloatBlock zs = z.block();
        Object zView = zs.view(z.offset());
        int zAt = zs.byteIndex(z.offset());
        int full = SPECIES.loopBound(p.columns());
        for (int r = 0; r < p.rows(); r++) {
            long row = p.at(r);
            Object view = p.block().view(row);
            int at = p.block().byteIndex(row);
            long dRow = d.at(r);
            Object dView = d.block().view(dRow);
            int dAt = d.block().byteIndex(dRow);
            float weight = a == null ? 1 : a[r];
            float constant = b == null ? 0 : b[r];
            FloatVector w = FloatVector.broadcast(SPECIES, weight);
            FloatVector sum = FloatVector.zero(SPECIES);
            for (int i = 0; i < full; i += LANES) {
                FloatVector g = load(zView, zAt + i * STEP)
                        .fma(w, load(dView, dAt + i * STEP).add(constant));
                g = g.mul(load(view, at + i * STEP).sub(epsilon));
                store(g, dView, dAt + i * STEP);
                sum = sum.add(g);
            }
            float total = sum.reduceLanes(VectorOperators.ADD);
            for (int i = full; i < p.columns(); i++) {
                float g = (d.block().get(dRow + i) + weight * zs.get(z.offset() + i) + constant)
                        * (p.block().get(row + i) - epsilon);
                d.block().set(dRow + i, g);
                total += g;
            }
            rowSums[r] = total;
        }
    }

    @Override
    public void addOuter(Matrix m, float[] a, Matrix z, float[] b) {
        int full = SPECIES.loopBound(m.columns());
        Object zView = z.block().view(z.offset());
        int zAt = z.block().byteIndex(z.offset());
        for (int r = 0; r < m.rows(); r++) {
            long row = m.at(r);
            Object view = m.block().view(row);
            int at = m.block().byteIndex(row);
            float weight = a == null ? 1 : a[r];
            float constant = b == null ? 0 : b[r];
            FloatVector w = FloatVector.broadcast(SPECIES, weight);
            for (int i = 0; i < full; i += LANES) {
                FloatVector sum = load(zView, zAt + i * STEP)
                        .fma(w, load(view, at + i * STEP).add(constant));
                store(sum, view, at + i * STEP);
            }
            for (int i = full; i < m.columns(); i++) {
                float sum = m.block().get(row + i) + weight * z.block().get(z.offset() + i) + constant;
                m.block().set(row + i, sum);
            }
        }
    }

    @Override
    public void zeroRows(Matrix m, float[] visible) {
        for (int r = 0; r < m.rows(); r++) {
            if (visible[r] == 0) {
                m.block().fill(m.at(r), m.columns(), 0);
            }
        }
    }

    @Override
    public void addRunningSums(Matrix v, float[] visible, float[] coefficient, Matrix running, Matrix out) {
        FloatBlock sums = running.block();
        Object view = sums.view(running.offset());
        int at = sums.byteIndex(running.offset());
        int full = SPECIES.loopBound(v.columns());
        for (int i = 0; i < full; i += LANES) {
            FloatVector sum = load(view, at + i * STEP);
            for (int r = 0; r < v.rows(); r++) {
                if (visible == null || visible[r] != 0) {
                    sum = sum.add(load(v.block().view(v.at(r)), v.block().byteIndex(v.at(r)) + i * STEP));
                }
                Object to = out.block().view(out.at(r));
                int toAt = out.block().byteIndex(out.at(r)) + i * STEP;
                store(sum.fma(FloatVector.broadcast(SPECIES, coefficient[r]), load(to, toAt)), to, toAt);
            }
            store(sum, view, at + i * STEP);
        }
        for (int i = full; i < v.columns(); i++) {
            float sum = sums.get(running.offset() + i);
            for (int r = 0; r < v.rows(); r++) {
                if (visible == null || visible[r] != 0) {
                    sum += v.block().get(v.at(r) + i);
                }
                out.block().set(out.at(r) + i, out.block().get(out.at(r) + i) + coefficient[r] * sum);
            }
            sums.set(running.offset() + i, sum);
        }
    }

    @Override
    public void addReverseSums(Matrix u, float[] visible, Matrix running, Matrix out) {
        FloatBlock sums = running.block();
        Object view = sums.view(running.offset());
        int at = sums.byteIndex(running.offset());
        int full = SPECIES.loopBound(u.columns());
        for (int i = 0; i < full; i += LANES) {
            FloatVector sum = load(view, at + i * STEP);
            for (int r = u.rows() - 1; r >= 0; r--) {
                sum = sum.add(load(u.block().view(u.at(r)), u.block().byteIndex(u.at(r)) + i * STEP));
                if (visible == null || visible[r] != 0) {
                    Object to = out.block().view(out.at(r));
                    int toAt = out.block().byteIndex(out.at(r)) + i * STEP;
                    store(load(to, toAt).add(sum), to, toAt);
                }
            }
            store(sum, view, at + i * STEP);
        }
        for (int i = full; i < u.columns(); i++) {
            float sum = sums.get(running.offset() + i);
            for (int r = u.rows() - 1; r >= 0; r--) {
                sum += u.block().get(u.at(r) + i);
                if (visible == null || visible[r] != 0) {
                    out.block().set(out.at(r) + i, out.block().get(out.at(r) + i) + sum);
                }
            }
            sums.set(running.offset() + i, sum);
        }
    }

    @Override
    public void logs(Matrix x, float scale, Matrix shift, float factor, Matrix out) {
        VectorLogs.logs(x, scale, shift, factor, out);
    }

    @Override
    public void logsGradient(Matrix x, float scale, Matrix shift, float factor, Matrix d) {
        VectorLogs.gradient(x, scale, shift, factor, d);
    }

    @Override
    public void waves(Matrix p, float[] scale, Matrix phi) {
        VectorWaves.waves(p, scale, phi);
    }

    @Override
    public void wavesGradient(Matrix phi, Matrix d, float[] a, Matrix z, float[] b, Matrix out, float[] sums) {
        VectorWaves.gradient(phi, d, a, z, b, out, sums);
    }

    @Override
    public void copies(Matrix part, Matrix factors, Matrix phi) {
        VectorCopies.copy(part, factors, phi);
    }

    @Override
    public void copiesGradient(
            Matrix part, Matrix factors, Matrix d, float[] a, Matrix z, float[] b, Matrix dPart, Matrix dFactors) {
        VectorCopies.gradient(part, factors, d, a, z, b, dPart, dFactors);
    }

    @Override
    public void dropBelow(Matrix p, float least, float epsilon) {
        FloatBlock block = p.block();
        int full = SPECIES.loopBound(p.columns());
        for (int r = 0; r < p.rows(); r++) {
            long row = p.at(r);
            Object view = block.view(row);
            int at = block.byteIndex(row);
            for (int i = 0; i < full; i += LANES) {
                FloatVector x = load(view, at + i * STEP);
                store(x.blend(0f, x.compare(VectorOperators.LT, least)).add(epsilon), view, at + i * STEP);
            }
            for (int i = full; i < p.columns(); i++) {
                float x = block.get(row + i);
                block.set(row + i, (x < least ? 0 : x) + epsilon);
            }
        }
    }

    @Override
    public void apply(ScalarFunction f, Matrix p, float epsilon, Matrix phi) {
        VectorFunctions.apply(f, p, epsilon, phi);
    }

    @Override
    public void applyGradient(ScalarFunction f, Matrix p, Matrix d) {
        VectorFunctions.applyGradient(f, p, d);
    }

    @Override
    public void addScaledRows(Matrix x, float[] a, Matrix y) {
        for (int r = 0; r < x.rows(); r++) {
            addScaled(x.block(), x.at(r), a[r], y.block(), y.at(r), x.columns());
        }
    }

    private static void addScaled(FloatBlock x, long i, float a, FloatBlock y, long j, int n) {
        Object from = x.view(i);
        int at = x.byteIndex(i);
        Object to = y.view(j);
        int toAt = y.byteIndex(j);
        int full = SPECIES.loopBound(n);
        FloatVector w = FloatVector.broadcast(SPECIES, a);
        for (int k = 0; k < full; k += LANES) {
            store(load(from, at + k * STEP).fma(w, load(to, toAt + k * STEP)), to, toAt + k * STEP);
        }
        for (int k = full; k < n; k++) {
            y.set(j + k, y.get(j + k) + a * x.get(i + k));
        }
    }

    @Override
    public void scaleRows(Matrix x, float[] a, Matrix out) {
        int full = SPECIES.loopBound(x.columns());
        for (int r = 0; r < x.rows(); r++) {
            long row = x.at(r);
            Object view = x.block().view(row);
            int at = x.block().byteIndex(row);
            long to = out.at(r);
            Object toView = out.block().view(to);
            int toAt = out.block().byteIndex(to);
            for (int i = 0; i < full; i += LANES) {
                store(load(view, at + i * STEP).mul(a[r]), toView, toAt + i * STEP);
            }
            for (int i = full; i < x.columns(); i++) {
                out.block().set(to + i, a[r] * x.block().get(row + i));
            }
        }
    }

    @Override
    public void causal(Matrix w, float[] top) {
        FloatBlock block = w.block();
        for (int t = 0; t < w.rows(); t++) {
            long row = w.at(t);
            Object view = block.view(row);
            int at = block.byteIndex(row);
            int seen = Math.min(t + 1, w.columns());
            if (top != null) {
                int full = SPECIES.loopBound(seen);
                for (int j = 0; j < full; j += LANES) {
                    FloatVector distance =
                            FloatVector.fromArray(SPECIES, top, j).sub(top[t]);
                    FloatVector scale =
                            NativeVectors.decay(distance).blend(0, distance.compare(VectorOperators.LT, FARTHEST));
                    store(load(view, at + j * STEP).mul(scale), view, at + j * STEP);
                }
                for (int j = full; j < seen; j++) {
                    float scale = top[j] - top[t] < FARTHEST ? 0 : Scalar.exp(top[j] - top[t]);
                    block.set(row + j, block.get(row + j) * scale);
                }
            }
            block.fill(row + seen, w.columns() - seen, 0);
        }
    }

    @Override
    public void advance(Matrix last, float factor, Matrix key, Matrix v, Matrix query, Matrix next, Matrix out) {
        float[] keys = row(key);
        float[] queries = row(query);
        int n = v.columns();
        int i = 0;
        for (; i + 2 * LANES <= n; i += 2 * LANES) {
            advanceTwo(last, factor, keys, v, queries, next, out, i);
        }
        for (; i + LANES <= n; i += LANES) {
            advanceOne(last, factor, keys, v, queries, next, out, i);
        }
        for (; i < n; i++) {
            float value = v.get(0, i);
            float sum = 0;
            for (int m = 0; m < keys.length; m++) {
                float now = Math.fma(keys[m], value, factor * last.get(m, i));
                next.set(m, i, now);
                sum = Math.fma(queries[m], now, sum);
            }
            out.set(0, i, sum);
        }
    }

    private static float[] row(Matrix x) {
        float[] row = new float[x.columns()];
        x.block().read(x.offset(), row, 0, row.length);
        return row;
    }

    /** Two vectors of columns, because each sum waits for its last term. */
    private static void advanceTwo(
            Matrix last, float factor, float[] keys, Matrix v, float[] queries, Matrix next, Matrix out, int i) {
        FloatVector v0 = at(v, i);
        FloatVector v1 = at(v, i + LANES);
        FloatVector s0 = FloatVector.zero(SPECIES);
        FloatVector s1 = s0;
        Object from = last.block().view(last.offset());
        Object to = next.block().view(next.offset());
        int at = last.block().byteIndex(last.offset()) + i * STEP;
        int toAt = next.block().byteIndex(next.offset()) + i * STEP;
        for (int m = 0; m < keys.length; m++) {
            FloatVector key = FloatVector.broadcast(SPECIES, keys[m]);
            FloatVector query = FloatVector.broadcast(SPECIES, queries[m]);
            FloatVector n0 = v0.fma(key, load(from, at).mul(factor));
            FloatVector n1 = v1.fma(key, load(from, at + LANES * STEP).mul(factor));
            store(n0, to, toAt);
            store(n1, to, toAt + LANES * STEP);
            s0 = n0.fma(query, s0);
            s1 = n1.fma(query, s1);
            at += last.stride() * STEP;
            toAt += next.stride() * STEP;
        }
        store(s0, out.block().view(out.offset()), out.block().byteIndex(out.offset()) + i * STEP);
        store(s1, out.block().view(out.offset()), out.block().byteIndex(out.offset()) + (i + LANES) * STEP);
    }

    private static void advanceOne(
            Matrix last, float factor, float[] keys, Matrix v, float[] queries, Matrix next, Matrix out, int i) {
        FloatVector value = at(v, i);
        FloatVector sum = FloatVector.zero(SPECIES);
        Object from = last.block().view(last.offset());
        Object to = next.block().view(next.offset());
        int at = last.block().byteIndex(last.offset()) + i * STEP;
        int toAt = next.block().byteIndex(next.offset()) + i * STEP;
        for (int m = 0; m < keys.length; m++) {
            FloatVector now = value.fma(
                    FloatVector.broadcast(SPECIES, keys[m]), load(from, at).mul(factor));
            store(now, to, toAt);
            sum = now.fma(FloatVector.broadcast(SPECIES, queries[m]), sum);
            at += last.stride() * STEP;
            toAt += next.stride() * STEP;
        }
        store(sum, out.block().view(out.offset()), out.block().byteIndex(out.offset()) + i * STEP);
    }

    private static FloatVector at(Matrix row, int i) {
        return load(row.block().view(row.offset()), row.block().byteIndex(row.offset()) + i * STEP);
    }
}
