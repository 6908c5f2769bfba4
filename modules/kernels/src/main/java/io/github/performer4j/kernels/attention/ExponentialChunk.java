package io.github.performer4j.kernels.attention;

import io.github.performer4j.kernels.memory.Matrix;

/** Chunks of exponential features, {@code φ = exp(P − h)} with a number h for each row; P is overwritten by φ. */
abstract class ExponentialChunk extends FeatureChunk {
    private final float[] heights;
    private final float[] shift;

    ExponentialChunk(ChunkPlace place, Matrix w) {
        super(place, w);
        heights = place.array(1);
        shift = place.array(2);
    }

    /** Returns what is projected for rows. */
    abstract Matrix place(Matrix rows);

    /**
     * Computes h.
     *
     * @param rows [n,D]
     * @param x what was projected for them
     */
    abstract void heights(Matrix rows, Matrix x, float[] out);

    /**
     * Writes the gradient to rows.
     *
     * @param d with respect to the exponents, [n,M]
     * @param sums its sum per row, which is −dh; overwritten
     * @param visible 0 for masked rows; null if there are none
     */
    abstract void gradientOut(Matrix rows, Matrix d, float[] sums, float[] visible, Matrix dx);

    /** A query's h cancels against its own stabiliser. */
    @Override
    Matrix queries(Matrix rows) {
        project(place(rows));
        elements.rowMaxima(p, shift);
        elements.exponentials(p, null, shift, features.epsilon());
        return p;
    }

    @Override
    void queryUnits(Matrix rows, float[] units) {
        heights(rows, place(rows), heights);
        for (int r = 0; r < rows.rows(); r++) {
            units[r] = shift[r] - heights[r];
        }
    }

    @Override
    void keyExponents(Matrix rows, float[] exponents) {
        Matrix x = place(rows);
        project(x);
        heights(rows, x, heights);
        elements.rowMaxima(p, exponents);
        for (int r = 0; r < rows.rows(); r++) {
            exponents[r] -= heights[r];
        }
    }

    @Override
    Matrix keys(float[] c) {
        elements.exponentials(p, heights, c, 0);
        return p;
    }

    @Override
    void queryGradient(Matrix rows, Matrix d, float[] a, Matrix z, float[] b, Matrix dx) {
        elements.exponentialsGradient(p, d, a, z, b, features.epsilon(), shift);
        gradientOut(rows, d, shift, null, dx);
    }

    /** Masked rows have φ = 0, and so gradient 0. */
    @Override
    void keyGradient(Matrix rows, Matrix d, float[] a, Matrix z, float[] visible, Matrix dx) {
        elements.exponentialsGradient(p, d, a, z, null, 0, shift);
        gradientOut(rows, d, shift, visible, dx);
    }
}
