package io.github.performer4j.gpu.program;

import io.github.performer4j.core.program.Op;
import io.github.performer4j.core.program.TokenContext;

/** {@link Op.Lookup} on a device, forward and backward. Ids have no gradient; rows of the table add up in the order of tokens. */
final class LookupRows {
    private final DeviceRun run;
    private final Op.Lookup op;
    private final int columns;
    private final int side;
    private final long n;

    LookupRows(DeviceRun run, Op.Lookup op) {
        this.run = run;
        this.op = op;
        columns = op.writes().columns();
        side = op.ids().side();
        n = run.length(op.writes());
    }

    void forward() {
        long y = run.value(op.writes());
        run.launches.values("gather", n, run.pass.parameter(op.table()), run.pass.ids(side), y, n, columns);
        if (op.context() instanceof TokenContext.Hidden hidden) {
            run.launches.values("scale_rows", n, y, factors(hidden), y, n, columns);
        } else if (op.context() instanceof TokenContext.Texts texts) {
            long second = shares(texts, true);
            run.launches.values("add_types", n, y, run.pass.parameter(texts.table()), second, n, columns);
        }
    }

    /** Returns what each token's row is multiplied by, [N]. */
    private long factors(TokenContext.Hidden hidden) {
        long factors = run.room("factors of tokens", run.rows(op.writes()));
        int tokens = run.pass.tokens(side);
        run.launches.rows(
                "hidden_factors",
                run.pass.batch(),
                run.pass.ids(side),
                run.pass.mask(side),
                run.pass.places(side),
                hidden.token(),
                tokens,
                factors);
        return factors;
    }

    /** Returns which tokens are of the first or the second text, [N]. */
    private long shares(TokenContext.Texts texts, boolean ofSecond) {
        long first = run.room("tokens of the first text", run.rows(op.writes()));
        long second = run.room("tokens of the second text", run.rows(op.writes()));
        int batch = run.pass.batch();
        run.launches.values(
                "text_shares",
                batch,
                run.pass.ids(side),
                run.pass.places(side),
                texts.separator(),
                run.pass.tokens(side),
                (long) batch,
                first,
                second);
        return ofSecond ? second : first;
    }

    void backward() {
        long d = run.gradient(op.writes());
        if (op.context() instanceof TokenContext.Texts texts) {
            typesGradient(texts, d);
        }
        if (op.context() instanceof TokenContext.Hidden hidden) {
            long scaled = run.room("scaled rows", n);
            run.launches.values("scale_rows", n, d, factors(hidden), scaled, n, columns);
            d = scaled;
        }
        long table = run.pass.gradient(op.table());
        if (!run.adds(op.table())) {
            run.device.zero(table, (long) op.vocabulary() * columns * Float.BYTES);
        }
        IdOrder.There order = run.pass.order(side, op.vocabulary());
        run.launches.rows(
                "scatter", order.groups(), d, run.pass.ids(side), order.starts(), order.places(), columns, table);
    }

    private void typesGradient(TokenContext.Texts texts, long d) {
        long types = run.pass.gradient(texts.table());
        long own = run.room("scaled rows", n);
        int adds = Launches.flag(run.adds(texts.table()));
        for (int type = 0; type < TokenContext.Texts.TYPES; type++) {
            run.launches.values("scale_rows", n, d, shares(texts, type == 1), own, n, columns);
            long to = types + (long) type * columns * Float.BYTES;
            run.launches.columns("column_sums", columns, 1, own, run.rows(op.writes()), columns, to, adds);
        }
    }
}
