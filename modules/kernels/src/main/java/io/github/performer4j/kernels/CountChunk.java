package io.github.performer4j.kernels;

/**
 * Chunks of {@link FeatureKernel.Discrete}: {@code φ = exp(W log y + constants + c·x)}, {@code y = max((x − c)/unit, 0) + 1e-30}; positive
 * features of logarithms, with h = −c·x.
 */
final class CountChunk extends ExponentialChunk {
    private final Matrix constants; // [1,M]
    private final Matrix shift; // c [1,D]
    private final float inverseUnit;
    private final Matrix logs; // [C,D]

    CountChunk(
            LinearAttentionSpec spec,
            CountFrames frames,
            int index,
            AttentionElements elements,
            Scratch scratch,
            int slot,
            int size) {
        super(spec, frames.w(index), elements, scratch, slot, size);
        constants = frames.constants(index);
        shift = frames.shift(index);
        inverseUnit = frames.inverseUnit(index).get(0, 0);
        logs = scratch.matrix(slot + 1, size, frames.size());
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
