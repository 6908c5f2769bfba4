package io.github.performer4j.kernels.attention;

import io.github.performer4j.kernels.memory.Matrix;
import io.github.performer4j.kernels.product.Blas;

/**
 * Chunks of {@link FeatureKernel.Discrete}: {@code φ = exp(W log y + constants + c·x)}, {@code y = max((x − c)/unit, 0) + 1e-30}; positive
 * features of logarithms, with h = −c·x.
 */
final class CountChunk extends ExponentialChunk {
    private final Matrix constants; // [1,M]
    private final Matrix shift; // c [1,D]
    private final float inverseUnit;
    private final Matrix logs; // [C,D]

    CountChunk(ChunkPlace place, CountFrames frames) {
        super(place, frames.w(place.index()));
        constants = frames.constants(place.index());
        shift = frames.shift(place.index());
        inverseUnit = frames.inverseUnit(place.index()).get(0, 0);
        logs = place.matrix(1, frames.size());
    }

    @Override
    Matrix place(Matrix rows) {
        Matrix y = logs.rows(0, rows.rows());
        elements.logs(rows, features.scale(), shift, inverseUnit, y);
        return y;
    }

    /** The scale is in the logarithms. */
    @Override
    void project(Matrix y) {
        p = room.rows(0, y.rows());
        Blas.multiplyTransposed(y, w, 1, 0, p);
        elements.addOuter(p, null, constants, null);
    }

    @Override
    void heights(Matrix rows, Matrix x, float[] out) {
        elements.dotRow(rows, shift, out);
        for (int r = 0; r < rows.rows(); r++) {
            out[r] *= -features.scale();
        }
    }

    @Override
    void gradientOut(Matrix rows, Matrix d, float[] sums, float[] visible, Matrix dx) {
        Blas.multiply(d, w, 1, 0, dx);
        elements.logsGradient(rows, features.scale(), shift, inverseUnit, dx);
        for (int r = 0; r < rows.rows(); r++) {
            sums[r] *= features.scale();
        }
        elements.addOuter(dx, sums, shift, null);
    }
}
