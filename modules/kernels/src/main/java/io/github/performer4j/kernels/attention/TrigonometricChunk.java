package io.github.performer4j.kernels.attention;

import io.github.performer4j.kernels.memory.Matrix;

/** Chunks of {@link FeatureKernel.Trigonometric}: {@code φ = exp(|x|²/2)[cos P; sin P]}; a query's own factor cancels and is left out. */
final class TrigonometricChunk extends FeatureChunk {
    private final Matrix phiRoom; // [C,M]
    private final float[] halfNorms;
    private final float[] factor;
    private Matrix phi;

    TrigonometricChunk(ChunkPlace place) {
        super(place, place.spec().w());
        phiRoom = place.matrix(1, place.spec().columns());
        halfNorms = place.array(1);
        factor = place.array(2);
    }

    @Override
    Matrix queries(Matrix rows) {
        project(rows);
        return waves(null);
    }

    private Matrix waves(float[] scale) {
        phi = phiRoom.rows(0, p.rows());
        elements.waves(p, scale, phi);
        return phi;
    }

    @Override
    void keyExponents(Matrix rows, float[] exponents) {
        project(rows);
        elements.halfSquaredNorms(rows, features.scale() * features.scale(), halfNorms);
        System.arraycopy(halfNorms, 0, exponents, 0, rows.rows());
    }

    @Override
    Matrix keys(float[] c) {
        for (int r = 0; r < p.rows(); r++) {
            factor[r] = (float) Math.exp(halfNorms[r] - c[r]);
        }
        return waves(factor);
    }

    @Override
    void queryGradient(Matrix rows, Matrix d, float[] a, Matrix z, float[] b, Matrix dx) {
        elements.wavesGradient(phi, d, a, z, b, p, factor);
        unproject(rows, p, null, dx);
    }

    /** Masked rows have φ = 0, and so gradient 0. */
    @Override
    void keyGradient(Matrix rows, Matrix d, float[] a, Matrix z, float[] visible, Matrix dx) {
        elements.wavesGradient(phi, d, a, z, null, p, factor);
        unproject(rows, p, visible, dx);
        for (int r = 0; r < rows.rows(); r++) {
            factor[r] *= features.scale() * features.scale(); // through exp(|x|²/2)
        }
        elements.addScaledRows(rows, factor, dx);
    }
}
