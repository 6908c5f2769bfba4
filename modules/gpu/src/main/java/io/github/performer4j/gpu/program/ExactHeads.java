package io.github.performer4j.gpu.program;

import io.github.performer4j.core.program.Op;
import io.github.performer4j.core.program.Value;
import io.github.performer4j.gpu.device.Product;
import io.github.performer4j.kernels.exact.Window;
import java.util.ArrayList;
import java.util.List;

/**
 * Exact attention of all heads, forward and backward, by blocks of queries: their scores with the keys that some of them may see are all that there is of [Tq,Tk] at a time. Kept are the
 * logarithms of each row's sum, as of the processor's {@code ExactForward}.
 */
final class ExactHeads {
    /** Queries of a block. */
    private static final int BLOCK = 256;

    private static final long EVERYWHERE = Long.MAX_VALUE / 4;

    private final DeviceRun run;
    private final Op.Attend op;
    private final int heads;
    private final int all; // B·H
    private final int queries;
    private final int before; // keys of earlier parts
    private final int keys; // with them
    private final int size;
    private final int valueSize;
    private final long left;
    private final long reach;
    private final int offset;
    private final int global;
    private final long rates; // [H], of fixed decay; 0 for none
    private final long mask;
    private final long places;
    private final long q;
    private final long k;
    private final long v;

    ExactHeads(DeviceRun run, Op.Attend op) {
        this.run = run;
        this.op = op;
        heads = op.options().heads();
        all = run.pass.batch() * heads;
        queries = run.pass.tokens(op.q().side());
        before = run.pass.part() ? Math.max(0, op.options().window() - 1) : 0;
        keys = before + run.pass.tokens(op.k().side());
        size = op.headSize();
        valueSize = op.v().columns() / heads;
        Window window = op.options().distances();
        left = window == null ? EVERYWHERE : window.left();
        reach = op.options().causal() ? 0 : window == null ? EVERYWHERE : window.right();
        offset = window == null ? 0 : keys - queries;
        global = window == null ? 0 : window.global();
        rates = rates();
        places = run.pass.places(op.k().side());
        mask = joined(op.seen(), run.pass.mask(op.k().side()), 1, 1);
        q = pack("queries", run.value(op.q()), queries, size);
        k = pack("keys", joined(op.keys(), run.value(op.k()), op.k().columns(), 0), keys, size);
        v = pack("values", joined(op.values(), run.value(op.v()), op.v().columns(), 0), keys, valueSize);
    }

    private long rates() {
        if (op.options().decay() == null) {
            return 0;
        }
        List<Double> all = new ArrayList<>(op.options().decay().rates(heads));
        while (all.size() < heads) {
            all.add(0.0); // heads that do not decay
        }
        return run.tables.row(all);
    }

    /** Returns rows with those of earlier parts in front, [B,keys,columns]. */
    private long joined(String name, long own, int columns, float other) {
        if (before == 0) {
            return own;
        }
        long n = (long) run.pass.batch() * keys * columns;
        long to = run.room(name + " joined", n);
        long state = run.pass.before(name, run.pass.batch(), before, columns);
        run.launches.values("join_rows", n, state, own, to, n, before, keys - before, columns, other);
        return to;
    }

    private long pack(String name, long from, int tokens, int columns) {
        long n = (long) all * tokens * columns;
        long to = run.room("exact " + name, n);
        run.launches.values("pack", n, from, to, n, heads, tokens, tokens, columns, columns, 1f, 0);
        return to;
    }

    private void unpack(long from, Value to) {
        int columns = to.columns() / heads;
        int tokens = run.pass.tokens(to.side());
        long n = run.length(to);
        long target = run.gradient(to);
        int adds = Launches.flag(run.adds(to));
        if (tokens == keys || to.equals(op.q())) {
            run.launches.values("unpack", n, from, target, n, heads, tokens, tokens, columns, columns, adds);
            return;
        }
        long whole = (long) run.pass.batch() * keys * to.columns();
        long rows = run.room("exact rows", whole);
        run.launches.values("unpack", whole, from, rows, whole, heads, keys, keys, columns, columns, 0);
        run.launches.values("last_rows", n, rows, target, n, keys, tokens, to.columns(), adds);
    }

    private long sums() {
        return run.kept.room(List.of("log sums", op.writes().id()), (long) all * queries);
    }

    /** Returns the first key that a block looks at; of a window with global tokens all earlier ones. */
    private long first(int row) {
        return global > 0 ? 0 : Math.max(0, Math.min(keys - 1, row + offset - left));
    }

    private long end(int row, int lastRow) {
        boolean seesAll = reach > 0 && global > 0 && (row < global || places != 0);
        return seesAll ? keys : Math.max(1, Math.min(keys, lastRow + (long) offset + reach + 1));
    }

    void forward() {
        long out = run.room("exact out", (long) all * queries * valueSize);
        for (int row = 0; row < queries; row += BLOCK) {
            int rows = Math.min(BLOCK, queries - row);
            int from = (int) first(row);
            int n = (int) Math.max(1, end(row, row + rows - 1) - from);
            long s = scores(row, rows, from, n);
            run.launches.rows(
                    "attend_softmax",
                    (long) all * rows,
                    s,
                    mask,
                    places,
                    heads,
                    rows,
                    n,
                    row,
                    from,
                    keys,
                    offset,
                    left,
                    reach,
                    global,
                    rates,
                    queries,
                    sums());
            run.launches.multiply(
                    Product.of(rows, valueSize, n, s, at(v, from, valueSize), at(out, row, valueSize), all)
                            .strides((long) rows * n, (long) keys * valueSize, (long) queries * valueSize));
        }
        long n = run.length(op.writes());
        run.launches.values(
                "unpack", n, out, run.value(op.writes()), n, heads, queries, queries, valueSize, valueSize, 0);
        leave();
    }

    /** Returns Q Kᵀ/√D of a block of rows and some keys, [all,rows,n]. */
    private long scores(int row, int rows, int from, int n) {
        long s = run.room("scores", (long) all * rows * n);
        run.launches.multiply(Product.of(rows, n, size, at(q, row, size), at(k, from, size), s, all)
                .transposingB()
                .strides((long) queries * size, (long) keys * size, (long) rows * n)
                .scaled((float) (1 / Math.sqrt(size)), 0));
        return s;
    }

    private static long at(long rows, int row, int columns) {
        return rows + (long) row * columns * Float.BYTES;
    }

    private void leave() {
        if (before > 0) {
            leave(op.keys(), op.k().columns());
            leave(op.values(), op.v().columns());
            leave(op.seen(), 1);
        }
    }

    private void leave(String name, int columns) {
        long n = (long) run.pass.batch() * before * columns;
        long after = run.pass.after(name, run.pass.batch(), before, columns);
        long whole = run.room(name + " joined", (long) run.pass.batch() * keys * columns);
        run.launches.values("last_rows", n, whole, after, n, keys, before, columns, 0);
    }

    void backward() {
        long out = pack("out", run.value(op.writes()), queries, valueSize);
        long error = pack("error", run.gradient(op.writes()), queries, valueSize);
        long deltas = run.room("deltas", (long) all * queries);
        run.launches.rows("row_dots", (long) all * queries, error, out, (long) valueSize, deltas);
        long dq = run.room("exact dq", (long) all * queries * size);
        long dk = zeros("exact dk", (long) all * keys * size);
        long dv = zeros("exact dv", (long) all * keys * valueSize);
        for (int row = 0; row < queries; row += BLOCK) {
            block(row, Math.min(BLOCK, queries - row), error, deltas, dq, dk, dv);
        }
        unpack(dq, op.q());
        unpack(dk, op.k());
        unpack(dv, op.v());
    }

    private long zeros(String name, long n) {
        long to = run.room(name, n);
        run.device.zero(to, n * Float.BYTES);
        return to;
    }

    private void block(int row, int rows, long error, long deltas, long dq, long dk, long dv) {
        int from = (int) first(row);
        int n = (int) Math.max(1, end(row, row + rows - 1) - from);
        long scores = (long) rows * n;
        long s = scores(row, rows, from, n);
        long ds = run.room("gradient of scores", (long) all * scores);
        run.launches.multiply(Product.of(rows, n, valueSize, at(error, row, valueSize), at(v, from, valueSize), ds, all)
                .transposingB()
                .strides((long) queries * valueSize, (long) keys * valueSize, scores));
        run.launches.rows(
                "attend_softmax_gradient",
                (long) all * rows,
                s,
                ds,
                mask,
                places,
                heads,
                rows,
                n,
                row,
                from,
                keys,
                offset,
                left,
                reach,
                global,
                rates,
                queries,
                sums(),
                deltas);
        float scale = (float) (1 / Math.sqrt(size));
        run.launches.multiply(Product.of(n, valueSize, rows, s, at(error, row, valueSize), at(dv, from, valueSize), all)
                .transposingA()
                .strides(scores, (long) queries * valueSize, (long) keys * valueSize)
                .scaled(1, 1));
        run.launches.multiply(Product.of(n, size, rows, ds, at(q, row, size), at(dk, from, size), all)
                .transposingA()
                .strides(scores, (long) queries * size, (long) keys * size)
                .scaled(scale, 1));
        run.launches.multiply(Product.of(rows, size, n, ds, at(k, from, size), at(dq, row, size), all)
                .strides(scores, (long) keys * size, (long) queries * size)
                .scaled(scale, 0));
    }
}
