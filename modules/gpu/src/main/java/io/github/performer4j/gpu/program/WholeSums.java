package io.github.performer4j.gpu.program;

import io.github.performer4j.gpu.device.Product;

/** Bidirectional attention without decay: one sum for each head. */
final class WholeSums implements HeadSums {
    private final DeviceRun run;
    private final HeadShape shape;
    private final HeadFeatures features;
    private final int columns;
    private final int width;
    private long values;
    private long sums;
    private long seen;
    private long e;
    private long dSums;
    private long through;

    WholeSums(DeviceRun run, HeadShape shape, HeadFeatures features) {
        this.run = run;
        this.shape = shape;
        this.features = features;
        columns = shape.columns();
        width = shape.width();
    }

    @Override
    public void prepare(long exponents, long given) {
        values = given;
        int padded = shape.paddedKeys();
        features.mapKeysAlike(exponents);
        sums = run.room("sums of heads", (long) shape.all() * columns * width);
        run.launches.multiply(Product.of(columns, width, padded, features.keys.phi(), values, sums, shape.all())
                .transposingA());
        seen = run.room("seen values", (long) shape.all() * width);
        run.launches.rows("chunk_sums", shape.all(), values, features.seen, seen, padded, width);
    }

    @Override
    public long rows(long outer) {
        run.launches.multiply(
                Product.of(shape.paddedQueries(), width, columns, features.queries.phi(), sums, outer, shape.all()));
        return 0;
    }

    @Override
    public long seen() {
        return seen;
    }

    @Override
    public void begin(long errors, long fe, long u) {
        e = errors;
        int padded = shape.paddedQueries();
        dSums = run.room("gradient of sums", (long) shape.all() * columns * width);
        run.launches.multiply(Product.of(columns, width, padded, features.queries.phi(), e, dSums, shape.all())
                .transposingA());
        through = run.room("through", (long) shape.all() * width);
        run.launches.rows("chunk_sums", shape.all(), u, 0L, through, padded, width);
    }

    @Override
    public void queryGradient(long dPhi) {
        run.launches.multiply(Product.of(shape.paddedQueries(), columns, width, e, sums, dPhi, shape.all())
                .transposingB());
    }

    @Override
    public void keyGradient(long dPhi) {
        run.launches.multiply(Product.of(shape.paddedKeys(), columns, width, values, dSums, dPhi, shape.all())
                .transposingB());
    }

    @Override
    public void decayGradient(long dPhi) {
        // there is no decay: SideSums has it
    }

    @Override
    public void valueGradient() {
        int padded = shape.paddedKeys();
        long outer = run.room("outer", (long) shape.all() * padded * width);
        run.launches.multiply(Product.of(padded, width, columns, features.keys.phi(), dSums, outer, shape.all()));
        features.valueGradient(outer, 0, 0, through, false);
    }
}
