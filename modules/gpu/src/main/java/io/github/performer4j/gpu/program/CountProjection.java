package io.github.performer4j.gpu.program;

/**
 * Exponents in {@link io.github.performer4j.kernels.attention.CountFrames}: {@code P = W log y + constants + c·x}, {@code y = max((x − c)/unit, 0) + 1e-30}. A frame is W [M,D], constants [M], c [D]
 * and 1/unit.
 */
record CountProjection(DeviceRun run, HeadShape shape, HeadFrames frames) implements HeadProjection {

    private long shift() {
        return (long) shape.draws() * shape.size() + shape.draws();
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
        long n = (long) shape.all() * padded * shape.size();
        long y = room("y", queries, padded, shape.size());
        run.launches.values(
                "count_logs",
                n,
                x,
                frames.block(),
                frames.sets(),
                frames.length(),
                shift(),
                y,
                n,
                shape.size(),
                padded);
        return y;
    }

    @Override
    public long project(boolean queries, long x, long y, int padded) {
        long p = room("p", queries, padded, shape.draws());
        frames.multiply(padded, shape.draws(), shape.size(), y, 0, true, p);
        run.launches.rows(
                "count_exponents",
                (long) shape.all() * padded,
                p,
                x,
                frames.block(),
                frames.sets(),
                frames.length(),
                shift(),
                shape.draws(),
                shape.size(),
                padded);
        return p;
    }

    @Override
    public long gradient(HeadRows rows, long dp, long sums) {
        int padded = rows.padded();
        long n = (long) shape.all() * padded * shape.size();
        long d = run.room("dy", n);
        frames.multiply(padded, shape.size(), shape.draws(), dp, 0, false, d);
        run.launches.values(
                "count_gradient",
                n,
                d,
                rows.x(),
                sums,
                frames.block(),
                frames.sets(),
                frames.length(),
                shift(),
                n,
                shape.size(),
                padded);
        return d;
    }
}
