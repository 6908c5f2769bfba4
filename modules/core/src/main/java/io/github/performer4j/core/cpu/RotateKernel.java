package io.github.performer4j.core.cpu;

import io.github.performer4j.core.attention.Rotary;
import io.github.performer4j.core.program.Op;
import io.github.performer4j.kernels.layer.Rotation;
import io.github.performer4j.kernels.memory.Matrix;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** {@link Op.Rotate} on kernels; the gradient turns back. Angles are taken in double, once for all layers of a kind. */
record RotateKernel(Op.Rotate op) implements CpuKernel {
    private record Angles(Rotary rotary, int columns) {}

    private static final Map<Angles, Rotation> TABLES = new ConcurrentHashMap<>();

    /** Returns the angles of at least so many tokens. */
    private Rotation rotation(int tokens) {
        Rotary rotary = op.rotary();
        int columns = rotary.columns(op.headSize());
        return TABLES.compute(
                new Angles(rotary, columns),
                (key, known) -> known != null && known.tokens() >= tokens
                        ? known
                        : table(rotary, columns, Math.max(tokens, known == null ? 0 : 2 * known.tokens())));
    }

    private static Rotation table(Rotary rotary, int columns, int tokens) {
        int pairs = columns / 2;
        float[] cosines = new float[tokens * pairs];
        float[] sines = new float[tokens * pairs];
        for (int t = 0; t < tokens; t++) {
            for (int i = 0; i < pairs; i++) {
                double angle = t * rotary.angle(i, columns);
                cosines[t * pairs + i] = (float) Math.cos(angle);
                sines[t * pairs + i] = (float) Math.sin(angle);
            }
        }
        return new Rotation(pairs, rotary.first(1), rotary.distance(columns), cosines, sines);
    }

    @Override
    public boolean cheap() {
        return true;
    }

    @Override
    public boolean inPlace() {
        return true;
    }

    @Override
    public void forward(CpuRows rows) {
        Matrix out = rows.value(op.writes());
        rows.pass.elements.copy(rows.value(op.x()), out);
        turn(rows, out, false);
    }

    @Override
    public void backward(CpuRows rows) {
        Matrix d = rows.own(op, op.x());
        turn(rows, d, true);
        rows.give(op, 0, d);
    }

    private void turn(CpuRows rows, Matrix x, boolean back) {
        int tokens = rows.pass.tokens;
        int offset = Math.toIntExact(rows.pass.offset());
        Rotation rotation = rotation(offset + tokens);
        if (rows.pass.segments() == null) {
            rotation.apply(x, rows.from, tokens, offset, op.heads(), back);
            return;
        }
        rows.pass.segments().stretches(rows.from, rows.to, (from, to, place) -> {
            Matrix own = x.rows(from - rows.from, to - rows.from);
            rotation.apply(own, place, tokens, 0, op.heads(), back);
        });
    }
}
