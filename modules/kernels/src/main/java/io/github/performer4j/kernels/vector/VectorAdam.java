package io.github.performer4j.kernels.vector;

import static io.github.performer4j.kernels.vector.NativeVectors.LANES;
import static io.github.performer4j.kernels.vector.NativeVectors.SPECIES;
import static io.github.performer4j.kernels.vector.NativeVectors.load;
import static io.github.performer4j.kernels.vector.NativeVectors.store;

import io.github.performer4j.kernels.layer.AdamWStep;
import io.github.performer4j.kernels.layer.LayerShapes;
import io.github.performer4j.kernels.memory.FloatBlock;
import jdk.incubator.vector.FloatVector;

/** Steps of Adam on vectors, in chunks that lie in one view each. */
final class VectorAdam {
    private static final int STEP = Float.BYTES;
    private static final int CHUNK = 1 << 16;

    private VectorAdam() {}

    static void adamW(
            FloatBlock p,
            long pAt,
            FloatBlock g,
            long gAt,
            FloatBlock m,
            long mAt,
            FloatBlock v,
            long vAt,
            long n,
            AdamWStep step) {
        LayerShapes.range("p", p, pAt, n);
        LayerShapes.range("g", g, gAt, n);
        LayerShapes.range("m", m, mAt, n);
        LayerShapes.range("v", v, vAt, n);
        for (long i = 0; i < n; i += CHUNK) {
            int size = (int) Math.min(CHUNK, n - i);
            chunk(p, pAt + i, g, gAt + i, m, mAt + i, v, vAt + i, size, step);
        }
    }

    private static void chunk(
            FloatBlock p,
            long pAt,
            FloatBlock g,
            long gAt,
            FloatBlock m,
            long mAt,
            FloatBlock v,
            long vAt,
            int n,
            AdamWStep step) {
        Object ps = p.view(pAt);
        Object gs = g.view(gAt);
        Object ms = m.view(mAt);
        Object vs = v.view(vAt);
        int pByte = p.byteIndex(pAt);
        int gByte = g.byteIndex(gAt);
        int mByte = m.byteIndex(mAt);
        int vByte = v.byteIndex(vAt);
        float rest1 = step.rest1();
        float rest2 = step.rest2();
        float beta1 = step.beta1();
        float beta2 = step.beta2();
        int full = SPECIES.loopBound(n);
        for (int k = 0; k < full; k += LANES) {
            FloatVector gradient = load(gs, gByte + k * STEP);
            FloatVector first = load(ms, mByte + k * STEP).mul(beta1).add(gradient.mul(rest1));
            FloatVector second = load(vs, vByte + k * STEP)
                    .mul(beta2)
                    .add(gradient.mul(rest2).mul(gradient));
            store(first, ms, mByte + k * STEP);
            store(second, vs, vByte + k * STEP);
            FloatVector value = load(ps, pByte + k * STEP);
            FloatVector change =
                    first.mul(step.size()).div(second.sqrt().mul(step.root()).add(step.epsilon()));
            FloatVector whole = change.add(value.mul(step.shrink()));
            store(whole, gs, gByte + k * STEP);
            store(value.sub(whole), ps, pByte + k * STEP);
        }
        for (int k = full; k < n; k++) {
            float gradient = g.get(gAt + k);
            float first = beta1 * m.get(mAt + k) + rest1 * gradient;
            float second = beta2 * v.get(vAt + k) + rest2 * gradient * gradient;
            m.set(mAt + k, first);
            v.set(vAt + k, second);
            float value = p.get(pAt + k);
            float change = step.change(value, first, second);
            g.set(gAt + k, change);
            p.set(pAt + k, value - change);
        }
    }

    static void adam(FloatBlock g, long gAt, FloatBlock m, long mAt, FloatBlock v, long vAt, long n, AdamWStep step) {
        LayerShapes.range("g", g, gAt, n);
        LayerShapes.range("m", m, mAt, n);
        LayerShapes.range("v", v, vAt, n);
        for (long i = 0; i < n; i += CHUNK) {
            chunk(g, gAt + i, m, mAt + i, v, vAt + i, (int) Math.min(CHUNK, n - i), step);
        }
    }

    private static void chunk(
            FloatBlock g, long gAt, FloatBlock m, long mAt, FloatBlock v, long vAt, int n, AdamWStep step) {
        Object gs = g.view(gAt);
        Object ms = m.view(mAt);
        Object vs = v.view(vAt);
        int gByte = g.byteIndex(gAt);
        int mByte = m.byteIndex(mAt);
        int vByte = v.byteIndex(vAt);
        float rest1 = step.rest1();
        float rest2 = step.rest2();
        float beta1 = step.beta1();
        float beta2 = step.beta2();
        int full = SPECIES.loopBound(n);
        for (int k = 0; k < full; k += LANES) {
            FloatVector gradient = load(gs, gByte + k * STEP);
            FloatVector first = load(ms, mByte + k * STEP).mul(beta1).add(gradient.mul(rest1));
            FloatVector second = load(vs, vByte + k * STEP)
                    .mul(beta2)
                    .add(gradient.mul(rest2).mul(gradient));
            store(first, ms, mByte + k * STEP);
            store(second, vs, vByte + k * STEP);
            FloatVector change =
                    first.mul(step.size()).div(second.sqrt().mul(step.root()).add(step.epsilon()));
            store(change, gs, gByte + k * STEP);
        }
        for (int k = full; k < n; k++) {
            float gradient = g.get(gAt + k);
            float first = beta1 * m.get(mAt + k) + rest1 * gradient;
            float second = beta2 * v.get(vAt + k) + rest2 * gradient * gradient;
            m.set(mAt + k, first);
            v.set(vAt + k, second);
            g.set(gAt + k, step.change(first, second));
        }
    }
}
