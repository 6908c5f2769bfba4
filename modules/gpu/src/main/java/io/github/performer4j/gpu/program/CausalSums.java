package io.github.performer4j.gpu.program;

import io.github.performer4j.core.attention.CarriedLinearAttention;
import io.github.performer4j.core.program.Op;
import io.github.performer4j.gpu.device.Product;

/**
 * Causal attention in chunks: products of a chunk's own queries and keys, and the sums of all keys before it, with a running stabiliser. All chunks of all heads run together; only the
 * sums themselves go through the chunks, one after the other.
 *
 * <p>Formulae are those of the kernels of the processor, {@code CausalHead} and {@code CausalHeadGradient}, with values [v, 1].
 */
final class CausalSums implements HeadSums {
    private final DeviceRun run;
    private final Op.Attend op;
    private final HeadShape shape;
    private final HeadFeatures features;
    private final DecayRates decay;
    private final int columns;
    private final int width;
    private final int chunk;
    private final int chunks; // of all heads
    private final long rows; // of all heads
    private long values;
    private long keyed; // values by g
    private long c;
    private long f;
    private long g;
    private long between;
    private long end;
    private long sums;
    private long seen; // of each row
    private long weights;
    private long e;
    private long fe;
    private long through;
    private long inner;
    private long dSums;
    private long lastSums;
    private long lastSeen;

    CausalSums(DeviceRun run, Op.Attend op, HeadShape shape, HeadFeatures features) {
        this.run = run;
        this.op = op;
        this.shape = shape;
        this.features = features;
        decay = DecayRates.of(run, op, shape, features.seen);
        columns = shape.columns();
        width = shape.width();
        chunk = shape.chunk();
        chunks = shape.all() * shape.chunks();
        rows = (long) chunks * chunk;
    }

    private long[] stateShape() {
        return CarriedLinearAttention.shape(shape.batch(), shape.heads(), columns, shape.valueSize());
    }

    private long before() {
        return run.pass.part() ? run.pass.before(CarriedLinearAttention.name(op.scope()), stateShape()) : 0;
    }

    @Override
    public void prepare(long exponents, long given) {
        values = given;
        long before = before();
        int length = Math.toIntExact(stateShape()[2]);
        scales(exponents, before == 0 ? 0 : before + (length - 2L) * Float.BYTES, length);
        keyed = run.room("keyed values", rows * width);
        run.launches.values("scale_rows", rows * width, values, g, keyed, rows * width, width);
        sums = run.room("sums of chunks", (long) chunks * columns * width);
        run.launches.multiply(Product.of(columns, width, chunk, features.keys.phi(), keyed, sums, chunks)
                .transposingA());
        long startSums = 0;
        long startSeen = 0;
        if (before != 0) {
            startSums = run.room("sums before", (long) shape.all() * columns * width);
            startSeen = run.room("seen before", (long) shape.all() * width);
            run.launches.rows(
                    "unpack_state", shape.all(), before, startSums, startSeen, columns, shape.valueSize(), width);
        }
        lastSums = run.pass.part() ? run.room("sums behind", (long) shape.all() * columns * width) : 0;
        lastSeen = run.pass.part() ? run.room("seen behind", (long) shape.all() * width) : 0;
        scan(sums, between, startSums, lastSums, (long) columns * width, false);
        long parts = run.room("seen of chunks", (long) chunks * width);
        HeadPlaces places = features.places;
        long toEnd = places.packed() ? places.stays() : features.seen;
        run.launches.rows("chunk_sums", chunks, values, toEnd, parts, chunk, width);
        scan(parts, places.passes(), startSeen, lastSeen, width, false);
        seen = run.room("seen of rows", rows * width);
        run.launches.rows("running_sums", chunks, values, features.seen, places.places(), parts, seen, chunk, width, 0);
        weights = run.room("weights", rows * chunk);
        Product own = Product.of(chunk, chunk, columns, features.queries.phi(), features.keys.phi(), weights, chunks);
        run.launches.multiply(own.transposingB());
        run.launches.values("causal_weights", rows * chunk, weights, c, features.places.places(), rows * chunk, chunk);
    }

    private void scales(long exponents, long start, int length) {
        c = run.room("c", rows);
        long m = run.room("m", rows);
        f = run.room("f", rows);
        g = run.room("g", rows);
        between = run.room("between", chunks);
        end = run.room("end", shape.all());
        run.launches.rows(
                "causal_scales",
                shape.all(),
                exponents,
                features.seen,
                decay.rates(),
                features.places.places(),
                start,
                length,
                Launches.flag(shape.exponential()),
                chunk,
                shape.chunks(),
                c,
                m,
                f,
                g,
                between,
                run.room("starts", chunks),
                run.room("sums of decay", chunks),
                end);
        features.mapKeys(m);
    }

    private void scan(long slots, long factors, long start, long last, long size, boolean back) {
        run.launches.groups(
                "scan", size, shape.all(), slots, factors, start, last, shape.chunks(), size, Launches.flag(back));
    }

    @Override
    public long rows(long outer) {
        run.launches.multiply(Product.of(chunk, width, columns, features.queries.phi(), sums, outer, chunks));
        inner = run.room("inner", rows * width);
        run.launches.multiply(Product.of(chunk, width, chunk, weights, values, inner, chunks));
        return inner;
    }

    @Override
    public long fromState() {
        return f;
    }

    @Override
    public long seen() {
        return seen;
    }

    @Override
    public boolean seenPerRow() {
        return true;
    }

    @Override
    public void leave(DeviceRun to) {
        if (to.pass.part()) {
            long after = to.pass.after(CarriedLinearAttention.name(op.scope()), stateShape());
            to.launches.rows(
                    "pack_state", shape.all(), lastSums, lastSeen, end, after, columns, shape.valueSize(), width);
        }
    }

    /** {@inheritDoc} Makes what is behind each chunk. */
    @Override
    public void begin(long errors, long scaledErrors, long u) {
        e = errors;
        fe = scaledErrors;
        dSums = run.room("gradient of sums", (long) chunks * columns * width);
        run.launches.multiply(Product.of(columns, width, chunk, features.queries.phi(), fe, dSums, chunks)
                .transposingA());
        scan(dSums, between, 0, 0, (long) columns * width, true);
        long parts = run.room("through chunks", (long) chunks * width);
        HeadPlaces places = features.places;
        run.launches.rows("chunk_sums", chunks, u, places.enters(), parts, chunk, width);
        scan(parts, places.passes(), 0, 0, width, true);
        through = run.room("through", rows * width);
        run.launches.rows("running_sums", chunks, u, 0L, places.places(), parts, through, chunk, width, 1);
        // what comes to values from their own chunk's rows, before the weights' memory takes their gradient
        inner = run.room("inner", rows * width);
        run.launches.multiply(
                Product.of(chunk, width, chunk, weights, e, inner, chunks).transposingA());
        run.launches.multiply(
                Product.of(chunk, chunk, width, e, values, weights, chunks).transposingB());
        run.launches.values("causal_weights", rows * chunk, weights, c, features.places.places(), rows * chunk, chunk);
    }

    @Override
    public void queryGradient(long dPhi) {
        run.launches.multiply(Product.of(chunk, columns, chunk, weights, features.keys.phi(), dPhi, chunks));
        run.launches.multiply(Product.of(chunk, columns, width, fe, sums, dPhi, chunks)
                .transposingB()
                .scaled(1, 1));
    }

    @Override
    public void keyGradient(long dPhi) {
        run.launches.multiply(Product.of(chunk, columns, chunk, weights, features.queries.phi(), dPhi, chunks)
                .transposingA());
        run.launches.multiply(Product.of(chunk, columns, width, keyed, dSums, dPhi, chunks)
                .transposingB()
                .scaled(1, 1));
    }

    @Override
    public void decayGradient(long dPhi) {
        if (decay.selective()) {
            long dots = run.room("dots", rows);
            run.launches.rows("row_dots", rows, features.keys.phi(), dPhi, (long) columns, dots);
            long da = run.room("da", rows);
            run.launches.rows(
                    "causal_decay_gradient",
                    chunks,
                    dots,
                    dSums,
                    sums,
                    features.seen,
                    features.places.places(),
                    chunk,
                    shape.chunks(),
                    (long) columns * width,
                    da);
            decay.gradient(da);
        }
    }

    @Override
    public void valueGradient() {
        long outer = run.room("outer", rows * width);
        run.launches.multiply(Product.of(chunk, width, columns, features.keys.phi(), dSums, outer, chunks));
        features.valueGradient(outer, inner, g, through, true);
    }
}
