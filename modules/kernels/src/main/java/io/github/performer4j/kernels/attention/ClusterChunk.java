package io.github.performer4j.kernels.attention;

import io.github.performer4j.kernels.math.ScalarFunction;
import io.github.performer4j.kernels.memory.FloatBlock;
import io.github.performer4j.kernels.memory.Heads;
import io.github.performer4j.kernels.memory.Matrix;
import io.github.performer4j.kernels.product.Blas;

/**
 * Chunks of {@link ClusterFrames}: {@code φ = exp(P − N Eᵀ)} with P = (W∘a)x, the norms {@code N_b = |a_b∘x|²/2} of each block, or a number that no
 * exponential survives where the row is not the block's, and E [M,blocks] which says what block a column belongs to. Keys take 1/a.
 */
final class ClusterChunk extends FeatureChunk {
    /** The height of others' blocks: above all exponents, as in the graph. */
    private static final float FAR = 1e30f;

    /** Above what exponentials of far exponents are: they become 0, because they would make products denormal, hence slow. */
    private static final float NOTHING = 1.3e-38f;

    private final ClusterFrames frames;
    private final boolean queries;
    private final Matrix all; // the rows that chunks are of
    private final FloatBlock clusters;
    private final long clustersAt;
    private final Matrix squares; // a² s²/2 [blocks,D]
    private final Matrix members; // E
    private final Matrix heightRoom; // N, and its gradient [C,blocks]
    private final Matrix squareRoom; // x∘x, and the gradient to x through N [C,D]
    private final float[] shift;
    private final float[] numbers;

    ClusterChunk(ChunkPlace place, ClusterFrames frames) {
        super(place, place.matrix(place.queries() ? 1 : 2, frames.draws(), frames.size()));
        this.frames = frames;
        queries = place.queries();
        int index = place.index();
        Heads heads = queries ? place.spec().q() : place.spec().k();
        all = heads.rows(index / heads.heads(), index % heads.heads());
        clusters = queries ? frames.queryClusters() : frames.keyClusters();
        clustersAt = (long) index * heads.tokens();
        // both kinds of rows may have the same slots, but what is made here must last
        squares = place.matrix(queries ? 3 : 4, frames.blocks(), frames.size());
        members = place.matrix(5, frames.draws(), frames.blocks());
        heightRoom = place.matrix(6, frames.blocks());
        squareRoom = place.matrix(7, frames.size());
        shift = place.array(1);
        numbers = place.array(2);
        place(place.spec().w(), frames.diagonals(index));
    }

    /** Fills W∘a, a² s²/2 and E. */
    private void place(Matrix projection, Matrix diagonals) {
        int d = frames.size();
        int m = frames.draws() / frames.blocks();
        float[] a = new float[d];
        float[] row = new float[d];
        HeadTask.zero(members);
        for (int b = 0; b < frames.blocks(); b++) {
            diagonals.block().read(diagonals.at(b), a, 0, d);
            for (int l = 0; l < d; l++) {
                a[l] = queries ? a[l] : 1 / a[l];
                row[l] = a[l] * a[l] * features.scale() * features.scale() / 2;
            }
            squares.block().write(squares.at(b), row, 0, d);
            for (int i = b * m; i < (b + 1) * m; i++) {
                projection.block().read(projection.at(i), row, 0, d);
                for (int l = 0; l < d; l++) {
                    row[l] *= a[l];
                }
                w.block().write(w.at(i), row, 0, d);
                members.set(i, b, 1);
            }
        }
    }

    @Override
    Matrix queries(Matrix rows) {
        keyExponents(rows, shift);
        return exponentials(shift, features.epsilon());
    }

    @Override
    void keyExponents(Matrix rows, float[] exponents) {
        project(rows);
        Matrix x = squareRoom.rows(0, rows.rows());
        Matrix heights = heightRoom.rows(0, rows.rows());
        elements.apply(ScalarFunction.SQUARE, rows, 0, x);
        Blas.multiplyTransposed(x, squares, 1, 0, heights);
        forget(heights, Math.toIntExact((rows.offset() - all.offset()) / all.stride()));
        Blas.multiplyTransposed(heights, members, -1, 1, p);
        elements.rowMaxima(p, exponents);
    }

    /** Puts others' blocks out of the reach of rows from number {@code from} on. */
    private void forget(Matrix heights, int from) {
        clusters.read(clustersAt + from, numbers, 0, heights.rows());
        for (int r = 0; r < heights.rows(); r++) {
            for (int b = 0; b < frames.blocks(); b++) {
                int owner = queries ? b / frames.keys() : b % frames.keys();
                if (owner != (int) numbers[r]) {
                    heights.set(r, b, FAR);
                }
            }
        }
    }

    @Override
    Matrix keys(float[] c) {
        return exponentials(c, 0);
    }

    private Matrix exponentials(float[] c, float epsilon) {
        elements.exponentials(p, null, c, 0);
        elements.dropBelow(p, NOTHING, epsilon);
        return p;
    }

    @Override
    void queryGradient(Matrix rows, Matrix d, float[] a, Matrix z, float[] b, Matrix dx) {
        gradient(rows, d, a, z, b, features.epsilon(), dx);
    }

    /** Masked rows have φ = 0, and so gradient 0. */
    @Override
    void keyGradient(Matrix rows, Matrix d, float[] a, Matrix z, float[] visible, Matrix dx) {
        gradient(rows, d, a, z, null, 0, dx);
    }

    private void gradient(Matrix rows, Matrix d, float[] a, Matrix z, float[] b, float epsilon, Matrix dx) {
        elements.exponentialsGradient(p, d, a, z, b, epsilon, shift);
        unproject(rows, d, null, dx);
        Matrix heights = heightRoom.rows(0, rows.rows());
        Blas.multiply(d, members, -1, 0, heights);
        Matrix through = squareRoom.rows(0, rows.rows());
        Blas.multiply(heights, squares, 1, 0, through);
        elements.applyGradient(ScalarFunction.SQUARE, rows, through);
        java.util.Arrays.fill(shift, 0, rows.rows(), 1);
        elements.addScaledRows(through, shift, dx);
    }
}
