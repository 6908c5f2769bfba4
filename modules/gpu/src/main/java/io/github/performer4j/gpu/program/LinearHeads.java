package io.github.performer4j.gpu.program;

import io.github.performer4j.core.program.Op;

/**
 * Linear attention of all heads, forward and backward: features, sums of them by {@link HeadSums}, and rows divided by their denominators. The backward pass makes features and sums
 * anew; kept are 1/denominators.
 */
final class LinearHeads {
    private final DeviceRun run;
    private final HeadShape shape;
    private final HeadFeatures features;
    private final HeadQuotient quotient;
    private final HeadSums sums;

    LinearHeads(DeviceRun run, Op.Attend op) {
        this.run = run;
        shape = HeadShape.of(op, run.pass);
        quotient = new HeadQuotient(run, op, shape);
        boolean decays = op.options().decay() != null;
        features = new HeadFeatures(run, op, shape, !decays);
        sums = op.options().causal()
                ? new CausalSums(run, op, shape, features)
                : decays || features.places.packed()
                        ? new SideSums(run, op, shape, features)
                        : new WholeSums(run, shape, features);
    }

    private HeadQuotient.Beside beside() {
        return new HeadQuotient.Beside(sums.fromState(), features.mass, sums.seen(), sums.seenPerRow());
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
        quotient.divide(outer, inner, beside());
        sums.leave(run);
    }

    void backward() {
        prepare();
        int padded = shape.paddedQueries();
        long rows = (long) shape.all() * padded;
        long e = run.room("e", rows * shape.width());
        long fe = sums.fromState() == 0 ? 0 : run.room("fe", rows * shape.width());
        long u = run.room("u", rows * shape.width());
        quotient.gradient(beside(), e, fe, u);
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
