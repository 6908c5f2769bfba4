package io.github.performer4j.gpu.program;

import io.github.performer4j.core.program.Op;
import io.github.performer4j.gpu.device.Product;

/**
 * Exponents in {@link io.github.performer4j.kernels.attention.ClusterFrames}: block b of columns has {@code P = W_b(a_b∘x) − |a_b∘x|²/2} for rows of its cluster, of keys with 1/a_b, and no others. A
 * frame is a [blocks,D].
 *
 * @param blocks pairs of a cluster of queries and one of keys
 * @param clusters of keys
 */
record ClusterProjection(DeviceRun run, Op.Attend op, HeadShape shape, HeadFrames frames, int blocks, int clusters)
        implements HeadProjection {

    @Override
    public void choose() {
        frames.choose();
    }

    /** Returns W in the blocks' coordinates, [B·H,M,D]. */
    private long rows(boolean queries) {
        long n = (long) shape.all() * shape.draws() * shape.size();
        long w = run.room(queries ? "queries w" : "keys w", n);
        run.launches.values(
                "cluster_rows",
                n,
                run.pass.projection(op),
                frames.block(),
                w,
                n,
                shape.draws(),
                shape.size(),
                blocks,
                Launches.flag(!queries));
        return w;
    }

    @Override
    public long project(boolean queries, long x, long y, int padded) {
        long p = run.room(queries ? "queries p" : "keys p", (long) shape.all() * padded * shape.draws());
        run.launches.multiply(Product.of(padded, shape.draws(), shape.size(), x, rows(queries), p, shape.all())
                .transposingB());
        run.launches.rows(
                "cluster_exponents",
                (long) shape.all() * padded,
                p,
                x,
                frames.block(),
                frames.marks(queries),
                shape.draws(),
                shape.size(),
                blocks,
                clusters,
                Launches.flag(!queries),
                padded);
        return p;
    }

    @Override
    public long gradient(HeadRows rows, long dp, long sums) {
        int padded = rows.padded();
        long dx = run.room("dy", (long) shape.all() * padded * shape.size());
        run.launches.multiply(
                Product.of(padded, shape.size(), shape.draws(), dp, rows(rows.queries()), dx, shape.all()));
        run.launches.rows(
                "cluster_gradient",
                (long) shape.all() * padded,
                dx,
                rows.x(),
                dp,
                frames.block(),
                shape.draws(),
                shape.size(),
                blocks,
                Launches.flag(!rows.queries()),
                padded);
        return dx;
    }
}
