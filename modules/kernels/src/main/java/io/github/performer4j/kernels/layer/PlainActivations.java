package io.github.performer4j.kernels.layer;

import io.github.performer4j.kernels.math.Activation;
import io.github.performer4j.kernels.math.Scalar;
import io.github.performer4j.kernels.memory.Matrix;

/** The activations of feed-forwards in plain Java: each is z·s(z), and its derivative s(z) + z·s'(z). */
final class PlainActivations {
    private PlainActivations() {}

    static void activate(Activation f, Matrix z, Matrix out) {
        LayerShapes.activation(f, z, null, out);
        LayerShapes.given("out", out);
        for (int r = 0; r < z.rows(); r++) {
            for (int i = 0; i < z.columns(); i++) {
                float x = z.get(r, i);
                out.set(r, i, x * factor(f, x, common(f, x)));
            }
        }
    }

    static void gradient(Activation f, Matrix z, Matrix d, Matrix out) {
        LayerShapes.activation(f, z, d, out);
        LayerShapes.given("d", d);
        for (int r = 0; r < z.rows(); r++) {
            for (int i = 0; i < z.columns(); i++) {
                float x = z.get(r, i);
                float common = common(f, x);
                float factor = factor(f, x, common);
                d.set(r, i, d.get(r, i) * slope(f, x, common, factor));
                if (out != null) {
                    out.set(r, i, x * factor);
                }
            }
        }
    }

    static void gated(Activation f, Matrix z, Matrix gate, Matrix out) {
        LayerShapes.activation(f, z, null, out);
        LayerShapes.given("out", out);
        LayerShapes.same("gate", gate, "z", z);
        for (int r = 0; r < z.rows(); r++) {
            for (int i = 0; i < z.columns(); i++) {
                float x = z.get(r, i);
                out.set(r, i, x * factor(f, x, common(f, x)) * gate.get(r, i));
            }
        }
    }

    static void gatedGradient(Activation f, Matrix z, Matrix gate, Matrix d, Matrix dGate, Matrix out) {
        LayerShapes.activation(f, z, d, out);
        LayerShapes.given("d", d);
        LayerShapes.same("gate", gate, "z", z);
        LayerShapes.same("dGate", dGate, "z", z);
        for (int r = 0; r < z.rows(); r++) {
            for (int i = 0; i < z.columns(); i++) {
                float x = z.get(r, i);
                float common = common(f, x);
                float factor = factor(f, x, common);
                float error = d.get(r, i);
                float open = gate.get(r, i);
                d.set(r, i, error * open * slope(f, x, common, factor));
                dGate.set(r, i, error * (x * factor));
                if (out != null) {
                    out.set(r, i, x * factor * open);
                }
            }
        }
    }

    /** Returns what s and its derivative have in common: exp(−z²/2) of GELU, and σ of a sigmoid's argument. */
    private static float common(Activation f, float z) {
        return f.sigmoid() ? Scalar.sigmoid(f, z) : f == Activation.GELU ? Scalar.bell(z) : 0;
    }

    /** Returns s(z): Φ(z), σ, or 1 for positive z. */
    private static float factor(Activation f, float z, float common) {
        return f.sigmoid() ? common : f == Activation.GELU ? Scalar.normal(z, common) : z > 0 ? 1 : 0;
    }

    /** Returns f'(z). */
    private static float slope(Activation f, float z, float common, float factor) {
        return f.sigmoid() ? Scalar.sigmoidSlope(f, z, common) : factor + z * common * Scalar.DENSITY;
    }
}
