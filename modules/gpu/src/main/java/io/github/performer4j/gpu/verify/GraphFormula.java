package io.github.performer4j.gpu.verify;

/** Attention over the graph of {@link VerifyCases#graph}, from its definition, with the kernel as a matrix: {@code Σ_j K_ij φ(x_i)·φ(x_j) x_j / Σ_j K_ij φ(x_i)·φ(x_j)}, φ = exp. */
final class GraphFormula {
    private GraphFormula() {}

    static float[] output(VerifyCase c) {
        int nodes = c.tokens().get(0);
        int heads = 2;
        float[] x = c.input(0);
        int width = x.length / nodes;
        int size = width / heads;
        double scale = VerifyCases.MAP.inputScale(size, size);
        float[] theta = c.parameter(c.program().parameters().get(0));
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
        float[] values = new float[out.length];
        for (int i = 0; i < out.length; i++) {
            values[i] = (float) out[i];
        }
        return values;
    }
}
