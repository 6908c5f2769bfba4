package io.github.performer4j.gpu.program;

import io.github.performer4j.core.engine.NetProgram.Draws;
import io.github.performer4j.core.engine.Stepper;
import io.github.performer4j.core.program.Op;
import io.github.performer4j.gpu.device.Device;
import io.github.performer4j.kernels.memory.Matrix;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A layer's training pass over a whole sequence, with parameters and gradients that stay on the device. */
final class StagePass implements DevicePass {
    /**
     * One layer's place on the device.
     *
     * @param parameters address of the net's array
     * @param gradients address of its gradient
     * @param places where each parameter begins there
     */
    record Home(
            Device device,
            DeviceProgram program,
            long parameters,
            long gradients,
            Map<String, Long> places,
            Draws draws) {}

    private final Home home;
    private final Stepper.Rows rows;
    private final long mask;
    private final int microBatch;
    private final Map<Integer, INDArray> drawn;
    private int first;
    private int part;

    /**
     * Begins a pass.
     *
     * @param mask address of the mask; 0 if all tokens are real
     * @param drawn projections that lie on the device already, by operation; brought up to date
     */
    StagePass(Home home, Stepper.Rows rows, long mask, int microBatch, Map<Integer, INDArray> drawn) {
        this.home = home;
        this.rows = rows;
        this.mask = mask;
        this.microBatch = microBatch;
        this.drawn = drawn;
    }

    /** Makes this a pass over some of its rows, in which each stands alone. */
    StagePass part(int from, int n) {
        first = from;
        part = n;
        return this;
    }

    @Override
    public int batch() {
        return part > 0 ? 1 : rows.batch();
    }

    @Override
    public int tokens(int side) {
        return part > 0 ? part : rows.tokens();
    }

    @Override
    public long firstRow() {
        return first;
    }

    @Override
    public long mask(int side) {
        return part > 0 ? 0 : mask;
    }

    @Override
    public int[] ids(int side) {
        return rows.ids();
    }

    @Override
    public boolean training() {
        return true;
    }

    private long at(long array, String name) {
        return array + home.places().get(name) * Float.BYTES;
    }

    @Override
    public long parameter(String name) {
        return at(home.parameters(), name);
    }

    @Override
    public Matrix host(String name) {
        throw new IllegalStateException("parameters stay on the device; parameter=" + name);
    }

    @Override
    public long gradient(String name) {
        return at(home.gradients(), name);
    }

    @Override
    public long projection(Op.Attend op) {
        if (op.options().learnedProjection()) {
            return parameter(op.scope() + Op.Attend.PROJECTION);
        }
        INDArray w = home.draws().projection(op);
        int id = op.writes().id();
        long to = home.program().room("projection " + id, w.length());
        if (drawn.put(id, w) != w) {
            float[] values = w.dup('c').data().asFloat();
            home.device().write(to, values, 0, values.length);
        }
        return to;
    }

    @Override
    public double[][] drawn(Op.Attend op) {
        return home.draws().projection(op).toDoubleMatrix();
    }

    @Override
    public void collect(String name, double[][] sums) {
        throw new IllegalStateException("moments that a layer keeps stay on the host; parameter=" + name);
    }

    @Override
    public long dropoutKey(Op.Drop op) {
        return home.draws().dropoutKey(op, microBatch);
    }

    @Override
    public long offset() {
        return 0;
    }

    @Override
    public boolean part() {
        return false;
    }

    @Override
    public long before(String name, long... shape) {
        throw new IllegalStateException("training takes whole sequences; state=" + name);
    }

    @Override
    public long after(String name, long... shape) {
        throw new IllegalStateException("training takes whole sequences; state=" + name);
    }

    @Override
    public void addUnderflows(long count) {
        // the net's count is of passes that its layers run
    }
}
