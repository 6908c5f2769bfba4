package io.github.performer4j.core.cpu;

import io.github.performer4j.core.draw.SinusoidalTable;
import io.github.performer4j.core.program.Op;
import io.github.performer4j.core.program.Places;
import io.github.performer4j.core.program.Segments.Segment;
import io.github.performer4j.core.workspace.FusedPass;
import io.github.performer4j.kernels.memory.Matrix;
import java.util.List;

/** {@link Op.Place} on kernels; the gradients of learned tables are sums over the batch, in its order, at the end of the backward pass. */
final class PlaceKernel implements CpuKernel {
    private final Op.Place op;
    private double[] wavelengths; // null until they are needed

    PlaceKernel(Op.Place op) {
        this.op = op;
    }

    @Override
    public Op.Place op() {
        return op;
    }

    @Override
    public boolean cheap() {
        return true;
    }

    @Override
    public boolean inPlace() {
        return !gradientAtEnd();
    }

    @Override
    public boolean gradientAtEnd() {
        return !(op.places() instanceof Places.Sinusoidal);
    }

    /** Finds the rows of P that the pass's tokens have. */
    @Override
    public void begin(CpuRun run) {
        FusedPass pass = run.pass.side(op.x().side());
        if (op.places() instanceof Places.Learned learned) {
            run.put(op, part(pass, pass.parameter(learned.table())));
        } else if (op.places() instanceof Places.Axial axial) {
            run.put(op, axial(pass, axial));
        } else {
            run.put(op, sinusoids(pass, ((Places.Sinusoidal) op.places()).scale()));
        }
    }

    private Matrix axial(FusedPass pass, Places.Axial axial) {
        Matrix rows = pass.parameter(axial.rows());
        Matrix columns = pass.parameter(axial.columns());
        Matrix table =
                pass.transientMatrix(List.of("axial", op.writes().id()), op.x().columns());
        for (int t = 0; t < pass.tokens; t++) {
            int place = Math.toIntExact(pass.offset() + t);
            Matrix row = table.rows(t, t + 1);
            pass.elements.copy(rows.rows(place / axial.width(), place / axial.width() + 1), row);
            pass.elements.add(columns.rows(place % axial.width(), place % axial.width() + 1), row);
        }
        return table.rows(0, pass.tokens);
    }

    private static Matrix part(FusedPass pass, Matrix table) {
        int offset = Math.toIntExact(pass.offset());
        return table.rows(offset, offset + pass.tokens);
    }

    private Matrix sinusoids(FusedPass pass, double scale) {
        SinusoidalTable whole = new SinusoidalTable(0, pass.tokens, op.x().columns(), scale);
        return pass.carry() == null ? pass.draw(whole) : waves(pass, whole);
    }

    /** Returns the rows of a part: each is asked for once, so nothing is kept but their wavelengths. */
    private Matrix waves(FusedPass pass, SinusoidalTable whole) {
        if (wavelengths == null) {
            wavelengths = whole.wavelengths();
        }
        Matrix table = pass.transientMatrix(List.of("waves", op.writes().id()), whole.width());
        float[] row = new float[whole.width()];
        for (int t = 0; t < pass.tokens; t++) {
            for (int i = 0; i < row.length; i++) {
                row[i] = (float) whole.value(pass.offset() + t, i, wavelengths);
            }
            table.block().write(table.at(t), row, 0, row.length);
        }
        return table.rows(0, pass.tokens);
    }

    /** {@inheritDoc} They may begin and end in the middle of a sequence. */
    @Override
    public void forward(CpuRows rows) {
        Matrix table = rows.run.table(op);
        Matrix out = rows.value(op.writes());
        rows.pass.elements.copy(rows.value(op.x()), out);
        rows.run
                .sequences(rows.pass)
                .stretches(
                        rows.from,
                        rows.to,
                        (from, to, place) -> rows.pass.elements.add(
                                table.rows(place, place + to - from), out.rows(from - rows.from, to - rows.from)));
    }

    @Override
    public void backward(CpuRows rows) {
        rows.give(op, 0, rows.own(op, op.x()));
    }

    @Override
    public void end(CpuRun run) {
        if (op.places() instanceof Places.Learned learned) {
            FusedPass pass = run.pass.side(op.x().side());
            Matrix error = run.wholeGradient(op.writes());
            Matrix gradient = pass.gradient(learned.table());
            pass.elements.fill(gradient, 0);
            Matrix part = part(pass, gradient);
            List<Segment> sequences = pass.sequences().all();
            pass.kernels.rows(pass.tokens, (block, from, to) -> {
                for (Segment one : sequences) {
                    int end = Math.min(to, one.length());
                    if (from < end) {
                        pass.elements.add(error.rows(one.from() + from, one.from() + end), part.rows(from, end));
                    }
                }
            });
        }
        if (op.places() instanceof Places.Axial axial) {
            FusedPass pass = run.pass.side(op.x().side());
            sum(run, pass, axial.rows(), axial.height(), axial.width(), 1, axial.width());
            sum(run, pass, axial.columns(), axial.width(), 1, axial.width(), Integer.MAX_VALUE);
        }
    }

    /** Writes a gradient whose row r is the sum over the places from {@code r·every} on, {@code step} apart, at most {@code reach} of them along. */
    private void sum(CpuRun run, FusedPass pass, String name, int count, int every, int step, int reach) {
        Matrix error = run.wholeGradient(op.writes());
        Matrix gradient = pass.gradient(name);
        int offset = Math.toIntExact(pass.offset());
        int end = offset + pass.tokens;
        pass.elements.fill(gradient, 0);
        List<Segment> sequences = pass.sequences().all();
        pass.kernels.rows(count, (block, from, to) -> {
            for (int r = from; r < to; r++) {
                Matrix sum = gradient.rows(r, r + 1);
                int first = r * every;
                int last = (int) Math.min(end, (long) first + reach);
                for (Segment one : sequences) {
                    for (int place = first; place < Math.min(last, offset + one.length()); place += step) {
                        if (place >= offset) {
                            int row = one.from() + place - offset;
                            pass.elements.add(error.rows(row, row + 1), sum);
                        }
                    }
                }
            }
        });
    }
}
