package io.github.performer4j.gpu.program;

import io.github.performer4j.core.program.Op;
import io.github.performer4j.core.program.Value;
import io.github.performer4j.gpu.device.Product;

/** The features of queries and keys of all heads, and what their gradients give to rows and to W. Memory is of the moment. */
final class HeadFeatures {
    /**
     * Rows of one kind on the device.
     *
     * @param value queries or keys
     * @param tokens of a sequence
     * @param padded rows of a head
     * @param x rows of heads, scaled [B·H,padded,D]
     * @param p projected [B·H,padded,draws]
     * @param phi features [B·H,padded,M]
     */
    record Rows(Value value, int tokens, int padded, long x, long p, long phi) {}

    private final DeviceRun run;
    private final Op.Attend op;
    private final HeadShape shape;
    private final long w;
    private final float epsilonOfKeys;
    /** ε Σφ of each query; 0 where keys have no ε beside their features. */
    final long mass;
    /** Which keys are seen, 1 or 0. */
    final long seen;

    Rows queries;
    Rows keys;
    private long heights;

    HeadFeatures(DeviceRun run, Op.Attend op, HeadShape shape) {
        this.run = run;
        this.op = op;
        this.shape = shape;
        w = shape.features().projected() ? run.pass.projection(op) : 0;
        boolean outside = shape.exponential() && op.options().decay() == null;
        epsilonOfKeys = outside ? shape.features().epsilon() : 0;
        mass = epsilonOfKeys > 0 ? run.room("mass", (long) shape.all() * shape.paddedQueries()) : 0;
        long rows = (long) shape.all() * shape.paddedKeys();
        seen = run.room("seen", rows);
        run.launches.values(
                "seen_rows",
                rows,
                run.pass.mask(op.k().side()),
                seen,
                rows,
                shape.heads(),
                shape.keys(),
                shape.paddedKeys());
    }

    /** Returns ε that is added to keys' features beside them. */
    float epsilonOfKeys() {
        return epsilonOfKeys;
    }

    private Rows project(String name, Value value, int tokens, int padded) {
        long rows = (long) shape.all() * padded;
        long x = run.room(name + " x", rows * shape.size());
        pack(
                value,
                x,
                tokens,
                padded,
                shape.size(),
                shape.size(),
                shape.features().scale(),
                false);
        long p = x;
        if (w != 0) {
            p = run.room(name + " p", rows * shape.draws());
            int n = Math.toIntExact(rows);
            run.launches.multiply(
                    Product.of(n, shape.draws(), shape.size(), x, w, p, 1).transposingB());
        }
        boolean inPlace = w != 0 && shape.kind() < 2;
        long phi = inPlace ? p : run.room(name + " phi", rows * shape.columns());
        return new Rows(value, tokens, padded, x, p, phi);
    }

    private void pack(Value value, long to, int tokens, int padded, int size, int width, float factor, boolean ones) {
        long n = (long) shape.all() * padded * width;
        run.launches.values(
                "pack",
                n,
                run.value(value),
                to,
                n,
                shape.heads(),
                tokens,
                padded,
                size,
                width,
                factor,
                Launches.flag(ones));
    }

    /** Returns values, [v, 1, 0…], [B·H,padded,width]. */
    long values() {
        long v = run.room("values", (long) shape.all() * shape.paddedKeys() * shape.width());
        pack(op.v(), v, shape.keys(), shape.paddedKeys(), shape.valueSize(), shape.width(), 1, true);
        return v;
    }

    /** Makes the features of queries, and {@link #mass}. */
    void mapQueries() {
        queries = project("queries", op.q(), shape.queries(), shape.paddedQueries());
        run.launches.rows(
                "query_features",
                (long) shape.all() * shape.paddedQueries(),
                shape.kind(),
                queries.p(),
                queries.phi(),
                shape.draws(),
                shape.features().epsilon(),
                epsilonOfKeys,
                shape.queries(),
                shape.paddedQueries(),
                mass);
    }

    /** Begins with keys; returns their exponents, [B·H,padded], or 0 where they have none. */
    long keyExponents() {
        keys = project("keys", op.k(), shape.keys(), shape.paddedKeys());
        if (!shape.exponential()) {
            return 0;
        }
        long rows = (long) shape.all() * shape.paddedKeys();
        heights = run.room("heights", rows);
        long exponents = run.room("exponents", rows);
        run.launches.rows(
                "key_exponents",
                rows,
                shape.kind(),
                keys.p(),
                keys.x(),
                shape.draws(),
                shape.size(),
                heights,
                exponents);
        return exponents;
    }

    /**
     * Makes the features of keys.
     *
     * @param m stabiliser of each, [B·H,padded]; 0 where they have none
     */
    void mapKeys(long m) {
        long n = (long) shape.all() * shape.paddedKeys() * shape.draws();
        run.launches.values(
                "key_features",
                n,
                shape.kind(),
                keys.p(),
                heights,
                m,
                seen,
                keys.phi(),
                n,
                shape.draws(),
                shape.features().epsilon());
    }

    /**
     * Takes the gradient of queries' features back to queries, and to W where that is learned.
     *
     * @param d [B·H,padded,M], overwritten
     * @param constants to add to each row of it; 0 for none
     */
    void queryGradient(long d, long constants) {
        gradient(queries, d, constants, 0, shape.features().epsilon(), shape.kind() == 0 ? -1 : 0);
    }

    /** The same for keys. */
    void keyGradient(long d) {
        gradient(keys, d, 0, seen, 0, shape.kind() == 0 ? -1 : shape.kind() == 2 ? 1 : 0);
    }

    private void gradient(Rows rows, long d, long constants, long visible, float epsilon, float throughNorm) {
        long n = (long) shape.all() * rows.padded();
        long dp = shape.kind() == 2 ? run.room("dp", n * shape.draws()) : d;
        long sums = run.room("sums", n);
        run.launches.rows(
                "feature_gradient",
                n,
                shape.kind(),
                rows.p(),
                rows.phi(),
                d,
                constants,
                visible,
                epsilon,
                shape.draws(),
                dp,
                sums);
        long dy = dp;
        int all = Math.toIntExact(n);
        if (w != 0) {
            dy = run.room("dy", n * shape.size());
            run.launches.multiply(Product.of(all, shape.size(), shape.draws(), dp, w, dy, 1));
        }
        if (op.options().learnedProjection()) {
            String name = op.scope() + Op.Attend.PROJECTION;
            Product dw = Product.of(shape.draws(), shape.size(), all, dp, rows.x(), run.pass.gradient(name), 1);
            run.launches.multiply(dw.transposingA().scaled(1, run.adds(name) ? 1 : 0));
        }
        long length = run.length(rows.value());
        run.launches.values(
                "row_gradient",
                length,
                dy,
                rows.x(),
                sums,
                throughNorm,
                shape.features().scale(),
                run.gradient(rows.value()),
                length,
                shape.heads(),
                rows.tokens(),
                rows.padded(),
                shape.size(),
                Launches.flag(run.adds(rows.value())));
    }
}
