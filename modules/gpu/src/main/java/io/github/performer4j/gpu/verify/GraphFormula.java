package io.github.performer4j.gpu.verify;

import java.util.Map;
import java.util.function.Supplier;

/** Attention over the graph of {@link VerifyCases#graph}, from its definition, with the kernel as a matrix: {@code Σ_j K_ij φ(x_i)·φ(x_j) x_j / Σ_j K_ij φ(x_i)·φ(x_j)}, φ = exp. */
final class GraphFormula {
    private static final double STEP = 1e-5;

    private GraphFormula() {}

    /** Returns the output, and by central differences in float64 the gradients of nodes and of the modulation. */
    static Map<String, float[]> tensors(VerifyCase c) {
        double[] x = doubles(c.input(0));
        double[] theta = doubles(c.parameter(c.program().parameters().get(0)));
        float[] error = c.error();
        Supplier<Double> loss = () -> {
            double[] out = output(c, x, theta);
            double sum = 0;
            for (int i = 0; i < out.length; i++) {
                sum += out[i] * error[i];
            }
            return sum;
        };
        return Map.of(
                CaseRun.OUTPUT,
                floats(output(c, x, theta)),
                CaseRun.INPUT + 0,
                slopes(x, loss),
                c.program().parameters().get(0).name(),
                slopes(theta, loss));
    }

    private static float[] slopes(double[] at, Supplier<Double> loss) {
        double[] slopes = new double[at.length];
        for (int i = 0; i < at.length; i++) {
            double here = at[i];
            at[i] = here + STEP;
            double above = loss.get();
            at[i] = here - STEP;
            slopes[i] = (above - loss.get()) / (2 * STEP);
            at[i] = here;
        }
        return floats(slopes);
    }

    private static double[] doubles(float... values) {
        double[] doubles = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            doubles[i] = values[i];
        }
        return doubles;
    }

    private static float[] floats(double... values) {
        float[] floats = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            floats[i] = (float) values[i];
        }
        return floats;
    }

    private static double[] output(VerifyCase c, double[] x, double... theta) {
        int nodes = c.tokens().get(0);
        int heads = 2;
        int width = x.length / nodes;
        int size = width / heads;
        double scale = VerifyCases.MAP.inputScale(size, size);
        double[] out = new double[x.length];
        for (int h = 0; h < heads; h++) {
            double[] f = new double[theta.length / heads];
            for (int l = 0; l < f.length; l++) {
                f[l] = Math.exp(theta[h * f.length + l]);
            }
            double[][] kernel = VerifyCases.factor().dense(f);
            for (int i = 0; i < nodes; i++) {
                double below = 0;
                for (int j = 0; j < nodes; j++) {
                    double weight = 0;
                    for (int d = 0; d < size; d++) {
                        weight += Math.exp(scale * (x[i * width + h * size + d] + x[j * width + h * size + d]));
                    }
                    weight *= kernel[i][j];
                    below += weight;
                    for (int d = 0; d < size; d++) {
                        out[i * width + h * size + d] += weight * x[j * width + h * size + d];
                    }
                }
                for (int d = 0; d < size; d++) {
                    out[i * width + h * size + d] /= below;
                }
            }
        }
        return out;
    }
}
