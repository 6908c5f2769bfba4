package io.github.performer4j.gpu.program;

import io.github.performer4j.core.attention.AttentionOptions;
import io.github.performer4j.core.program.Op;
import io.github.performer4j.core.program.Pooling;
import io.github.performer4j.core.program.Value;
import io.github.performer4j.kernels.math.Activation;

/** Each operation of a program, backward: gives to the gradients of what it reads, which are written by the first that gives and added to by the others. */
final class Backward implements Op.Visitor<Void> {
    private final DeviceRun run;
    private final Launches launches;
    private final DeviceWeights weights;
    private final Tables tables;

    Backward(DeviceRun run, DeviceWeights weights, Tables tables) {
        this.run = run;
        this.launches = run.launches;
        this.weights = weights;
        this.tables = tables;
    }

    private int adds(Object gradient) {
        return Launches.flag(run.adds(gradient));
    }

    @Override
    public Void linear(Op.Linear op) {
        weights.back(op);
        return null;
    }

    @Override
    public Void norm(Op.Norm op) {
        int rows = run.rows(op.writes()) * op.groups();
        long d = run.gradient(op.writes());
        long x = run.value(op.x());
        long moments = Forward.moments(run, op);
        launches.rows(
                "norm_gradient",
                rows,
                d,
                x,
                run.pass.parameter(op.gain()),
                moments,
                op.size(),
                Launches.flag(!op.rootMeanSquare()),
                Launches.flag(op.scalar()),
                run.gradient(op.x()),
                adds(op.x()));
        int adds = adds(op.gain());
        long gain = run.pass.gradient(op.gain());
        long gains = op.scalar() ? run.room("gains", op.size()) : gain;
        long bias = op.bias() == null ? 0L : run.pass.gradient(op.bias());
        if (bias != 0) {
            run.adds(op.bias());
        }
        launches.columns(
                "norm_parameter_gradient",
                op.size(),
                1,
                d,
                x,
                moments,
                rows,
                op.size(),
                gains,
                bias,
                op.scalar() ? 0 : adds);
        if (op.scalar()) {
            launches.columns("column_sums", 1, 1, gains, op.size(), 1, gain, adds);
        }
        return null;
    }

    @Override
    public Void activate(Op.Activate op) {
        Activation f = op.f();
        launches.values(
                "activate_gradient",
                run.length(op.z()),
                Activations.kind(f),
                f.linear(),
                f.cubic(),
                run.value(op.z()),
                run.gradient(op.writes()),
                run.gradient(op.z()),
                run.length(op.z()),
                adds(op.z()));
        return null;
    }

    @Override
    public Void gate(Op.Gate op) {
        Activation f = op.f();
        int adds = adds(op.z());
        launches.values(
                "gated_gradient",
                run.length(op.z()),
                Activations.kind(f),
                f.linear(),
                f.cubic(),
                run.value(op.z()),
                run.value(op.gate()),
                run.gradient(op.writes()),
                run.gradient(op.z()),
                run.gradient(op.gate()),
                run.length(op.z()),
                adds,
                adds(op.gate()));
        return null;
    }

    @Override
    public Void add(Op.Add op) {
        for (Value value : op.reads()) {
            launches.copy(run.gradient(op.writes()), run.gradient(value), run.length(value), run.adds(value));
        }
        return null;
    }

    @Override
    public Void drop(Op.Drop op) {
        Forward.drop(run, op, run.gradient(op.writes()), run.gradient(op.x()), run.adds(op.x()));
        return null;
    }

    @Override
    public Void lookup(Op.Lookup op) {
        new LookupRows(run, op).backward();
        return null;
    }

    @Override
    public Void place(Op.Place op) {
        new PlaceRows(run, tables, op).backward();
        return null;
    }

    @Override
    public Void rotate(Op.Rotate op) {
        Forward.rotate(run, tables, op, run.gradient(op.writes()), run.gradient(op.x()), true, run.adds(op.x()));
        return null;
    }

    @Override
    public Void scale(Op.Scale op) {
        long n = run.length(op.x());
        launches.values(
                "scale", n, run.gradient(op.writes()), (float) op.factor(), run.gradient(op.x()), n, adds(op.x()));
        return null;
    }

    @Override
    public Void multiply(Op.Multiply op) {
        int rows = run.rows(op.x());
        long d = run.gradient(op.writes());
        long x = run.value(op.x());
        long dots = run.room("products of rows", rows);
        launches.rows("row_dots", rows, d, x, (long) op.x().columns(), dots);
        launches.columns("column_sums", 1, 1, dots, rows, 1, run.pass.gradient(op.factor()), adds(op.factor()));
        long n = run.length(op.x());
        long factor = run.pass.parameter(op.factor());
        launches.values("scale_learned", n, d, factor, run.gradient(op.x()), n, adds(op.x()));
        return null;
    }

    @Override
    public Void shift(Op.Shift op) {
        new ShiftRows(run, op).backward();
        return null;
    }

    @Override
    public Void repeat(Op.Repeat op) {
        long n = run.length(op.x());
        launches.values(
                "repeat_gradient",
                n,
                run.gradient(op.writes()),
                run.gradient(op.x()),
                n,
                op.size(),
                op.groups(),
                op.times(),
                adds(op.x()));
        return null;
    }

    @Override
    public Void convolve(Op.Convolve op) {
        new ConvolveRows(run, op).backward();
        return null;
    }

    @Override
    public Void attend(Op.Attend op) {
        int queries = run.pass.longest(op.q().side());
        int keys = run.pass.longest(op.k().side());
        if (op.options().kindFor(op.q().columns(), queries, keys) == AttentionOptions.Kind.EXACT) {
            new ExactHeads(run, op).backward();
        } else {
            new LinearHeads(run, op).backward();
        }
        return null;
    }

    @Override
    public Void attendGraph(Op.AttendGraph op) {
        new GraphHeads(run, op).backward();
        return null;
    }

    @Override
    public Void pool(Op.Pool op) {
        if (op.kind() == Pooling.MAX) {
            launches.rows(
                    "pool_largest_gradient",
                    run.pass.batch(),
                    run.gradient(op.writes()),
                    run.value(op.x()),
                    run.pass.mask(op.x().side()),
                    run.gradient(op.x()),
                    run.pass.tokens(op.x().side()),
                    op.x().columns(),
                    adds(op.x()));
            return null;
        }
        launches.rows(
                "pool_gradient",
                run.pass.batch(),
                run.gradient(op.writes()),
                run.pass.mask(op.x().side()),
                run.gradient(op.x()),
                run.pass.tokens(op.x().side()),
                op.x().columns(),
                op.kind().ordinal(),
                adds(op.x()));
        return null;
    }
}
