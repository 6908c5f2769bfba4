package io.github.performer4j.kernels.layer;

import io.github.performer4j.kernels.memory.FloatBlock;

/** What an optimizer's step computes over all parameters, in plain Java. */
final class PlainOptimizer {
    private PlainOptimizer() {}

    static double squaredNorm(FloatBlock x, long offset, long n) {
        LayerShapes.range("x", x, offset, n);
        double sum = 0;
        for (long i = offset; i < offset + n; i++) {
            double value = x.get(i);
            sum += value * value;
        }
        return sum;
    }

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
        for (long i = 0; i < n; i++) {
            float gradient = g.get(gAt + i);
            float first = step.beta1() * m.get(mAt + i) + step.rest1() * gradient;
            float second = step.beta2() * v.get(vAt + i) + step.rest2() * gradient * gradient;
            m.set(mAt + i, first);
            v.set(vAt + i, second);
            float value = p.get(pAt + i);
            float change = step.change(value, first, second);
            g.set(gAt + i, change);
            p.set(pAt + i, value - change);
        }
    }

    static void adam(FloatBlock g, long gAt, FloatBlock m, long mAt, FloatBlock v, long vAt, long n, AdamWStep step) {
        LayerShapes.range("g", g, gAt, n);
        LayerShapes.range("m", m, mAt, n);
        LayerShapes.range("v", v, vAt, n);
        for (long i = 0; i < n; i++) {
            float gradient = g.get(gAt + i);
            float first = step.beta1() * m.get(mAt + i) + step.rest1() * gradient;
            float second = step.beta2() * v.get(vAt + i) + step.rest2() * gradient * gradient;
            m.set(mAt + i, first);
            v.set(vAt + i, second);
            g.set(gAt + i, step.change(first, second));
        }
    }
}
