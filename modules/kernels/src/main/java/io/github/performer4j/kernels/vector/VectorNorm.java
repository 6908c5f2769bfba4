package io.github.performer4j.kernels.vector;

import static io.github.performer4j.kernels.vector.NativeVectors.LANES;
import static io.github.performer4j.kernels.vector.NativeVectors.SPECIES;
import static io.github.performer4j.kernels.vector.NativeVectors.load;
import static io.github.performer4j.kernels.vector.NativeVectors.store;

import io.github.performer4j.kernels.layer.LayerShapes;
import io.github.performer4j.kernels.memory.FloatBlock;
import io.github.performer4j.kernels.memory.Matrix;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/** LayerNorm on vectors; the formulae are those of the plain form. */
final class VectorNorm {
    private static final int STEP = Float.BYTES;

    private VectorNorm() {}

    static void forward(Matrix x, Matrix gain, Matrix bias, float epsilon, Matrix out, Matrix moments) {
        LayerShapes.layerNorm(x, gain, bias, epsilon, out, moments);
        for (int r = 0; r < x.rows(); r++) {
            float mean = sum(x.block(), x.at(r), x.columns()) / x.columns();
            double variance = squares(x.block(), x.at(r), x.columns(), mean) / x.columns();
            float inverse = (float) (1 / Math.sqrt(variance + epsilon));
            moments.block().set(moments.at(r), mean);
            moments.block().set(moments.at(r) + 1, inverse);
            normalize(x, r, mean, inverse, gain, bias, out);
        }
    }

    static void again(Matrix x, Matrix gain, Matrix bias, Matrix moments, Matrix out) {
        LayerShapes.layerNorm(x, gain, bias, 0, out, moments);
        for (int r = 0; r < x.rows(); r++) {
            normalize(
                    x, r, moments.block().get(moments.at(r)), moments.block().get(moments.at(r) + 1), gain, bias, out);
        }
    }

    private static float sum(FloatBlock block, long row, int n) {
        Object view = block.view(row);
        int at = block.byteIndex(row);
        int full = SPECIES.loopBound(n);
        FloatVector sum = FloatVector.zero(SPECIES);
        for (int k = 0; k < full; k += LANES) {
            sum = sum.add(load(view, at + k * STEP));
        }
        float total = sum.reduceLanes(VectorOperators.ADD);
        for (int k = full; k < n; k++) {
            total += block.get(row + k);
        }
        return total;
    }

    /** Returns Σ (x − mean)². */
    private static double squares(FloatBlock block, long row, int n, float mean) {
        Object view = block.view(row);
        int at = block.byteIndex(row);
        int full = SPECIES.loopBound(n);
        FloatVector sum = FloatVector.zero(SPECIES);
        for (int k = 0; k < full; k += LANES) {
            FloatVector difference = load(view, at + k * STEP).sub(mean);
            sum = difference.fma(difference, sum);
        }
        double total = sum.reduceLanes(VectorOperators.ADD);
        for (int k = full; k < n; k++) {
            double difference = block.get(row + k) - mean;
            total += difference * difference;
        }
        return total;
    }

    private static void normalize(Matrix x, int r, float mean, float inverse, Matrix gain, Matrix bias, Matrix out) {
        long row = x.at(r);
        long to = out.at(r);
        Object xs = x.block().view(row);
        Object gains = gain.block().view(gain.offset());
        Object biases = bias.block().view(bias.offset());
        Object outs = out.block().view(to);
        int xAt = x.block().byteIndex(row);
        int gainAt = gain.block().byteIndex(gain.offset());
        int biasAt = bias.block().byteIndex(bias.offset());
        int outAt = out.block().byteIndex(to);
        int full = SPECIES.loopBound(x.columns());
        for (int k = 0; k < full; k += LANES) {
            FloatVector normed = load(xs, xAt + k * STEP).sub(mean).mul(inverse);
            store(normed.fma(load(gains, gainAt + k * STEP), load(biases, biasAt + k * STEP)), outs, outAt + k * STEP);
        }
        for (int k = full; k < x.columns(); k++) {
            float normed = (x.block().get(row + k) - mean) * inverse;
            float scaled = normed * gain.block().get(gain.offset() + k);
            out.block().set(to + k, scaled + bias.block().get(bias.offset() + k));
        }
    }
}
