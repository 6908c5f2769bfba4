package io.github.performer4j.kernels;

/** The activations of feed-forwards in plain Java: GELU z·Φ(z), its derivative Φ(z) + z·exp(−z²/2)/√(2π), and ReLU. */
final class PlainActivations {
    private PlainActivations() {}

    static void activate(Activation f, Matrix z, Matrix out) {
        LayerShapes.activation(f, z, null, out);
        LayerShapes.given("out", out);
        for (int r = 0; r < z.rows(); r++) {
            for (int i = 0; i < z.columns(); i++) {
                float x = z.get(r, i);
                out.set(r, i, x * factor(f, x, bell(f, x)));
            }
        }
    }

    static void gradient(Activation f, Matrix z, Matrix d, Matrix out) {
        LayerShapes.activation(f, z, d, out);
        LayerShapes.given("d", d);
        for (int r = 0; r < z.rows(); r++) {
            for (int i = 0; i < z.columns(); i++) {
                float x = z.get(r, i);
                float bell = bell(f, x);
                float factor = factor(f, x, bell);
                d.set(r, i, d.get(r, i) * slope(x, bell, factor));
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
                out.set(r, i, x * factor(f, x, bell(f, x)) * gate.get(r, i));
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
                float bell = bell(f, x);
                float factor = factor(f, x, bell);
                float error = d.get(r, i);
                float open = gate.get(r, i);
                d.set(r, i, error * open * slope(x, bell, factor));
                dGate.set(r, i, error * (x * factor));
                if (out != null) {
                    out.set(r, i, x * factor * open);
                }
            }
        }
    }

    private static float bell(Activation f, float z) {
        return f == Activation.GELU ? Scalar.bell(z) : 0;
    }

    /** Returns f(z)/z: Φ(z), or 1 for positive z. */
    private static float factor(Activation f, float z, float bell) {
        return f == Activation.GELU ? Scalar.normal(z, bell) : z > 0 ? 1 : 0;
    }

    /** Returns f'(z); both are factor + z · density, ReLU with a density of 0. */
    private static float slope(float z, float bell, float factor) {
        return factor + z * bell * Scalar.DENSITY;
    }
}
