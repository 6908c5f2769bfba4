package io.github.performer4j.gpu.program;

import io.github.performer4j.core.attention.AttentionOptions;
import io.github.performer4j.core.engine.NetProgram.Draws;
import io.github.performer4j.core.program.Op;
import io.github.performer4j.gpu.device.Device;
import java.util.HashMap;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The drawn projections W [draws,D] of a program's attentions on a device: they keep their places, and are copied there when others are drawn. */
final class Projections {
    private record Drawn(INDArray w, long at) {}

    private final Device device;
    private final DeviceProgram program;
    private final Draws draws;
    private final Map<Integer, Drawn> drawn = new HashMap<>(); // by operation

    Projections(Device device, DeviceProgram program, Draws draws) {
        this.device = device;
        this.program = program;
        this.draws = draws;
    }

    /** Brings those up to date that sequences of a length need. */
    void refresh(int tokens) {
        for (Op op : program.program().ops()) {
            if (op instanceof Op.Attend attend && projects(attend, tokens)) {
                refresh(attend);
            }
        }
    }

    private static boolean projects(Op.Attend op, int tokens) {
        AttentionOptions options = op.options();
        return options.kindFor(op.q().columns(), tokens, tokens) != AttentionOptions.Kind.EXACT
                && !options.learnedProjection()
                && options.featureMap().draws(options.features()) > 0;
    }

    private void refresh(Op.Attend op) {
        int id = op.writes().id();
        INDArray w = draws.projection(op);
        Drawn known = drawn.get(id);
        if (known == null || known.w() != w) {
            float[] values = w.dup('c').data().asFloat();
            long to = program.room("projection " + id, values.length);
            device.write(to, values, 0, values.length);
            drawn.put(id, new Drawn(w, to));
        }
    }

    /** Returns an attention's projection on the host. */
    double[][] drawn(Op.Attend op) {
        return draws.projection(op).toDoubleMatrix();
    }

    /** Returns where an attention's projection lies. */
    long at(Op.Attend op) {
        return drawn.get(op.writes().id()).at();
    }
}
