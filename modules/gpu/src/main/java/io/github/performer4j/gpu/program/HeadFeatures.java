package io.github.performer4j.gpu.program;

import io.github.performer4j.core.program.Op;
import io.github.performer4j.core.program.Value;
import io.github.performer4j.kernels.attention.FeatureKernel;

/** The features of queries and keys of all heads, and what their gradients give to rows and to W. Memory is of the moment. */
final class HeadFeatures {
    private final DeviceRun run;
    private final Op.Attend op;
    private final HeadShape shape;
    private final HeadProjection projection;
    private final FeatureLaunches features;
    private final float epsilonOfKeys;
    /** ε Σφ of each query; 0 where keys have no ε beside their features. */
    final long mass;
    /** Which keys are seen, 1 or 0. */
    final long seen;
    /** Where the sequences of packed rows lie. */
    final HeadPlaces places;

    HeadRows queries;
    HeadRows keys;

    /**
     * Begins with which keys are seen.
     *
     * @param beside whether ε of exponential keys is added to what they are multiplied with, and not left out
     */
    HeadFeatures(DeviceRun run, Op.Attend op, HeadShape shape, boolean beside) {
        this.run = run;
        this.op = op;
        this.shape = shape;
        projection = HeadProjection.of(run, op, shape);
        features = shape.features() instanceof FeatureKernel.Hybrid hybrid
                ? new HybridLaunches(run, shape, hybrid)
                : new KindLaunches(run, shape);
        epsilonOfKeys = shape.exponential() && beside ? shape.features().epsilon() : 0;
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
        places = HeadPlaces.of(run, op, shape, seen);
    }

    /** Chooses what features are fitted to, in a forward pass. */
    void choose() {
        projection.choose();
    }

    /** Returns ε that is added to keys' features beside them. */
    float epsilonOfKeys() {
        return epsilonOfKeys;
    }

    private HeadRows project(boolean ofQueries, Value value, int tokens, int padded) {
        String name = ofQueries ? "queries" : "keys";
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
        long y = projection.place(ofQueries, x, padded);
        long p = projection.project(ofQueries, x, y, padded);
        boolean inPlace = p != x && shape.kind() < FeatureKinds.TRIGONOMETRIC;
        long phi = inPlace ? p : run.room(name + " phi", rows * shape.columns());
        return new HeadRows(value, ofQueries, tokens, padded, x, y, p, phi);
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

    /**
     * Gives to the gradient of values.
     *
     * @param outer what keys take from the gradient of sums, [B·H,padded,width]
     * @param inner what they take from their own chunk's queries; 0 for nothing
     * @param g factor of {@code outer} for each row; 0 for 1
     * @param through what comes through means, for each row or each head
     * @param perRow whether {@code through} is for each row
     */
    void valueGradient(long outer, long inner, long g, long through, boolean perRow) {
        long n = run.length(op.v());
        run.launches.values(
                "value_gradient",
                n,
                outer,
                inner,
                g,
                seen,
                through,
                Launches.flag(perRow),
                run.gradient(op.v()),
                n,
                shape.heads(),
                shape.keys(),
                shape.paddedKeys(),
                shape.valueSize(),
                shape.width(),
                Launches.flag(run.adds(op.v())));
    }

    /** Makes the features of queries, and {@link #mass}. */
    void mapQueries() {
        queries = project(true, op.q(), shape.queries(), shape.paddedQueries());
        features.queries(queries, epsilonOfKeys, mass);
    }

    /** Begins with keys; returns their exponents, [B·H,padded], or 0 where they have none. */
    long keyExponents() {
        keys = project(false, op.k(), shape.keys(), shape.paddedKeys());
        return features.exponents(keys);
    }

    /**
     * Makes the features of keys.
     *
     * @param m stabiliser of each, [B·H,padded]; 0 where they have none
     */
    void mapKeys(long m) {
        features.keys(keys, m, seen);
    }

    /** Makes the features of keys with one stabiliser for each sequence and head. */
    void mapKeysAlike(long exponents) {
        long m = 0;
        if (shape.exponential()) {
            m = run.room("m", (long) shape.all() * shape.paddedKeys());
            run.launches.rows("head_scales", shape.all(), exponents, seen, places.places(), 1, shape.paddedKeys(), m);
        }
        mapKeys(m);
    }

    /**
     * Takes the gradient of queries' features back to queries, and to W where that is learned.
     *
     * @param d [B·H,padded,M], overwritten
     * @param constants to add to each row of it; 0 for none
     */
    void queryGradient(long d, long constants) {
        gradient(queries, d, constants, 0);
    }

    /** The same for keys. */
    void keyGradient(long d) {
        gradient(keys, d, 0, seen);
    }

    private void gradient(HeadRows rows, long d, long constants, long visible) {
        long sums = run.room("sums", (long) shape.all() * rows.padded());
        long dp = features.gradient(rows, d, constants, visible, sums);
        long dy = projection.gradient(rows, dp, sums);
        long length = run.length(rows.value());
        run.launches.values(
                "row_gradient",
                length,
                dy,
                rows.x(),
                sums,
                features.throughNorm(rows.queries()),
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
