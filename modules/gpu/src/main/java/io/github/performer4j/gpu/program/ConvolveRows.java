package io.github.performer4j.gpu.program;

import io.github.performer4j.core.program.Op;
import io.github.performer4j.kernels.layer.Convolution;

/** {@link Op.Convolve} on a device, forward and backward. */
final class ConvolveRows {
    private final DeviceRun run;
    private final Op.Convolve op;
    private final int tokens;
    private final int columns;
    private final int taps;
    private final int centre;
    private final int earlier;

    ConvolveRows(DeviceRun run, Op.Convolve op) {
        this.run = run;
        this.op = op;
        Convolution convolution = op.convolution();
        tokens = run.pass.tokens(op.x().side());
        columns = op.x().columns();
        taps = convolution.taps();
        centre = convolution.causal() ? 0 : (taps - 1) / 2;
        earlier = taps - 1;
    }

    private long mask() {
        return run.pass.mask(op.x().side());
    }

    private long before() {
        return run.pass.part() && earlier > 0 ? run.pass.before(op.state(), run.pass.batch(), earlier, columns) : 0;
    }

    private long places() {
        return run.pass.places(op.x().side());
    }

    void forward() {
        long n = run.length(op.writes());
        long x = run.value(op.x());
        long w = run.pass.parameter(op.weight());
        long before = before();
        long y = run.value(op.writes());
        run.launches.values("convolve", n, x, w, mask(), before, places(), y, n, tokens, columns, taps, centre);
        if (run.pass.part() && earlier > 0) {
            long rest = (long) run.pass.batch() * earlier * columns;
            long after = run.pass.after(op.state(), run.pass.batch(), earlier, columns);
            run.launches.values("convolve_carry", rest, x, mask(), before, after, rest, tokens, columns, earlier);
        }
    }

    void backward() {
        long n = run.length(op.x());
        long d = run.gradient(op.writes());
        long w = run.pass.parameter(op.weight());
        run.launches.values(
                "convolve_gradient",
                n,
                d,
                w,
                mask(),
                places(),
                run.gradient(op.x()),
                n,
                tokens,
                columns,
                taps,
                centre,
                Launches.flag(run.adds(op.x())));
        run.launches.columns(
                "convolve_weight_gradient",
                columns,
                taps,
                d,
                run.value(op.x()),
                mask(),
                before(),
                places(),
                run.pass.batch(),
                tokens,
                columns,
                taps,
                centre,
                run.pass.gradient(op.weight()),
                Launches.flag(run.adds(op.weight())));
    }
}
