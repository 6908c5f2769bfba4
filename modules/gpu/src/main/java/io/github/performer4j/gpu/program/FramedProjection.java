package io.github.performer4j.gpu.program;

/**
 * Exponents in {@link io.github.performer4j.kernels.attention.FeatureFrames}: {@code P = Wy + c − |y|²/2}, y = xC. A frame is W [M,D], c [M], and with coordinates C of queries and of keys [D,D].
 *
 * @param coordinates whether there are C
 */
record FramedProjection(DeviceRun run, HeadShape shape, HeadFrames frames, boolean coordinates)
        implements HeadProjection {

    private long constants() {
        return (long) shape.draws() * shape.size();
    }

    private long coordinates(boolean queries) {
        long first = constants() + shape.draws();
        return queries ? first : first + (long) shape.size() * shape.size();
    }

    private long room(String name, boolean queries, int padded, int columns) {
        return run.room((queries ? "queries " : "keys ") + name, (long) shape.all() * padded * columns);
    }

    @Override
    public void choose() {
        frames.choose();
    }

    @Override
    public long place(boolean queries, long x, int padded) {
        if (!coordinates) {
            return x;
        }
        long y = room("y", queries, padded, shape.size());
        frames.multiply(padded, shape.size(), shape.size(), x, coordinates(queries), false, y);
        return y;
    }

    @Override
    public long project(boolean queries, long x, long y, int padded) {
        long p = room("p", queries, padded, shape.draws());
        frames.multiply(padded, shape.draws(), shape.size(), y, 0, true, p);
        run.launches.rows(
                "frame_exponents",
                (long) shape.all() * padded,
                p,
                y,
                frames.block(),
                frames.sets(),
                frames.length(),
                constants(),
                shape.draws(),
                shape.size(),
                padded);
        return p;
    }

    @Override
    public long gradient(HeadRows rows, long dp, long sums) {
        int padded = rows.padded();
        long n = (long) shape.all() * padded * shape.size();
        long dy = run.room("dy", n);
        frames.multiply(padded, shape.size(), shape.draws(), dp, 0, false, dy);
        run.launches.values("frame_norm_gradient", n, dy, rows.y(), sums, n, shape.size());
        if (!coordinates) {
            return dy;
        }
        long dx = run.room("dx", n);
        frames.multiply(padded, shape.size(), shape.size(), dy, coordinates(rows.queries()), true, dx);
        return dx;
    }
}
