package io.github.performer4j.gpu.program;

import io.github.performer4j.core.program.Op;
import io.github.performer4j.gpu.device.Product;

/**
 * Bidirectional attention with decay, or of packed rows: key j counts {@code exp(−|A_t − A_j|)} in row t if both are of one sequence. Inside a chunk a whole square, to its left and to its right the sums of all other keys, as they
 * count at its edges.
 *
 * <p>Formulae are those of the kernels of the processor, {@code SymmetricHead} and its gradients, with values [v, 1].
 */
final class SideSums implements HeadSums {
    private final DeviceRun run;
    private final HeadShape shape;
    private final HeadFeatures features;
    private final DecayRates decay;
    private final HeadPlaces places;
    private final int columns;
    private final int width;
    private final int chunk;
    private final int chunks; // of all heads
    private final long rows; // of all heads
    private final long size; // of a sum
    private long values;
    private long sums; // A
    private long left; // exp(−A)
    private long right; // exp(A − A_end)
    private long across;
    private long toRight; // values as they count behind the chunk
    private long toLeft; // values as they count before it
    private long before;
    private long behind;
    private long dBefore;
    private long dBehind;
    private long seen; // of each head
    private long weights;
    private long e;
    private long fromLeft; // e by left
    private long fromRight;
    private long raw; // derivative of the weights, then of what they weigh
    private long through;
    private long inner;

    SideSums(DeviceRun run, Op.Attend op, HeadShape shape, HeadFeatures features) {
        this.run = run;
        this.shape = shape;
        this.features = features;
        decay = DecayRates.of(run, op, shape, features.seen);
        places = features.places;
        columns = shape.columns();
        width = shape.width();
        chunk = shape.chunk();
        chunks = shape.all() * shape.chunks();
        rows = (long) chunks * chunk;
        size = (long) columns * width;
    }

    @Override
    public void prepare(long exponents, long given) {
        values = given;
        features.mapKeysAlike(exponents);
        sums = run.room("sums of decay", rows);
        left = run.room("left", rows);
        right = run.room("right", rows);
        across = run.room("across", chunks);
        run.launches.values(
                "side_scales",
                chunks,
                decay.rates(),
                places.enters(),
                places.stays(),
                places.passes(),
                (long) chunks,
                chunk,
                sums,
                left,
                right,
                across);
        toRight = scaled("to right", values, right);
        toLeft = scaled("to left", values, left);
        before = side("before", features.keys.phi(), toRight, false);
        behind = side("behind", features.keys.phi(), toLeft, true);
        seen = sequences("seen values", values, features.seen);
        weights = run.room("weights", rows * chunk);
        run.launches.multiply(
                Product.of(chunk, chunk, columns, features.queries.phi(), features.keys.phi(), weights, chunks)
                        .transposingB());
        run.launches.values("side_weights", rows * chunk, weights, sums, places.places(), rows * chunk, chunk);
    }

    /** Returns the sums of a_r x_r over sequences: for each head, or, of packed rows, for each row. */
    private long sequences(String name, long x, long a) {
        int padded = shape.paddedKeys();
        long y = run.room(name, (places.packed() ? rows : shape.all()) * width);
        if (places.packed()) {
            run.launches.rows("sequence_sums", shape.all(), x, a, places.places(), y, padded, width);
        } else {
            run.launches.rows("chunk_sums", shape.all(), x, a, y, padded, width);
        }
        return y;
    }

    private long scaled(String name, long x, long factors) {
        long y = run.room(name, rows * width);
        run.launches.values("scale_rows", rows * width, x, factors, y, rows * width, width);
        return y;
    }

    /** Returns, for each chunk, the sum of φᵀ rows over the chunks before it (back: behind it), as it counts at its edge. */
    private long side(String name, long phi, long x, boolean back) {
        long slots = run.room(name, chunks * size);
        run.launches.multiply(
                Product.of(columns, width, chunk, phi, x, slots, chunks).transposingA());
        run.launches.groups(
                "scan", size, shape.all(), slots, across, 0L, 0L, shape.chunks(), size, Launches.flag(back));
        return slots;
    }

    /** Returns φ times the sums of one side, [rows,width]. */
    private long taken(String name, long phi, long slots) {
        long y = run.room(name, rows * width);
        run.launches.multiply(Product.of(chunk, width, columns, phi, slots, y, chunks));
        return y;
    }

    @Override
    public long rows(long outer) {
        long ofLeft = taken("of left", features.queries.phi(), before);
        long ofRight = taken("of right", features.queries.phi(), behind);
        addScaled(ofLeft, left, ofRight, right, outer);
        inner = run.room("inner", rows * width);
        run.launches.multiply(Product.of(chunk, width, chunk, weights, values, inner, chunks));
        return inner;
    }

    private void addScaled(long x, long a, long z, long b, long y) {
        run.launches.values("add_scaled_rows", rows * width, x, a, z, b, y, rows * width, width);
    }

    @Override
    public long seen() {
        return seen;
    }

    @Override
    public boolean seenPerRow() {
        return places.packed();
    }

    @Override
    public void begin(long errors, long fe, long u) {
        e = errors;
        fromLeft = scaled("from left", e, left);
        fromRight = scaled("from right", e, right);
        dBefore = side("gradient before", features.queries.phi(), fromLeft, true);
        dBehind = side("gradient behind", features.queries.phi(), fromRight, false);
        through = sequences("through", u, 0);
        inner = run.room("inner", rows * width);
        run.launches.multiply(
                Product.of(chunk, width, chunk, weights, e, inner, chunks).transposingA());
        raw = run.room("gradient of weights", rows * chunk);
        run.launches.multiply(
                Product.of(chunk, chunk, width, e, values, raw, chunks).transposingB());
        if (decay.selective()) {
            ofDecay();
        }
        run.launches.values("side_weights", rows * chunk, raw, sums, places.places(), rows * chunk, chunk);
    }

    private void ofDecay() {
        long p = dots("p", taken("of left", features.queries.phi(), before), fromLeft);
        long r = dots("r", taken("of right", features.queries.phi(), behind), fromRight);
        long l = dots("l", taken("of left", features.keys.phi(), dBefore), toRight);
        long m = dots("m", taken("of right", features.keys.phi(), dBehind), toLeft);
        long da = run.room("da", rows);
        run.launches.rows(
                "side_decay_gradient",
                chunks,
                weights,
                raw,
                p,
                r,
                l,
                m,
                before,
                dBefore,
                behind,
                dBehind,
                across,
                features.seen,
                places.places(),
                chunk,
                size,
                da);
        decay.gradient(da);
    }

    private long dots(String name, long x, long y) {
        long to = run.room("dots " + name, rows);
        run.launches.rows("row_dots", rows, x, y, (long) width, to);
        return to;
    }

    @Override
    public void queryGradient(long dPhi) {
        run.launches.multiply(Product.of(chunk, columns, chunk, raw, features.keys.phi(), dPhi, chunks));
        add(fromLeft, before, dPhi);
        add(fromRight, behind, dPhi);
    }

    @Override
    public void keyGradient(long dPhi) {
        run.launches.multiply(Product.of(chunk, columns, chunk, raw, features.queries.phi(), dPhi, chunks)
                .transposingA());
        add(toRight, dBefore, dPhi);
        add(toLeft, dBehind, dPhi);
    }

    private void add(long x, long slots, long dPhi) {
        run.launches.multiply(Product.of(chunk, columns, width, x, slots, dPhi, chunks)
                .transposingB()
                .scaled(1, 1));
    }

    @Override
    public void decayGradient(long dPhi) {
        // begin has given it: it needs the derivatives of the weights as they are before they are weighed
    }

    @Override
    public void valueGradient() {
        long ofLeft = taken("of left", features.keys.phi(), dBefore);
        long ofRight = taken("of right", features.keys.phi(), dBehind);
        long outer = run.room("outer", rows * width);
        addScaled(ofLeft, right, ofRight, left, outer);
        features.valueGradient(outer, inner, 0, through, places.packed());
    }
}
