package io.github.performer4j.gpu.program;

import io.github.performer4j.core.feature.Moments;
import io.github.performer4j.core.program.Op;
import io.github.performer4j.core.program.Value;
import io.github.performer4j.gpu.device.Product;

/** Sums over the real tokens of queries and keys, {@code Σ [x, 1]ᵀ[x, 1]}: one product for each batch item and head. */
final class HeadMoments {
    private HeadMoments() {}

    /** Returns count, Σx and Σxxᵀ of each batch item and head, as {@link Moments#ofSums} reads them: [B·H][1+D+D²]. */
    static double[][] of(DeviceRun run, Value value, int heads) {
        int d = value.columns() / heads;
        int width = d + 1;
        int tokens = run.pass.tokens(value.side());
        int all = run.pass.batch() * heads;
        long n = (long) all * tokens * width;
        long rows = run.room("moment rows", n);
        run.launches.values("moment_rows", n, run.value(value), run.pass.mask(value.side()), rows, n, heads, tokens, d);
        long products = run.room("moments", (long) all * width * width);
        run.launches.multiply(
                Product.of(width, width, tokens, rows, rows, products, all).transposingA());
        float[] values = new float[Math.multiplyExact(all, width * width)];
        run.device.read(products, values, 0, values.length);
        double[][] sums = new double[all][Moments.sumsLength(d)];
        for (int i = 0; i < all; i++) {
            int at = i * width * width;
            sums[i][0] = values[at + width * width - 1];
            for (int r = 0; r < d; r++) {
                sums[i][1 + r] = values[at + d * width + r];
                for (int c = 0; c < d; c++) {
                    sums[i][1 + d + r * d + c] = values[at + r * width + c];
                }
            }
        }
        return sums;
    }

    /** Hands out the sums of each head over the batch, of queries and then of keys, where the layer wants them. */
    static void collect(DeviceRun run, Op.Attend op) {
        if (!op.options().collects(run.pass.training(), run.pass.collecting())) {
            return;
        }
        int heads = op.options().heads();
        int length = Moments.sumsLength(op.headSize());
        double[][] sums = new double[heads][2 * length];
        add(of(run, op.q(), heads), sums, 0);
        add(of(run, op.k(), heads), sums, length);
        run.pass.collect(op.scope() + Op.Attend.STATISTICS, sums);
    }

    private static void add(double[][] each, double[][] sums, int at) {
        for (int i = 0; i < each.length; i++) {
            for (int j = 0; j < each[i].length; j++) {
                sums[i % sums.length][at + j] += each[i][j];
            }
        }
    }
}
