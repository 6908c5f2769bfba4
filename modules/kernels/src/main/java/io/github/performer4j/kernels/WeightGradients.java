package io.github.performer4j.kernels;

import io.github.performer4j.kernels.Kernels.WeightGradient;
import io.github.performer4j.kernels.memory.Matrix;
import io.github.performer4j.kernels.memory.Scratch;
import io.github.performer4j.kernels.product.LayerProducts;
import io.github.performer4j.kernels.product.Parallel;
import io.github.performer4j.kernels.product.Transposes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Products c = aᵀb, or c = c + aᵀb, over many rows, cut into tiles of c, each one task: who computes a tile does not
 * matter to its bits.
 *
 * @param parallel runs the tasks
 * @param products in the precision that is wanted
 * @param turns whether a tile that is higher than wide is computed as (bᵀa)ᵀ
 */
record WeightGradients(Parallel parallel, LayerProducts products, boolean turns) {
    /** Rows and columns of a tile. */
    private static final int TILE = 512;
    /** Rows of a and b that are multiplied at a time: 96 GFLOP/s, where all 4,096 at once gave 65 to 75. */
    private static final int SLICE = 512;

    void compute(List<WeightGradient> products) {
        List<WeightGradient> tiles = new ArrayList<>();
        for (WeightGradient product : products) {
            cut(product, tiles);
        }
        tiles.sort(Comparator.comparingLong(tile -> -(long) tile.a().rows()
                * tile.c().rows()
                * tile.c().columns())); // the small ones fill the gaps at the end
        parallel.run(tiles.size(), (i, scratch) -> tile(tiles.get(i), scratch));
    }

    private void tile(WeightGradient tile, Scratch scratch) {
        Matrix c = tile.c();
        if (!turns || tile.adds() || c.rows() <= c.columns()) {
            sum(tile.a(), tile.b(), c, tile.adds());
            return;
        }
        Matrix turned = scratch.matrix(0, c.columns(), c.rows());
        sum(tile.b(), tile.a(), turned, false);
        for (int from = 0; from < turned.columns(); from += Transposes.TILE) {
            int to = Math.min(turned.columns(), from + Transposes.TILE);
            Transposes.transpose(turned.columns(from, to), c.rows(from, to), scratch);
        }
    }

    private void sum(Matrix a, Matrix b, Matrix c, boolean adds) {
        for (int from = 0; from < a.rows(); from += SLICE) {
            int to = Math.min(a.rows(), from + SLICE);
            products.transposedMultiply(a.rows(from, to), b.rows(from, to), 1, from > 0 || adds ? 1 : 0, c);
        }
    }

    private static void cut(WeightGradient product, List<WeightGradient> tiles) {
        for (int i = 0; i < product.c().rows(); i += TILE) {
            int in = Math.min(product.c().rows(), i + TILE);
            for (int j = 0; j < product.c().columns(); j += TILE) {
                int out = Math.min(product.c().columns(), j + TILE);
                tiles.add(product.tile(i, in, j, out));
            }
        }
    }
}
