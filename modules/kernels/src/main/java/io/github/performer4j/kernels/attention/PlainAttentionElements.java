package io.github.performer4j.kernels.attention;

import io.github.performer4j.kernels.math.Scalar;
import io.github.performer4j.kernels.math.ScalarFunction;
import io.github.performer4j.kernels.memory.Copies;
import io.github.performer4j.kernels.memory.FloatBlock;
import io.github.performer4j.kernels.memory.Matrix;
import io.github.performer4j.kernels.memory.Waves;
import java.nio.ByteBuffer;

/** {@link AttentionElements} in plain Java: the fallback, and the reference of the vector form. */
public final class PlainAttentionElements implements AttentionElements {
    private static final int STEP = Float.BYTES;

    @Override
    public void halfSquaredNorms(Matrix x, float scale, float[] out) {
        dots(x, x, out);
        for (int r = 0; r < x.rows(); r++) {
            out[r] *= scale / 2;
        }
    }

    @Override
    public void rowMaxima(Matrix p, float[] out) {
        for (int r = 0; r < p.rows(); r++) {
            ByteBuffer b = p.block().bytes(p.at(r));
            int at = p.block().byteIndex(p.at(r));
            float top = Float.NEGATIVE_INFINITY;
            for (int i = 0; i < p.columns(); i++) {
                top = Math.max(top, b.getFloat(at + i * STEP));
            }
            out[r] = top;
        }
    }

    @Override
    public void exponentials(Matrix p, float[] heights, float[] shift, float epsilon) {
        for (int r = 0; r < p.rows(); r++) {
            float height = heights == null ? 0 : heights[r];
            ByteBuffer b = p.block().bytes(p.at(r));
            int at = p.block().byteIndex(p.at(r));
            for (int i = at; i < at + p.columns() * STEP; i += STEP) {
                b.putFloat(i, Scalar.exp(b.getFloat(i) - height - shift[r]) + epsilon);
            }
        }
    }

    @Override
    public void addColumnSums(Matrix p, Matrix sums) {
        addWeightedRows(p, null, sums);
    }

    @Override
    public void addWeightedRows(Matrix p, float[] a, Matrix sums) {
        ByteBuffer s = sums.block().bytes(sums.offset());
        int to = sums.block().byteIndex(sums.offset());
        for (int r = 0; r < p.rows(); r++) {
            ByteBuffer b = p.block().bytes(p.at(r));
            int at = p.block().byteIndex(p.at(r));
            float weight = a == null ? 1 : a[r];
            for (int i = 0; i < p.columns() * STEP; i += STEP) {
                s.putFloat(to + i, s.getFloat(to + i) + weight * b.getFloat(at + i));
            }
        }
    }

    @Override
    public void dotRow(Matrix p, Matrix z, float[] out) {
        for (int r = 0; r < p.rows(); r++) {
            out[r] = dot(p, r, z, 0);
        }
    }

    @Override
    public void dots(Matrix a, Matrix b, float[] out) {
        for (int r = 0; r < a.rows(); r++) {
            out[r] = dot(a, r, b, r);
        }
    }

    private static float dot(Matrix a, int rowOfA, Matrix b, int rowOfB) {
        ByteBuffer x = a.block().bytes(a.at(rowOfA));
        int i = a.block().byteIndex(a.at(rowOfA));
        ByteBuffer y = b.block().bytes(b.at(rowOfB));
        int j = b.block().byteIndex(b.at(rowOfB));
        float sum = 0;
        for (int k = 0; k < a.columns() * STEP; k += STEP) {
            sum += x.getFloat(i + k) * y.getFloat(j + k);
        }
        return sum;
    }

    @Override
    public void exponentialsGradient(
            Matrix p, Matrix d, float[] a, Matrix z, float[] b, float epsilon, float[] rowSums) {
        ByteBuffer zs = z.block().bytes(z.offset());
        int zAt = z.block().byteIndex(z.offset());
        for (int r = 0; r < p.rows(); r++) {
            ByteBuffer pb = p.block().bytes(p.at(r));
            int at = p.block().byteIndex(p.at(r));
            ByteBuffer db = d.block().bytes(d.at(r));
            int dAt = d.block().byteIndex(d.at(r));
            float weight = a == null ? 1 : a[r];
            float constant = b == null ? 0 : b[r];
            float sum = 0;
            for (int i = 0; i < p.columns() * STEP; i += STEP) {
                float g = (db.getFloat(dAt + i) + weight * zs.getFloat(zAt + i) + constant)
                        * (pb.getFloat(at + i) - epsilon);
                db.putFloat(dAt + i, g);
                sum += g;
            }
            rowSums[r] = sum;
        }
    }

    @Override
    public void addOuter(Matrix m, float[] a, Matrix z, float[] b) {
        ByteBuffer zs = z.block().bytes(z.offset());
        int zAt = z.block().byteIndex(z.offset());
        for (int r = 0; r < m.rows(); r++) {
            ByteBuffer mb = m.block().bytes(m.at(r));
            int at = m.block().byteIndex(m.at(r));
            float weight = a == null ? 1 : a[r];
            float constant = b == null ? 0 : b[r];
            for (int i = 0; i < m.columns() * STEP; i += STEP) {
                mb.putFloat(at + i, mb.getFloat(at + i) + weight * zs.getFloat(zAt + i) + constant);
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
        for (int r = 0; r < v.rows(); r++) {
            for (int i = 0; i < v.columns(); i++) {
                float sum = sums.get(running.offset() + i);
                if (visible == null || visible[r] != 0) {
                    sum += v.block().get(v.at(r) + i);
                    sums.set(running.offset() + i, sum);
                }
                out.block().set(out.at(r) + i, out.block().get(out.at(r) + i) + coefficient[r] * sum);
            }
        }
    }

    @Override
    public void addReverseSums(Matrix u, float[] visible, Matrix running, Matrix out) {
        FloatBlock sums = running.block();
        for (int r = u.rows() - 1; r >= 0; r--) {
            for (int i = 0; i < u.columns(); i++) {
                float sum = sums.get(running.offset() + i) + u.block().get(u.at(r) + i);
                sums.set(running.offset() + i, sum);
                if (visible == null || visible[r] != 0) {
                    out.block().set(out.at(r) + i, out.block().get(out.at(r) + i) + sum);
                }
            }
        }
    }

    @Override
    public void logs(Matrix x, float scale, Matrix shift, float factor, Matrix out) {
        for (int r = 0; r < x.rows(); r++) {
            for (int i = 0; i < x.columns(); i++) {
                float y = Scalar.height(
                        x.block().get(x.at(r) + i), scale, shift.block().get(shift.offset() + i), factor);
                out.block().set(out.at(r) + i, Scalar.log(y + Scalar.LEAST));
            }
        }
    }

    @Override
    public void logsGradient(Matrix x, float scale, Matrix shift, float factor, Matrix d) {
        for (int r = 0; r < x.rows(); r++) {
            for (int i = 0; i < x.columns(); i++) {
                float y = Scalar.height(
                        x.block().get(x.at(r) + i), scale, shift.block().get(shift.offset() + i), factor);
                float slope = y > 0 ? scale * factor / (y + Scalar.LEAST) : 0;
                d.block().set(d.at(r) + i, d.block().get(d.at(r) + i) * slope);
            }
        }
    }

    @Override
    public void waves(Matrix p, float[] scale, Matrix phi) {
        for (int r = 0; r < p.rows(); r++) {
            Waves.write(p.block(), p.at(r), p.columns(), scale == null ? 1 : scale[r], phi.block(), phi.at(r));
        }
    }

    @Override
    public void wavesGradient(Matrix phi, Matrix d, float[] a, Matrix z, float[] b, Matrix out, float[] sums) {
        ByteBuffer zs = z.block().bytes(z.offset());
        int zAt = z.block().byteIndex(z.offset());
        int n = out.columns() * STEP;
        for (int r = 0; r < out.rows(); r++) {
            ByteBuffer waves = phi.block().bytes(phi.at(r));
            int at = phi.block().byteIndex(phi.at(r));
            ByteBuffer db = d.block().bytes(d.at(r));
            int dAt = d.block().byteIndex(d.at(r));
            ByteBuffer to = out.block().bytes(out.at(r));
            int toAt = out.block().byteIndex(out.at(r));
            float weight = a == null ? 1 : a[r];
            float constant = b == null ? 0 : b[r];
            float sum = 0;
            for (int i = 0; i < n; i += STEP) {
                float cosine = waves.getFloat(at + i);
                float sine = waves.getFloat(at + n + i);
                float first = db.getFloat(dAt + i) + weight * zs.getFloat(zAt + i) + constant;
                float second = db.getFloat(dAt + n + i) + weight * zs.getFloat(zAt + n + i) + constant;
                to.putFloat(toAt + i, cosine * second - sine * first);
                sum += cosine * first + sine * second;
            }
            sums[r] = sum;
        }
    }

    @Override
    public void copies(Matrix part, Matrix factors, Matrix phi) {
        Copies.copy(part, factors, phi);
    }

    @Override
    public void copiesGradient(
            Matrix part, Matrix factors, Matrix d, float[] a, Matrix z, float[] b, Matrix dPart, Matrix dFactors) {
        Copies.gradient(part, factors, d, a, z, b, dPart, dFactors);
    }

    @Override
    public void dropBelow(Matrix p, float least, float epsilon) {
        for (int r = 0; r < p.rows(); r++) {
            ByteBuffer b = p.block().bytes(p.at(r));
            int at = p.block().byteIndex(p.at(r));
            for (int i = at; i < at + p.columns() * STEP; i += STEP) {
                float x = b.getFloat(i);
                b.putFloat(i, (x < least ? 0 : x) + epsilon);
            }
        }
    }

    @Override
    public void apply(ScalarFunction f, Matrix p, float epsilon, Matrix phi) {
        for (int r = 0; r < p.rows(); r++) {
            for (int i = 0; i < p.columns(); i++) {
                phi.block().set(phi.at(r) + i, f.apply(p.block().get(p.at(r) + i)) + epsilon);
            }
        }
    }

    @Override
    public void applyGradient(ScalarFunction f, Matrix p, Matrix d) {
        for (int r = 0; r < p.rows(); r++) {
            for (int i = 0; i < p.columns(); i++) {
                d.block()
                        .set(
                                d.at(r) + i,
                                d.block().get(d.at(r) + i)
                                        * f.derivative(p.block().get(p.at(r) + i)));
            }
        }
    }

    @Override
    public void addScaledRows(Matrix x, float[] a, Matrix y) {
        for (int r = 0; r < x.rows(); r++) {
            ByteBuffer b = x.block().bytes(x.at(r));
            int at = x.block().byteIndex(x.at(r));
            ByteBuffer to = y.block().bytes(y.at(r));
            int toAt = y.block().byteIndex(y.at(r));
            for (int i = 0; i < x.columns() * STEP; i += STEP) {
                to.putFloat(toAt + i, to.getFloat(toAt + i) + a[r] * b.getFloat(at + i));
            }
        }
    }

    @Override
    public void scaleRows(Matrix x, float[] a, Matrix out) {
        for (int r = 0; r < x.rows(); r++) {
            ByteBuffer b = x.block().bytes(x.at(r));
            int at = x.block().byteIndex(x.at(r));
            ByteBuffer to = out.block().bytes(out.at(r));
            int toAt = out.block().byteIndex(out.at(r));
            for (int i = 0; i < x.columns() * STEP; i += STEP) {
                to.putFloat(toAt + i, a[r] * b.getFloat(at + i));
            }
        }
    }

    @Override
    public void causal(Matrix w, float[] top) {
        for (int t = 0; t < w.rows(); t++) {
            ByteBuffer b = w.block().bytes(w.at(t));
            int at = w.block().byteIndex(w.at(t));
            for (int j = 0; j < w.columns(); j++) {
                int i = at + j * STEP;
                if (j > t) {
                    b.putFloat(i, 0);
                } else if (top != null) {
                    float scale = top[j] - top[t] < FARTHEST ? 0 : Scalar.exp(top[j] - top[t]);
                    b.putFloat(i, b.getFloat(i) * scale);
                }
            }
        }
    }

    @Override
    public void advance(Matrix last, float factor, Matrix key, Matrix v, Matrix query, Matrix next, Matrix out) {
        for (int i = 0; i < v.columns(); i++) {
            float value = v.get(0, i);
            float sum = 0;
            for (int m = 0; m < last.rows(); m++) {
                float now = Math.fma(key.get(0, m), value, factor * last.get(m, i));
                next.set(m, i, now);
                sum = Math.fma(query.get(0, m), now, sum);
            }
            out.set(0, i, sum);
        }
    }
}
