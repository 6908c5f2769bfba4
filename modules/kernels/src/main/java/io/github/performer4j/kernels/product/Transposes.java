package io.github.performer4j.kernels.product;

import io.github.performer4j.kernels.memory.Matrix;
import io.github.performer4j.kernels.memory.Scratch;

/** Transposes in tiles that stay in the L1 cache, so that neither side is walked down its columns in memory. */
public final class Transposes {
    /** Rows and columns of a tile. */
    public static final int TILE = 64;

    private Transposes() {}

    /**
     * Writes the transpose of a few columns.
     *
     * @param x [m,n], n ≤ {@value #TILE}
     * @param out [n,m]
     * @param scratch for the tile
     */
    public static void transpose(Matrix x, Matrix out, Scratch scratch) {
        float[] tile = scratch.array(0, TILE * TILE);
        float[] row = scratch.array(1, TILE);
        for (int r = 0; r < x.rows(); r += TILE) {
            int high = Math.min(TILE, x.rows() - r);
            for (int i = 0; i < high; i++) {
                x.block().read(x.at(r + i), tile, i * TILE, x.columns());
            }
            for (int j = 0; j < x.columns(); j++) {
                for (int i = 0; i < high; i++) {
                    row[i] = tile[i * TILE + j];
                }
                out.block().write(out.at(j) + r, row, 0, high);
            }
        }
    }
}
