package io.github.performer4j.gpu.program;

import io.github.performer4j.core.program.Op;

/**
 * Attention masked by a graph kernel, of all heads, forward and backward: {@code out_i = Σ_j K_ij φ(q_i)·φ(k_j) v_j / Σ_j K_ij φ(q_i)·φ(k_j)}, or the mean of the values that a node sees, by K, where
 * that underflows. The backward pass makes features and sums anew; kept are 1/denominators.
 */
final class GraphHeads {
    private final DeviceRun run;
    private final Op.AttendGraph op;
    private final HeadShape shape;
    private final HeadFeatures features;
    private final HeadQuotient quotient;
    private final GraphPlaces places;
    private final GraphSums sums;
    private final GraphSums means; // without features
    private final long rows;
    private final long theta;
    private long left;
    private long right;
    private long values;
    private long seen; // means of values, and 1, of each node
    private long masses;

    GraphHeads(DeviceRun run, Op.AttendGraph op) {
        this.run = run;
        this.op = op;
        Op.Attend attend = new Op.Attend(op.q(), op.k(), op.v(), null, op.options(), op.scope(), op.writes());
        shape = HeadShape.of(attend, run.pass);
        features = new HeadFeatures(run, attend, shape, false);
        quotient = new HeadQuotient(run, attend, shape);
        places = GraphPlaces.of(run, op);
        int heads = shape.heads();
        sums = new GraphSums(run, places, heads, shape.all(), shape.columns(), shape.width(), GraphSums.ROOM);
        means = new GraphSums(run, places, heads, shape.all(), 1, shape.width(), GraphSums.ROOM);
        rows = (long) shape.all() * shape.keys();
        theta = op.kind().learned() ? run.pass.parameter(op.parameter()) : 0;
    }

    private HeadQuotient.Beside beside() {
        return new HeadQuotient.Beside(0, 0, seen, true);
    }

    private long room(String name) {
        return run.room(name, rows * shape.width());
    }

    private void prepare() {
        features.mapQueries();
        features.mapKeysAlike(features.keyExponents());
        long all = features.values();
        values = room("values of nodes");
        run.launches.values(
                "scale_rows", rows * shape.width(), all, features.seen, values, rows * shape.width(), shape.width());
        left = sums.weights("left", places.left(), theta);
        right = sums.weights("right", places.right(), theta);
        masses = room("masses");
        means.forward(new GraphSums.Factor(left, 0, 0), new GraphSums.Factor(right, 0, values), masses);
        seen = room("means");
        mean(masses, seen);
    }

    private void mean(long x, long y) {
        run.launches.rows("graph_mean", rows, x, masses, shape.valueSize(), shape.width(), y);
    }

    private GraphSums.Factor queries(long errors) {
        return new GraphSums.Factor(left, features.queries.phi(), errors);
    }

    private GraphSums.Factor keys() {
        return new GraphSums.Factor(right, features.keys.phi(), values);
    }

    void forward() {
        features.choose();
        prepare();
        long outer = room("outer");
        sums.forward(queries(0), keys(), outer);
        quotient.divide(outer, 0, beside());
    }

    void backward() {
        prepare();
        long e = room("e");
        long u = room("u");
        quotient.gradient(beside(), e, 0, u);
        mean(u, u);
        long through = room("through");
        GraphSums.Factor ofMeans = new GraphSums.Factor(left, 0, u);
        means.transposed(ofMeans, new GraphSums.Factor(right, 0, 0), through);
        long dQueries = run.room("dphi", rows * shape.columns());
        long dKeys = run.room("dpsi", rows * shape.columns());
        long dValues = room("dvalues");
        long weights = (long) shape.heads() * places.count();
        long dLeft = theta == 0 ? 0 : run.room("dleft", weights);
        long dRight = theta == 0 ? 0 : run.room("dright", weights);
        sums.backward(queries(e), keys(), new GraphSums.Targets(dQueries, dKeys, dValues, dLeft, dRight));
        features.queryGradient(dQueries, 0);
        features.keyGradient(dKeys);
        features.valueGradient(dValues, 0, 0, through, true);
        if (theta != 0) {
            modulationGradient(dLeft, dRight);
        }
        if (!run.adds(op.graph())) { // entries have none
            run.device.zero(run.gradient(op.graph()), run.length(op.graph()) * Float.BYTES);
        }
    }

    private void modulationGradient(long dLeft, long dRight) {
        String name = op.parameter();
        run.launches.rows(
                "graph_modulation_gradient",
                (long) shape.heads() * places.lengths(),
                dLeft,
                dRight,
                places.left(),
                places.right(),
                theta,
                run.pass.gradient(name),
                places.count(),
                places.lengths(),
                Launches.flag(run.adds(name)));
    }
}
