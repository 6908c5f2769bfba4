package io.github.performer4j.kernels.vector;

import static io.github.performer4j.kernels.vector.NativeVectors.LANES;
import static io.github.performer4j.kernels.vector.NativeVectors.SPECIES;
import static io.github.performer4j.kernels.vector.NativeVectors.load;

import io.github.performer4j.kernels.layer.LayerShapes;
import io.github.performer4j.kernels.memory.FloatBlock;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/** Sums of squares on vectors. */
final class VectorSquares {
    private static final int STEP = Float.BYTES;
    /** Values whose squares are summed in float32; beyond, in float64. */
    private static final int CHUNK = 1024;

    private VectorSquares() {}

    static double squaredNorm(FloatBlock x, long offset, long n) {
        LayerShapes.range("x", x, offset, n);
        double sum = 0;
        for (long i = 0; i < n; i += CHUNK) {
            int size = (int) Math.min(CHUNK, n - i);
            double part = squares(x, offset + i, size);
            // Squares beyond float32's range are rare enough to be computed again.
            sum += part <= Float.MAX_VALUE ? part : squaresInDouble(x, offset + i, size);
        }
        return sum;
    }

    private static double squares(FloatBlock x, long from, int n) {
        Object view = x.view(from);
        int at = x.byteIndex(from);
        int full = SPECIES.loopBound(n);
        FloatVector sum = FloatVector.zero(SPECIES);
        for (int k = 0; k < full; k += LANES) {
            FloatVector v = load(view, at + k * STEP);
            sum = v.fma(v, sum);
        }
        return sum.reduceLanes(VectorOperators.ADD) + squaresInDouble(x, from + full, n - full);
    }

    private static double squaresInDouble(FloatBlock x, long from, int n) {
        double sum = 0;
        for (int k = 0; k < n; k++) {
            double value = x.get(from + k);
            sum += value * value;
        }
        return sum;
    }
}
