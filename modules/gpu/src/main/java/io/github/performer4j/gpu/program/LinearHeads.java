package io.github.performer4j.gpu.program;

import io.github.performer4j.core.program.Op;
import java.util.List;

/**
 * Linear attention of all heads, forward and backward: features, sums of them by {@link HeadSums}, and rows divided by their denominators. The backward pass makes features and sums
 * anew; kept are 1/denominators.
 */
final class LinearHeads {
    private final DeviceRun run;
    private final Op.Attend op;
    private final HeadShape shape;
    private final HeadFeatures features;
    private final HeadSums sums;

    LinearHeads(DeviceRun run, Op.Attend op) {
        this.run = run;
        this.op = op;
        shape = HeadShape.of(op, run.pass);
        boolean decays = op.options().decay() != null;
        features = new HeadFeatures(run, op, shape, !decays);
        sums = op.options().causal()
                ? new CausalSums(run, op, shape, features)
                : decays ? new SideSums(run, op, shape, features) : new WholeSums(run, shape, features, op.v());
    }

    private long inverses() {
        return run.kept.room(List.of("inverses", op.writes().id()), (long) shape.all() * shape.paddedQueries());
    }

    private void prepare() {
        features.mapQueries();
        sums.prepare(features.keyExponents(), features.values());
    }

    void forward() {
        features.choose();
        prepare();
        long outer = run.room("outer", (long) shape.all() * shape.paddedQueries() * shape.width());
        long inner = sums.rows(outer);
        run.launches.rows(
                "combine",
                (long) shape.all() * shape.paddedQueries(),
                outer,
                inner,
                sums.fromState(),
                features.mass,
                sums.seen(),
                Launches.flag(sums.seenPerRow()),
                shape.heads(),
                shape.queries(),
                shape.paddedQueries(),
                shape.valueSize(),
                shape.width(),
                run.value(op.writes()),
                inverses(),
                run.underflows());
        sums.leave(run);
    }

    void backward() {
        prepare();
        int padded = shape.paddedQueries();
        long rows = (long) shape.all() * padded;
        long e = run.room("e", rows * shape.width());
        long fe = sums.fromState() == 0 ? 0 : run.room("fe", rows * shape.width());
        long u = run.room("u", rows * shape.width());
        run.launches.rows(
                "quotient",
                rows,
                run.gradient(op.writes()),
                run.value(op.writes()),
                inverses(),
                sums.fromState(),
                features.mass,
                sums.seen(),
                Launches.flag(sums.seenPerRow()),
                shape.heads(),
                shape.queries(),
                padded,
                shape.valueSize(),
                shape.width(),
                e,
                fe,
                u);
        long constants = 0;
        if (features.mass != 0) {
            constants = run.room("constants", rows);
            run.launches.rows(
                    "query_constants",
                    rows,
                    e,
                    sums.seen(),
                    Launches.flag(sums.seenPerRow()),
                    padded,
                    shape.width(),
                    features.epsilonOfKeys(),
                    constants);
        }
        long dPhi = run.room("dphi", (long) shape.all() * Math.max(padded, shape.paddedKeys()) * shape.columns());
        sums.begin(e, fe, u);
        sums.queryGradient(dPhi);
        features.queryGradient(dPhi, constants);
        sums.keyGradient(dPhi);
        sums.decayGradient(dPhi);
        features.keyGradient(dPhi);
        sums.valueGradient();
    }
}
