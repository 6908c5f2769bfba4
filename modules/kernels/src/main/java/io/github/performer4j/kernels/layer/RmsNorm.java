package io.github.performer4j.kernels.layer;

import io.github.performer4j.kernels.memory.Matrix;

/**
 * Normalisation of rows by their root mean square, {@code y = gain ⊙ x / √(mean(x²) + ε)} (arXiv 1910.07467), float32.
 *
 * <p>Loops run over heap arrays of one row, which the compiler turns into vectors; sums over a row take {@value #LANES} partial sums, in one order everywhere.
 */
public final class RmsNorm {
    private static final int LANES = 8;

    private RmsNorm() {}

    /**
     * Normalises rows.
     *
     * @param x [n,E]
     * @param gain [1,E]
     * @param epsilon ε
     * @param out written, [n,E]; may be x
     * @param inverse written: 1/√(mean(x²) + ε) of each row, [n,1]
     */
    public static void forward(Matrix x, Matrix gain, float epsilon, Matrix out, Matrix inverse) {
        check(x, gain, inverse);
        out.require("out", x.rows(), x.columns());
        float[] row = new float[x.columns()];
        float[] gains = row(gain, 0, new float[row.length]);
        for (int r = 0; r < x.rows(); r++) {
            row(x, r, row);
            float scale = (float) (1 / Math.sqrt((double) dot(row, row) / row.length + epsilon));
            inverse.set(r, 0, scale);
            for (int i = 0; i < row.length; i++) {
                row[i] = row[i] * scale * gains[i];
            }
            out.block().write(out.at(r), row, 0, row.length);
        }
    }

    /**
     * The gradient: with g = error ⊙ gain and x̂ = x · inverse, {@code dx += (g − x̂ mean(g ⊙ x̂)) · inverse} and {@code dGain += Σ_r error ⊙ x̂}.
     *
     * @param error derivative with respect to out, [n,E]
     * @param inverse as the forward pass wrote it
     * @param dx added to, [n,E]
     * @param dGain added to, [1,E]
     */
    public static void gradient(Matrix error, Matrix x, Matrix gain, Matrix inverse, Matrix dx, Matrix dGain) {
        check(x, gain, inverse);
        error.require("error", x.rows(), x.columns());
        dx.require("dx", x.rows(), x.columns());
        dGain.require("dGain", 1, x.columns());
        int n = x.columns();
        float[] normed = new float[n];
        float[] g = new float[n];
        float[] d = new float[n];
        float[] gains = row(gain, 0, new float[n]);
        float[] sums = row(dGain, 0, new float[n]);
        for (int r = 0; r < x.rows(); r++) {
            row(x, r, normed);
            row(error, r, g);
            row(dx, r, d);
            float scale = inverse.get(r, 0);
            for (int i = 0; i < n; i++) {
                normed[i] *= scale;
                sums[i] += g[i] * normed[i];
                g[i] *= gains[i];
            }
            float mean = dot(g, normed) / n;
            for (int i = 0; i < n; i++) {
                d[i] += (g[i] - normed[i] * mean) * scale;
            }
            dx.block().write(dx.at(r), d, 0, n);
        }
        dGain.block().write(dGain.at(0), sums, 0, n);
    }

    private static void check(Matrix x, Matrix gain, Matrix inverse) {
        gain.require("gain", 1, x.columns());
        inverse.require("inverse", x.rows(), 1);
    }

    private static float[] row(Matrix x, int r, float[] to) {
        x.block().read(x.at(r), to, 0, to.length);
        return to;
    }

    private static float dot(float[] a, float[] b) {
        float[] parts = new float[LANES];
        int full = a.length - a.length % LANES;
        for (int i = 0; i < full; i += LANES) {
            for (int j = 0; j < LANES; j++) {
                parts[j] += a[i + j] * b[i + j];
            }
        }
        float sum = 0;
        for (int j = 0; j < LANES; j++) {
            sum += parts[j];
        }
        for (int i = full; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }
}
