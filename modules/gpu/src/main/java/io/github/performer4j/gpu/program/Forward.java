package io.github.performer4j.gpu.program;

import io.github.performer4j.core.attention.AttentionOptions;
import io.github.performer4j.core.program.Op;
import io.github.performer4j.core.program.Pooling;
import io.github.performer4j.core.program.Value;
import io.github.performer4j.kernels.math.Activation;
import java.util.List;

/** Each operation of a program, forward. */
final class Forward implements Op.Visitor<Void> {
    private static final double TWO_32 = 0x1.0p32;

    private final DeviceRun run;
    private final Launches launches;
    private final DeviceWeights weights;
    private final Tables tables;

    Forward(DeviceRun run, DeviceWeights weights, Tables tables) {
        this.run = run;
        this.launches = run.launches;
        this.weights = weights;
        this.tables = tables;
    }

    @Override
    public Void linear(Op.Linear op) {
        weights.product(op);
        return null;
    }

    @Override
    public Void norm(Op.Norm op) {
        long rows = (long) run.rows(op.writes()) * op.groups();
        launches.rows(
                "norm_rows",
                rows,
                run.value(op.x()),
                run.pass.parameter(op.gain()),
                op.bias() == null ? 0L : run.pass.parameter(op.bias()),
                (float) op.epsilon(),
                op.size(),
                Launches.flag(!op.rootMeanSquare()),
                Launches.flag(op.scalar()),
                run.value(op.writes()),
                moments(run, op));
        return null;
    }

    /** Returns where the moments of a norm's rows lie. */
    static long moments(DeviceRun run, Op.Norm op) {
        return run.kept.room(List.of("moments", op.writes().id()), 2L * run.rows(op.writes()) * op.groups());
    }

    @Override
    public Void activate(Op.Activate op) {
        Activation f = op.f();
        launches.values(
                "activate",
                run.length(op.writes()),
                Activations.kind(f),
                f.linear(),
                f.cubic(),
                run.value(op.z()),
                run.value(op.writes()),
                run.length(op.writes()));
        return null;
    }

    @Override
    public Void gate(Op.Gate op) {
        Activation f = op.f();
        launches.values(
                "gated",
                run.length(op.writes()),
                Activations.kind(f),
                f.linear(),
                f.cubic(),
                run.value(op.z()),
                run.value(op.gate()),
                run.value(op.writes()),
                run.length(op.writes()));
        return null;
    }

    @Override
    public Void add(Op.Add op) {
        long n = run.length(op.writes());
        launches.values("add", n, run.value(op.a()), run.value(op.b()), run.value(op.writes()), n);
        return null;
    }

    @Override
    public Void drop(Op.Drop op) {
        drop(run, op, run.value(op.x()), run.value(op.writes()), false);
        return null;
    }

    /** Drops entries of rows, of a value or of its gradient. */
    static void drop(DeviceRun run, Op.Drop op, long from, long to, boolean adds) {
        long n = run.length(op.writes());
        if (!run.pass.training() || op.probability() == 0) {
            run.launches.copy(from, to, n, adds);
            return;
        }
        run.launches.values(
                "drop",
                n,
                from,
                to,
                n,
                run.pass.firstRow() * op.writes().columns(),
                (long) Math.ceil(op.probability() * TWO_32),
                (float) (1 / (1 - op.probability())),
                run.pass.dropoutKey(op),
                Launches.flag(adds));
    }

    @Override
    public Void lookup(Op.Lookup op) {
        new LookupRows(run, op).forward();
        return null;
    }

    @Override
    public Void place(Op.Place op) {
        new PlaceRows(run, tables, op).forward();
        return null;
    }

    @Override
    public Void rotate(Op.Rotate op) {
        rotate(run, tables, op, run.value(op.x()), run.value(op.writes()), false, false);
        return null;
    }

    /** Turns rows of a value, or, backward, of its gradient. */
    static void rotate(DeviceRun run, Tables tables, Op.Rotate op, long from, long to, boolean back, boolean adds) {
        int tokens = run.pass.tokens(op.x().side());
        int offset = Math.toIntExact(run.pass.offset());
        int columns = op.rotary().columns(op.headSize());
        long n = run.length(op.writes());
        run.launches.values(
                "rotate",
                n,
                from,
                tables.angles(op.rotary(), columns, false, offset + tokens),
                tables.angles(op.rotary(), columns, true, offset + tokens),
                run.pass.places(op.x().side()),
                to,
                n,
                tokens,
                offset,
                op.x().columns(),
                op.headSize(),
                columns / 2,
                op.rotary().first(1),
                op.rotary().distance(columns),
                back ? -1f : 1f,
                Launches.flag(adds));
    }

    @Override
    public Void scale(Op.Scale op) {
        long n = run.length(op.writes());
        launches.values("scale", n, run.value(op.x()), (float) op.factor(), run.value(op.writes()), n, 0);
        return null;
    }

    @Override
    public Void multiply(Op.Multiply op) {
        long n = run.length(op.writes());
        long factor = run.pass.parameter(op.factor());
        launches.values("scale_learned", n, run.value(op.x()), factor, run.value(op.writes()), n, 0);
        return null;
    }

    @Override
    public Void shift(Op.Shift op) {
        new ShiftRows(run, op).forward();
        return null;
    }

    @Override
    public Void repeat(Op.Repeat op) {
        long n = run.length(op.writes());
        launches.values("repeat", n, run.value(op.x()), run.value(op.writes()), n, op.size(), op.groups(), op.times());
        return null;
    }

    @Override
    public Void convolve(Op.Convolve op) {
        new ConvolveRows(run, op).forward();
        return null;
    }

    @Override
    public Void attend(Op.Attend op) {
        HeadMoments.collect(run, op);
        Value k = op.k();
        int queries = run.pass.longest(op.q().side());
        if (op.options().kindFor(op.q().columns(), queries, run.pass.longest(k.side()))
                == AttentionOptions.Kind.EXACT) {
            new ExactHeads(run, op).forward();
        } else {
            new LinearHeads(run, op).forward();
        }
        return null;
    }

    @Override
    public Void attendGraph(Op.AttendGraph op) {
        new GraphHeads(run, op).forward();
        return null;
    }

    @Override
    public Void pool(Op.Pool op) {
        if (op.kind() == Pooling.MAX) {
            launches.rows(
                    "pool_largest",
                    run.pass.batch(),
                    run.value(op.x()),
                    run.pass.mask(op.x().side()),
                    run.value(op.writes()),
                    run.pass.tokens(op.x().side()),
                    op.x().columns());
            return null;
        }
        launches.rows(
                "pool",
                run.pass.batch(),
                run.value(op.x()),
                run.pass.mask(op.x().side()),
                run.value(op.writes()),
                run.pass.tokens(op.x().side()),
                op.x().columns(),
                op.kind().ordinal());
        return null;
    }
}
