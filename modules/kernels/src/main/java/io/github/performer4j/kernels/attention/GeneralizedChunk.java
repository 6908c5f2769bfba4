package io.github.performer4j.kernels.attention;

import io.github.performer4j.kernels.math.ScalarFunction;
import io.github.performer4j.kernels.memory.Matrix;

/** Chunks of {@link FeatureKernel.Generalized}: {@code φ = f(P) + ε}, queries and keys alike. */
final class GeneralizedChunk extends FeatureChunk {
    private final ScalarFunction function;
    private final Matrix phiRoom; // [C,M]

    GeneralizedChunk(ChunkPlace place, ScalarFunction function) {
        super(place, place.spec().w());
        this.function = function;
        phiRoom = place.matrix(1, place.spec().columns());
    }

    @Override
    Matrix queries(Matrix rows) {
        project(rows);
        return values();
    }

    private Matrix values() {
        Matrix phi = phiRoom.rows(0, p.rows());
        elements.apply(function, p, features.epsilon(), phi);
        return phi;
    }

    @Override
    void keyExponents(Matrix rows, float[] exponents) {
        project(rows);
        java.util.Arrays.fill(exponents, 0, rows.rows(), 0);
    }

    @Override
    Matrix keys(float[] c) {
        return values();
    }

    @Override
    void queryGradient(Matrix rows, Matrix d, float[] a, Matrix z, float[] b, Matrix dx) {
        elements.addOuter(d, a, z, b);
        elements.applyGradient(function, p, d);
        unproject(rows, d, null, dx);
    }

    @Override
    void keyGradient(Matrix rows, Matrix d, float[] a, Matrix z, float[] visible, Matrix dx) {
        elements.addOuter(d, a, z, null);
        elements.applyGradient(function, p, d);
        if (visible != null) {
            elements.zeroRows(d, visible);
        }
        unproject(rows, d, visible, dx);
    }
}
