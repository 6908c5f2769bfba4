package io.github.performer4j.gpu.program;

import io.github.performer4j.core.program.Op;
import io.github.performer4j.gpu.device.Product;

/** {@code P = Wx} with one W for all heads, drawn or learned; x itself for maps without W. */
record DrawnProjection(DeviceRun run, Op.Attend op, HeadShape shape, long w) implements HeadProjection {
    DrawnProjection(DeviceRun run, Op.Attend op, HeadShape shape) {
        this(run, op, shape, shape.features().projected() ? run.pass.projection(op) : 0);
    }

    @Override
    public long project(boolean queries, long x, long y, int padded) {
        if (w == 0) {
            return x;
        }
        int n = Math.toIntExact((long) shape.all() * padded);
        long p = run.room(queries ? "queries p" : "keys p", (long) n * shape.draws());
        run.launches.multiply(
                Product.of(n, shape.draws(), shape.size(), x, w, p, 1).transposingB());
        return p;
    }

    @Override
    public long gradient(HeadRows rows, long dp, long sums) {
        int n = Math.toIntExact((long) shape.all() * rows.padded());
        long dy = dp;
        if (w != 0) {
            dy = run.room("dy", (long) n * shape.size());
            run.launches.multiply(Product.of(n, shape.size(), shape.draws(), dp, w, dy, 1));
        }
        if (op.options().learnedProjection()) {
            String name = op.scope() + Op.Attend.PROJECTION;
            Product dw = Product.of(shape.draws(), shape.size(), n, dp, rows.x(), run.pass.gradient(name), 1);
            run.launches.multiply(dw.transposingA().scaled(1, run.adds(name) ? 1 : 0));
        }
        return dy;
    }
}
