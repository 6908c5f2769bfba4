package io.github.performer4j.kernels.attention;

import io.github.performer4j.kernels.memory.Matrix;

/** Chunks of {@link FeatureKernel.Positive}: {@code φ = exp(P − |x|²/2)}, or exp(P). */
class PositiveChunk extends ExponentialChunk {

    PositiveChunk(ChunkPlace place, Matrix w) {
        super(place, w);
    }

    private float squaredScale() {
        return ((FeatureKernel.Positive) features).normed() ? features.scale() * features.scale() : 0;
    }

    @Override
    Matrix place(Matrix rows) {
        return rows;
    }

    @Override
    void heights(Matrix rows, Matrix x, float[] out) {
        elements.halfSquaredNorms(x, squaredScale(), out);
    }

    @Override
    void gradientOut(Matrix rows, Matrix d, float[] sums, float[] visible, Matrix dx) {
        for (int r = 0; r < rows.rows(); r++) {
            sums[r] *= -squaredScale(); // from −|x|²/2
        }
        unproject(rows, d, visible, dx);
        elements.addScaledRows(rows, sums, dx);
    }
}
