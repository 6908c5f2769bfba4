package io.github.performer4j.kernels.attention;

import io.github.performer4j.kernels.memory.Matrix;
import io.github.performer4j.kernels.product.Blas;

/**
 * Chunks of {@link FeatureFrames}: {@code φ = exp(Wy + c − |y|²/2)}, y = xC; positive features of rows in other coordinates.
 */
final class FramedChunk extends PositiveChunk {
    private final Matrix constants; // c [1,M]
    private final Matrix coordinates; // C [D,D], or null
    private final Matrix yRoom; // [C,D]
    private final Matrix dyRoom; // [C,D]
    private Matrix y; // of the rows last seen

    FramedChunk(ChunkPlace place, FeatureFrames frames) {
        super(place, frames.w(place.index()));
        constants = frames.constants(place.index());
        coordinates = place.queries() ? frames.queryCoordinates(place.index()) : frames.keyCoordinates(place.index());
        yRoom = coordinates == null ? null : place.matrix(1, frames.size());
        dyRoom = coordinates == null ? null : place.matrix(2, frames.size());
    }

    @Override
    Matrix place(Matrix rows) {
        if (coordinates == null) {
            return rows;
        }
        y = yRoom.rows(0, rows.rows());
        Blas.multiply(rows, coordinates, 1, 0, y);
        return y;
    }

    @Override
    void project(Matrix rows) {
        super.project(rows);
        elements.addOuter(p, null, constants, null);
    }

    @Override
    void gradientOut(Matrix rows, Matrix d, float[] sums, float[] visible, Matrix dx) {
        if (coordinates == null) {
            super.gradientOut(rows, d, sums, visible, dx);
            return;
        }
        Matrix dy = dyRoom.rows(0, rows.rows());
        super.gradientOut(y, d, sums, visible, dy);
        Blas.multiplyTransposed(dy, coordinates, 1, 0, dx);
    }
}
