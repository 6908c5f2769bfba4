package io.github.performer4j.kernels.vector;

import static io.github.performer4j.kernels.vector.NativeVectors.LANES;
import static io.github.performer4j.kernels.vector.NativeVectors.SPECIES;
import static io.github.performer4j.kernels.vector.NativeVectors.load;
import static io.github.performer4j.kernels.vector.NativeVectors.store;

import io.github.performer4j.kernels.layer.LayerShapes;
import io.github.performer4j.kernels.math.Scalar;
import io.github.performer4j.kernels.memory.FloatBlock;
import io.github.performer4j.kernels.memory.Matrix;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/** Softmax and its cross-entropy on vectors, row by row in place. */
final class VectorLoss {
    private static final int STEP = Float.BYTES;
    /** What exp returns for everything that underflows: subtracted, so that those become 0; less than half a unit of all else. */
    private static final float LOWEST = Scalar.exp(-100);
    /** Vectors whose values are summed in float32; beyond, in float64, because a row may have 50,000 columns. */
    private static final int CHUNK = 64 * LANES;

    private VectorLoss() {}

    static void softmax(Matrix x) {
        LayerShapes.given("x", x);
        for (int r = 0; r < x.rows(); r++) {
            double sum = exponentials(x.block(), x.at(r), x.columns(), maximum(x.block(), x.at(r), x.columns()));
            scale(x.block(), x.at(r), x.columns(), (float) (1 / sum));
        }
    }

    static double crossEntropy(Matrix logits, int[] labels, int firstLabel, float weight) {
        LayerShapes.crossEntropy(logits, labels, firstLabel);
        FloatBlock block = logits.block();
        int n = logits.columns();
        double loss = 0;
        for (int r = 0; r < logits.rows(); r++) {
            long row = logits.at(r);
            int label = labels[firstLabel + r];
            if (label < 0) {
                block.fill(row, n, 0);
                continue;
            }
            float top = maximum(block, row, n);
            double gap = (double) top - block.get(row + label);
            double sum = exponentials(block, row, n, top);
            loss += Math.log(sum) + gap;
            scale(block, row, n, (float) (weight / sum));
            block.set(row + label, block.get(row + label) - weight);
        }
        return loss;
    }

    private static float maximum(FloatBlock block, long row, int n) {
        Object view = block.view(row);
        int at = block.byteIndex(row);
        int full = SPECIES.loopBound(n);
        FloatVector v = FloatVector.broadcast(SPECIES, Float.NEGATIVE_INFINITY);
        for (int k = 0; k < full; k += LANES) {
            v = v.max(load(view, at + k * STEP));
        }
        float top = v.reduceLanes(VectorOperators.MAX);
        for (int k = full; k < n; k++) {
            top = Math.max(top, block.get(row + k));
        }
        return top;
    }

    /** {@code x = exp(x − top)}, 0 where that is below the normal numbers; returns the sum. */
    private static double exponentials(FloatBlock block, long row, int n, float top) {
        int full = SPECIES.loopBound(n);
        double sum = 0;
        for (int k = 0; k < full; k += CHUNK) {
            int size = Math.min(CHUNK, full - k);
            exponentialsOfChunk(block, row + k, size, top);
            sum += sumOfChunk(block, row + k, size);
        }
        for (int k = full; k < n; k++) {
            float e = Scalar.exp(block.get(row + k) - top) - LOWEST;
            block.set(row + k, e);
            sum += e;
        }
        return sum;
    }

    private static void exponentialsOfChunk(FloatBlock block, long from, int n, float top) {
        Object view = block.view(from);
        int at = block.byteIndex(from);
        for (int k = 0; k < n; k += LANES) {
            store(NativeVectors.exp(load(view, at + k * STEP).sub(top)), view, at + k * STEP);
        }
    }

    /** Apart from the loop above, into which the compiler would not inline all of both. */
    private static float sumOfChunk(FloatBlock block, long from, int n) {
        Object view = block.view(from);
        int at = block.byteIndex(from);
        FloatVector sum = FloatVector.zero(SPECIES);
        for (int k = 0; k < n; k += LANES) {
            FloatVector e = load(view, at + k * STEP).sub(LOWEST);
            store(e, view, at + k * STEP);
            sum = sum.add(e);
        }
        return sum.reduceLanes(VectorOperators.ADD);
    }

    private static void scale(FloatBlock block, long row, int n, float factor) {
        Object view = block.view(row);
        int at = block.byteIndex(row);
        int full = SPECIES.loopBound(n);
        for (int k = 0; k < full; k += LANES) {
            store(load(view, at + k * STEP).mul(factor), view, at + k * STEP);
        }
        for (int k = full; k < n; k++) {
            block.set(row + k, block.get(row + k) * factor);
        }
    }
}
