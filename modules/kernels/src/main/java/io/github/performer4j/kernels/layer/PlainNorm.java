package io.github.performer4j.kernels.layer;

import io.github.performer4j.kernels.memory.Matrix;
import java.nio.ByteBuffer;

/**
 * LayerNorm in plain Java, x̂ = (x − mean)/√(variance + ε), out = x̂ ⊙ gain + bias.
 *
 * <p>The variance is that of differences from the mean, so rows far from zero lose nothing.
 */
final class PlainNorm {
    private static final int STEP = Float.BYTES;

    private PlainNorm() {}

    static void forward(Matrix x, Matrix gain, Matrix bias, float epsilon, Matrix out, Matrix moments) {
        LayerShapes.layerNorm(x, gain, bias, epsilon, out, moments);
        int n = x.columns();
        for (int r = 0; r < x.rows(); r++) {
            ByteBuffer from = x.block().bytes(x.at(r));
            int at = x.block().byteIndex(x.at(r));
            double sum = 0;
            for (int i = 0; i < n * STEP; i += STEP) {
                sum += from.getFloat(at + i);
            }
            double mean = sum / n;
            double squares = 0;
            for (int i = 0; i < n * STEP; i += STEP) {
                double difference = from.getFloat(at + i) - mean;
                squares += difference * difference;
            }
            moments.set(r, 0, (float) mean);
            moments.set(r, 1, (float) (1 / Math.sqrt(squares / n + epsilon)));
        }
        again(x, gain, bias, moments, out);
    }

    static void again(Matrix x, Matrix gain, Matrix bias, Matrix moments, Matrix out) {
        LayerShapes.layerNorm(x, gain, bias, 0, out, moments);
        for (int r = 0; r < x.rows(); r++) {
            float mean = moments.get(r, 0);
            float inverse = moments.get(r, 1);
            for (int i = 0; i < x.columns(); i++) {
                out.set(r, i, (x.get(r, i) - mean) * inverse * gain.get(0, i) + bias.get(0, i));
            }
        }
    }

    /** With g = error ⊙ gain: {@code dx = (g − mean(g) − x̂ mean(g ⊙ x̂))/√(variance + ε)}. */
    static void gradient(Matrix error, Matrix x, Matrix gain, Matrix moments, Matrix dx, Matrix dGain, Matrix dBias) {
        LayerShapes.layerNormGradient(error, x, gain, moments, dx, dGain, dBias);
        int n = x.columns();
        for (int r = 0; r < x.rows(); r++) {
            float mean = moments.get(r, 0);
            float inverse = moments.get(r, 1);
            double sum = 0;
            double products = 0;
            for (int i = 0; i < n; i++) {
                float e = error.get(r, i);
                float normed = (x.get(r, i) - mean) * inverse;
                float g = e * gain.get(0, i);
                sum += g;
                products += g * normed;
                dGain.set(0, i, dGain.get(0, i) + e * normed);
                dBias.set(0, i, dBias.get(0, i) + e);
            }
            float meanOfG = (float) (sum / n);
            float meanOfProducts = (float) (products / n);
            for (int i = 0; i < n; i++) {
                float normed = (x.get(r, i) - mean) * inverse;
                float g = error.get(r, i) * gain.get(0, i);
                dx.set(r, i, dx.get(r, i) + (g - meanOfG - normed * meanOfProducts) * inverse);
            }
        }
    }
}
