package io.github.performer4j.core.layer;

import io.github.performer4j.core.layer.FusedMemory.Part;
import io.github.performer4j.kernels.Matrix;

/**
 * The temperature of each head, folded into the weights: {@code W' = W diag(e^{ρ/2})}, {@code b' = b diag(e^{ρ/2})}, ρ_h for the columns of head h.
 *
 * <p>So nothing is done per token. With the gradients dW', db' of the products, {@code dW = dW' diag(e^{ρ/2})} and
 * {@code dρ_h = ½ Σ_{columns of h} (Σ_i dW'_ij W'_ij + db'_j b'_j)}, of queries and keys together.
 */
final class FusedTemperature {
    private final FusedPass pass;
    private final String weightName;
    private final String biasName;
    private final float[] factors; // per column; null without temperatures
    private final Matrix weight;
    private final Matrix bias;

    FusedTemperature(FusedPass pass, String weightName, String biasName, Part part) {
        this.pass = pass;
        this.weightName = weightName;
        this.biasName = biasName;
        Matrix rho = pass.parameter(AttentionPart.TEMPERATURE);
        Matrix w = pass.parameter(weightName);
        Matrix b = pass.parameter(biasName);
        if (rho == null) {
            factors = null;
            weight = w;
            bias = b;
            return;
        }
        int width = w.columns();
        factors = new float[width];
        for (int j = 0; j < width; j++) {
            factors[j] = (float) Math.exp(rho.get(0, head(j, width, rho.columns())) / 2);
        }
        Matrix all = FusedMemory.phase().matrix(part, w.rows() + 1, width);
        weight = all.rows(0, w.rows());
        scale(w, weight);
        bias = b == null ? null : all.rows(w.rows(), w.rows() + 1);
        if (b != null) {
            scale(b, bias);
        }
    }

    private static int head(int column, int width, int heads) {
        return column / (width / heads);
    }

    /** Returns W', or W without temperatures. */
    Matrix weight() {
        return weight;
    }

    /** Returns b', or b; null if there is none. */
    Matrix bias() {
        return bias;
    }

    /** Turns the gradients with respect to W' and b' into those of W and b, and adds this side's share to ρ's. */
    void finish() {
        finish(weight, pass.gradient(weightName));
        if (bias != null) {
            finish(bias, pass.gradient(biasName));
        }
    }

    private void finish(Matrix tempered, Matrix gradient) {
        Matrix dRho = pass.gradient(AttentionPart.TEMPERATURE);
        int width = factors.length;
        double[] sums = new double[dRho.columns()];
        float[] d = new float[width];
        float[] w = new float[width];
        for (int i = 0; i < gradient.rows(); i++) {
            gradient.block().read(gradient.at(i), d, 0, width);
            tempered.block().read(tempered.at(i), w, 0, width);
            for (int j = 0; j < width; j++) {
                sums[head(j, width, sums.length)] += (double) d[j] * w[j] / 2;
            }
        }
        scale(gradient, gradient);
        for (int h = 0; h < sums.length; h++) {
            dRho.set(0, h, (float) (dRho.get(0, h) + sums[h]));
        }
    }

    private void scale(Matrix from, Matrix to) {
        float[] row = new float[factors.length];
        for (int i = 0; i < from.rows(); i++) {
            from.block().read(from.at(i), row, 0, row.length);
            for (int j = 0; j < row.length; j++) {
                row[j] *= factors[j];
            }
            to.block().write(to.at(i), row, 0, row.length);
        }
    }
}
