package io.github.performer4j.gpu.program;

import io.github.performer4j.core.program.Op;
import io.github.performer4j.core.program.Places;

/** {@link Op.Place} on a device, forward and backward; what tokens give to a row of a table is added in the order of the batch, of packed rows too. */
final class PlaceRows {
    private final DeviceRun run;
    private final Tables tables;
    private final Op.Place op;
    private final int columns;
    private final int tokens;
    private final int offset;
    private final long places;

    PlaceRows(DeviceRun run, Tables tables, Op.Place op) {
        this.run = run;
        this.tables = tables;
        this.op = op;
        columns = op.x().columns();
        tokens = run.pass.tokens(op.x().side());
        offset = Math.toIntExact(run.pass.offset());
        places = run.pass.places(op.x().side());
    }

    void forward() {
        long n = run.length(op.writes());
        long x = run.value(op.x());
        long y = run.value(op.writes());
        if (op.places() instanceof Places.Axial axial) {
            long rows = run.pass.parameter(axial.rows());
            long rest = run.pass.parameter(axial.columns());
            run.launches.values("add_axial", n, x, rows, rest, places, y, n, tokens, offset, columns, axial.width());
            return;
        }
        long table = op.places() instanceof Places.Learned learned
                ? run.pass.parameter(learned.table())
                : tables.sinusoids(((Places.Sinusoidal) op.places()).scale(), columns, offset + tokens);
        run.launches.values("add_places", n, x, at(table), places, y, n, tokens, columns);
    }

    /** Returns the row of the first token. */
    private long at(long table) {
        return table + (long) offset * columns * Float.BYTES;
    }

    void backward() {
        long d = run.gradient(op.writes());
        if (op.places() instanceof Places.Learned learned) {
            long table = begun(learned.table(), learned.tokens());
            long n = (long) tokens * columns;
            IdOrder.There order = run.pass.placeOrder(op.x().side());
            int batch = run.pass.batch();
            run.launches.values(
                    "places_gradient", n, d, order.starts(), order.places(), batch, tokens, columns, at(table));
        }
        if (op.places() instanceof Places.Axial axial) {
            axial(d, axial.rows(), axial.height(), axial.width(), 1, axial.width());
            axial(d, axial.columns(), axial.width(), 1, axial.width(), Long.MAX_VALUE / 2);
        }
        run.launches.copy(d, run.gradient(op.x()), run.length(op.x()), run.adds(op.x()));
    }

    /** Adds to row r of a gradient the places from {@code r·every} on, {@code apart} from each other, below {@code reach} of them. */
    private void axial(long d, String name, int count, int every, int apart, long reach) {
        long n = (long) count * columns;
        long table = begun(name, count);
        IdOrder.There order = run.pass.placeOrder(op.x().side());
        run.launches.values(
                "axial_gradient",
                n,
                d,
                order.starts(),
                order.places(),
                run.pass.batch(),
                tokens,
                offset,
                columns,
                n,
                every,
                apart,
                reach,
                table);
    }

    /** Returns where a table's gradient lies, zeros if it holds no sum. */
    private long begun(String name, int count) {
        long table = run.pass.gradient(name);
        if (!run.adds(name)) {
            run.launches.fill(table, (long) count * columns, 0);
        }
        return table;
    }
}
