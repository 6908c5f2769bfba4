package io.github.performer4j.kernels.attention;

import io.github.performer4j.kernels.memory.Matrix;
import io.github.performer4j.kernels.product.Blas;

/**
 * The features of one chunk of rows, and their gradient: what attention kernels ask of a feature map.
 *
 * <p>A key's features are handed out as {@code φ_j exp(−c_j)}, for a stabiliser c_j that the kernel chooses once it knows the key's
 * exponent {@link #keyExponents}; their ε, which does not scale, is left to the kernel where the map is exponential. A query's features are
 * stabilised by their own maximum and hold their ε.
 */
abstract class FeatureChunk {
    /** Numbers of scratch matrices and arrays that a chunk uses, from its first one on. */
    static final int SLOTS = 8;

    /** Rows up to which a library's call takes longer than their products. */
    private static final int FEW = 8;

    final AttentionElements elements;
    final FeatureKernel features;
    final Matrix w;
    final Matrix room; // [C,draws]
    final float[] perRow;
    Matrix p; // [n,draws], of the rows last seen
    private ProjectionGradient.Set gradient; // to W; null if it is not wanted

    FeatureChunk(ChunkPlace place, Matrix w) {
        elements = place.elements();
        features = place.spec().features();
        this.w = w;
        room = place.matrix(0, place.spec().draws());
        perRow = place.array(0);
    }

    /** Makes a chunk, of features in the frames if there are any. */
    static FeatureChunk of(ChunkPlace place) {
        LinearAttentionSpec spec = place.spec();
        return spec.frames() != null
                ? spec.frames().chunk(place)
                : spec.features().chunk(place);
    }

    /** Computes P = W x, or x, of scaled rows. */
    void project(Matrix rows) {
        p = room.rows(0, rows.rows());
        if (w == null) {
            java.util.Arrays.fill(perRow, 0, rows.rows(), features.scale());
            elements.scaleRows(rows, perRow, p);
        } else if (rows.rows() <= FEW) {
            projectFew(rows);
        } else {
            Blas.multiplyTransposed(rows, w, features.scale(), 0, p);
        }
    }

    private void projectFew(Matrix rows) {
        float[] dots = new float[w.rows()];
        for (int r = 0; r < rows.rows(); r++) {
            elements.dotRow(w, rows.rows(r, r + 1), dots);
            for (int i = 0; i < dots.length; i++) {
                dots[i] *= features.scale();
            }
            p.block().write(p.at(r), dots, 0, dots.length);
        }
    }

    /** Makes {@link #unproject} add to the gradient to W. */
    final void projectionGradient(ProjectionGradient.Set set) {
        gradient = set;
    }

    /**
     * Writes the gradient to rows that goes through P, {@code dx = s · dP W}, and adds what they give to that to W, if it is wanted.
     *
     * @param rows [n,D], unscaled
     * @param dp [n,draws], of no use afterwards
     * @param visible 0 for masked rows; null if there are none
     * @param dx [n,D], written
     */
    final void unproject(Matrix rows, Matrix dp, float[] visible, Matrix dx) {
        if (w == null) {
            java.util.Arrays.fill(perRow, 0, dp.rows(), features.scale());
            elements.scaleRows(dp, perRow, dx);
        } else {
            Blas.multiply(dp, w, features.scale(), 0, dx);
        }
        if (gradient != null) {
            gradient.add(rows, dp, visible);
        }
    }

    /**
     * Returns φ of queries, with ε.
     *
     * @param rows [n,D], unscaled
     */
    abstract Matrix queries(Matrix rows);

    /**
     * Returns logarithms of what the queries last mapped were divided by, so that {@code φ(q_r) = exp(units[r]) φ̂(q_r)}; before their gradient.
     *
     * @param rows [n,D], unscaled
     * @param units receives them
     */
    void queryUnits(Matrix rows, float[] units) {
        throw new IllegalArgumentException("features must be positive ones to have units; features=" + features);
    }

    /**
     * Begins with keys.
     *
     * @param rows [n,D], unscaled
     * @param exponents receives for each key the exponent that its stabiliser must not be below
     */
    abstract void keyExponents(Matrix rows, float[] exponents);

    /**
     * Returns φ of the keys that were begun with, scaled by exp(−c_j), without ε if exponential.
     *
     * @param c stabiliser per key
     */
    abstract Matrix keys(float[] c);

    /**
     * Gradient to the queries last mapped: of φ it is {@code d + a ⊗ z + b}.
     *
     * @param d [n,M], overwritten
     * @param a per row
     * @param b per row; null for 0
     * @param dx [n,D], written
     */
    abstract void queryGradient(Matrix rows, Matrix d, float[] a, Matrix z, float[] b, Matrix dx);

    /**
     * Gradient to the keys last mapped: of their scaled φ it is {@code d + a ⊗ z}.
     *
     * @param a per row; null for 1
     * @param visible 0 for masked rows, whose gradient is 0; null if there are none
     */
    abstract void keyGradient(Matrix rows, Matrix d, float[] a, Matrix z, float[] visible, Matrix dx);
}
