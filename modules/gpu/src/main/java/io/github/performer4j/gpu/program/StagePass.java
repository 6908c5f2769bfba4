package io.github.performer4j.gpu.program;

import io.github.performer4j.core.program.Op;
import io.github.performer4j.kernels.memory.Matrix;
import java.util.Map;

/** A layer's training pass over whole sequences: all that it reads lies on the device already, so that it can be recorded. */
final class StagePass implements DevicePass {
    /**
     * One layer's place on the device.
     *
     * @param number of the layer in the net
     * @param projections of its attentions; null where it has none
     * @param parameters address of the net's array
     * @param gradients address of its gradient
     * @param places where each parameter begins there
     */
    record Home(int number, Projections projections, long parameters, long gradients, Map<String, Long> places) {}

    /**
     * What a step reads beside parameters.
     *
     * @param block address of {@link StepBlock}
     * @param numbers address of what {@code layout} says
     */
    record Step(long block, long numbers, StepNumbers layout) {
        /** Returns the address of a word of the block. */
        long at(int word) {
            return block + (long) word * Integer.BYTES;
        }
    }

    private final Home home;
    private final Step step;
    private final StepBlock.Part batch;
    private int first;
    private int rows; // of a part of the batch; 0 for all

    StagePass(Home home, Step step, StepBlock.Part batch) {
        this.home = home;
        this.step = step;
        this.batch = batch;
    }

    /** Makes this a pass over some of its rows, in which each stands alone. */
    StagePass part(int from, int n) {
        first = from;
        rows = n;
        return this;
    }

    @Override
    public int batch() {
        return rows > 0 ? 1 : batch.batch();
    }

    @Override
    public int tokens(int side) {
        return rows > 0 ? rows : batch.tokens();
    }

    @Override
    public long firstRow() {
        return (long) batch.firstRow() + first;
    }

    @Override
    public long mask(int side) {
        return rows > 0 || batch.mask() < 0 ? 0 : step.at(batch.mask());
    }

    @Override
    public long ids(int side) {
        return step.at(batch.ids());
    }

    @Override
    public IdOrder.There order(int side, int vocabulary) {
        return new IdOrder.There(step.at(batch.places()), step.at(batch.starts()), batch.groups());
    }

    @Override
    public long places(int side) {
        return rows > 0 || batch.packed() == null ? 0 : step.at(batch.packed().places());
    }

    @Override
    public IdOrder.There placeOrder(int side) {
        StepBlock.Packed packed = batch.packed();
        return packed == null
                ? new IdOrder.There(0, 0, 0)
                : new IdOrder.There(step.at(packed.order()), step.at(packed.starts()), batch.tokens());
    }

    @Override
    public int longest(int side) {
        return batch.packed() == null ? batch.tokens() : batch.packed().longest();
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
        return op.options().learnedProjection()
                ? parameter(op.scope() + Op.Attend.PROJECTION)
                : home.projections().at(op);
    }

    @Override
    public double[][] drawn(Op.Attend op) {
        return home.projections().drawn(op);
    }

    @Override
    public void collect(String name, double[][] sums) {
        throw new IllegalStateException("moments that a layer keeps stay on the host; parameter=" + name);
    }

    @Override
    public long dropoutKey(Op.Drop op) {
        return step.layout().key(step.numbers(), home.number(), op, batch.number());
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

    /** {@inheritDoc} The net's count is of passes that its layers run. */
    @Override
    public boolean countsUnderflows() {
        return false;
    }

    @Override
    public void addUnderflows(long count) {
        throw new IllegalStateException("training steps count no underflows; count=" + count);
    }
}
