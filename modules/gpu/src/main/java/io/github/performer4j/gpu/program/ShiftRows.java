package io.github.performer4j.gpu.program;

import io.github.performer4j.core.program.Op;

/** {@link Op.Shift} on a device, forward and backward. */
final class ShiftRows {
    private final DeviceRun run;
    private final Op.Shift op;
    private final int tokens;
    private final int columns;
    private final int part; // columns from one neighbour
    private final int first; // of those from the token before

    ShiftRows(DeviceRun run, Op.Shift op) {
        this.run = run;
        this.op = op;
        tokens = run.pass.tokens(op.x().side());
        columns = op.x().columns();
        part = op.shift().part(columns);
        first = op.shift().first(columns);
    }

    private long mask() {
        return run.pass.mask(op.x().side());
    }

    private long places() {
        return run.pass.places(op.x().side());
    }

    void forward() {
        long n = run.length(op.writes());
        long x = run.value(op.x());
        int batch = run.pass.batch();
        long before = run.pass.part() ? run.pass.before(op.state(), batch, 1, columns) : 0;
        long y = run.value(op.writes());
        run.launches.values("shift", n, x, mask(), before, places(), y, n, tokens, columns, part, first);
        if (run.pass.part()) {
            long rest = (long) batch * columns;
            long after = run.pass.after(op.state(), batch, 1, columns);
            run.launches.values("convolve_carry", rest, x, mask(), before, after, rest, tokens, columns, 1);
        }
    }

    void backward() {
        long n = run.length(op.x());
        run.launches.values(
                "shift_gradient",
                n,
                run.gradient(op.writes()),
                mask(),
                places(),
                run.gradient(op.x()),
                n,
                tokens,
                columns,
                part,
                first,
                Launches.flag(run.adds(op.x())));
    }
}
