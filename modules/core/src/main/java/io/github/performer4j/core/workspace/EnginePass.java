package io.github.performer4j.core.workspace;

import io.github.performer4j.core.cpu.CpuEngine;
import io.github.performer4j.core.draw.ProjectionDraw;
import io.github.performer4j.core.engine.ProgramPass;
import io.github.performer4j.core.program.Op;
import io.github.performer4j.core.program.Segments;
import io.github.performer4j.core.state.Carry;
import io.github.performer4j.kernels.memory.FloatBlock;
import io.github.performer4j.kernels.memory.Matrix;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A layer's pass as engines see it.
 *
 * @param pass ours
 */
public record EnginePass(FusedPass pass) implements ProgramPass {

    /**
     * Returns what our own engine makes of a pass.
     *
     * @throws IllegalArgumentException if no layer of ours made it
     */
    public static FusedPass own(ProgramPass pass) {
        if (pass instanceof EnginePass own) {
            return own.pass();
        }
        throw new IllegalArgumentException("the engine runs passes that layers make; engine=" + CpuEngine.NAME
                + ", pass=" + pass.getClass().getName());
    }

    private FusedPass side(int number) {
        if (number < 0 || number >= pass.sides()) {
            throw new IllegalArgumentException(
                    "the pass must have the side; sides=" + pass.sides() + ", side=" + number);
        }
        return pass.side(number);
    }

    @Override
    public int batch() {
        return pass.batch;
    }

    @Override
    public int tokens(int side) {
        return side(side).tokens;
    }

    @Override
    public FloatBlock mask(int side) {
        return side(side).mask;
    }

    @Override
    public Segments segments() {
        return pass.segments();
    }

    @Override
    public int[] ids(int side) {
        side(side); // refuses one that there is not
        return side == 0 ? pass.ids() : null;
    }

    @Override
    public boolean training() {
        return pass.training;
    }

    @Override
    public boolean keeps() {
        return pass.keeps();
    }

    @Override
    public Matrix parameter(String name) {
        return known(name, pass.parameter(name));
    }

    @Override
    public Matrix gradient(String name) {
        return known(name, pass.gradient(name));
    }

    private static Matrix known(String name, Matrix array) {
        if (array == null) {
            throw new IllegalArgumentException("the layer must have the parameter; name=" + name);
        }
        return array;
    }

    @Override
    public Matrix projection(Op.Attend op) {
        if (op.options().learnedProjection()) {
            return parameter(op.scope() + Op.Attend.PROJECTION);
        }
        ProjectionDraw draw = ProjectionDraw.of(op.options(), op.headSize(), op.scope());
        return draw == null ? null : pass.draw(draw);
    }

    @Override
    public long dropoutKey(Op.Drop op) {
        return pass.dropState(op.site());
    }

    @Override
    public long offset() {
        return pass.offset();
    }

    @Override
    public boolean part() {
        return pass.carry() != null;
    }

    @Override
    public INDArray before(String name, long... shape) {
        return carry().before(name, DataType.FLOAT, shape);
    }

    @Override
    public INDArray after(String name, long... shape) {
        INDArray array = Carry.lasting(DataType.FLOAT, shape);
        carry().after(name, array);
        return array;
    }

    private Carry carry() {
        if (!part()) {
            throw new IllegalStateException("a whole sequence has no state; ask part() first");
        }
        return pass.carry();
    }

    @Override
    public boolean collecting() {
        return pass.collecting();
    }

    @Override
    public void collect(String name, double[][] sums) {
        pass.collect(name, sums);
    }

    @Override
    public void addUnderflows(long count) {
        pass.addUnderflows(count);
    }
}
