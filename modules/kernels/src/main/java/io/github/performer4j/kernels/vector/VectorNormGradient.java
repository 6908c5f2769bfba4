package io.github.performer4j.kernels.vector;

import static io.github.performer4j.kernels.vector.NativeVectors.LANES;
import static io.github.performer4j.kernels.vector.NativeVectors.SPECIES;
import static io.github.performer4j.kernels.vector.NativeVectors.load;
import static io.github.performer4j.kernels.vector.NativeVectors.store;

import io.github.performer4j.kernels.layer.LayerShapes;
import io.github.performer4j.kernels.memory.Matrix;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/** The gradient of LayerNorm on vectors, row by row in two passes: sums over the row, then dx. */
final class VectorNormGradient {
    private static final int STEP = Float.BYTES;

    private VectorNormGradient() {}

    static void gradient(Matrix error, Matrix x, Matrix gain, Matrix moments, Matrix dx, Matrix dGain, Matrix dBias) {
        LayerShapes.layerNormGradient(error, x, gain, moments, dx, dGain, dBias);
        float[] means = new float[2];
        for (int r = 0; r < x.rows(); r++) {
            float mean = moments.block().get(moments.at(r));
            float inverse = moments.block().get(moments.at(r) + 1);
            sums(error, x, r, gain, mean, inverse, dGain, dBias, means);
            addGradient(error, x, r, gain, mean, inverse, means, dx);
        }
    }

    /** Adds to dGain and dBias; means receives those of g = error ⊙ gain and of g ⊙ x̂. */
    private static void sums(
            Matrix error,
            Matrix x,
            int r,
            Matrix gain,
            float mean,
            float inverse,
            Matrix dGain,
            Matrix dBias,
            float[] means) {
        Object errors = error.block().view(error.at(r));
        Object xs = x.block().view(x.at(r));
        Object gains = gain.block().view(gain.offset());
        Object dGains = dGain.block().view(dGain.offset());
        Object dBiases = dBias.block().view(dBias.offset());
        int errorAt = error.block().byteIndex(error.at(r));
        int xAt = x.block().byteIndex(x.at(r));
        int gainAt = gain.block().byteIndex(gain.offset());
        int dGainAt = dGain.block().byteIndex(dGain.offset());
        int dBiasAt = dBias.block().byteIndex(dBias.offset());
        int full = SPECIES.loopBound(x.columns());
        FloatVector sum = FloatVector.zero(SPECIES);
        FloatVector products = FloatVector.zero(SPECIES);
        for (int k = 0; k < full; k += LANES) {
            FloatVector e = load(errors, errorAt + k * STEP);
            FloatVector normed = load(xs, xAt + k * STEP).sub(mean).mul(inverse);
            FloatVector g = e.mul(load(gains, gainAt + k * STEP));
            sum = sum.add(g);
            products = g.fma(normed, products);
            store(e.fma(normed, load(dGains, dGainAt + k * STEP)), dGains, dGainAt + k * STEP);
            store(e.add(load(dBiases, dBiasAt + k * STEP)), dBiases, dBiasAt + k * STEP);
        }
        float total = sum.reduceLanes(VectorOperators.ADD);
        float totalProducts = products.reduceLanes(VectorOperators.ADD);
        for (int k = full; k < x.columns(); k++) {
            float e = error.get(r, k);
            float normed = (x.get(r, k) - mean) * inverse;
            float g = e * gain.get(0, k);
            total += g;
            totalProducts += g * normed;
            dGain.set(0, k, dGain.get(0, k) + e * normed);
            dBias.set(0, k, dBias.get(0, k) + e);
        }
        means[0] = total / x.columns();
        means[1] = totalProducts / x.columns();
    }

    /** {@code dx += (g − means₀ − x̂ means₁) · inverse}. */
    private static void addGradient(
            Matrix error, Matrix x, int r, Matrix gain, float mean, float inverse, float[] means, Matrix dx) {
        Object errors = error.block().view(error.at(r));
        Object xs = x.block().view(x.at(r));
        Object gains = gain.block().view(gain.offset());
        Object dxs = dx.block().view(dx.at(r));
        int errorAt = error.block().byteIndex(error.at(r));
        int xAt = x.block().byteIndex(x.at(r));
        int gainAt = gain.block().byteIndex(gain.offset());
        int dxAt = dx.block().byteIndex(dx.at(r));
        float shift = means[0];
        float slope = means[1] * inverse;
        int full = SPECIES.loopBound(x.columns());
        FloatVector scale = FloatVector.broadcast(SPECIES, inverse);
        for (int k = 0; k < full; k += LANES) {
            FloatVector difference = load(xs, xAt + k * STEP).sub(mean);
            FloatVector g = load(errors, errorAt + k * STEP).mul(load(gains, gainAt + k * STEP));
            g = g.sub(shift).sub(difference.mul(slope));
            store(g.fma(scale, load(dxs, dxAt + k * STEP)), dxs, dxAt + k * STEP);
        }
        for (int k = full; k < x.columns(); k++) {
            float g = error.get(r, k) * gain.get(0, k) - shift - (x.get(r, k) - mean) * slope;
            dx.set(r, k, dx.get(r, k) + g * inverse);
        }
    }
}
