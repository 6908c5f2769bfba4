package io.github.performer4j.gpu.verify;

import io.github.performer4j.core.engine.ProgramPass;
import io.github.performer4j.core.program.Op;
import io.github.performer4j.core.program.Parameter;
import io.github.performer4j.core.program.Segments;
import io.github.performer4j.kernels.memory.FloatBlock;
import io.github.performer4j.kernels.memory.Matrix;
import java.util.HashMap;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A case's pass, on memory of its own. */
final class CasePass implements ProgramPass {
    private final VerifyCase c;
    private final Map<String, Matrix> parameters = new HashMap<>();
    private final Map<String, Matrix> gradients = new HashMap<>();
    private final Map<Integer, FloatBlock> masks = new HashMap<>();

    CasePass(VerifyCase c) {
        this.c = c;
        for (Parameter parameter : c.program().parameters()) {
            int columns =
                    Math.toIntExact(parameter.shape().get(parameter.shape().size() - 1));
            float[] values = c.parameter(parameter);
            parameters.put(parameter.name(), matrix(values, columns));
            gradients.put(parameter.name(), matrix(new float[values.length], columns));
        }
        for (int side = 0; side < c.tokens().size(); side++) {
            float[] mask = c.mask(side).orElse(null);
            masks.put(side, mask == null ? null : matrix(mask, 1).block());
        }
    }

    /** Returns values as rows. */
    static Matrix matrix(float[] values, int columns) {
        Matrix matrix = Matrix.allocate(values.length / columns, columns);
        matrix.block().write(matrix.offset(), values, 0, values.length);
        return matrix;
    }

    /** Returns the values of rows. */
    static float[] values(Matrix matrix) {
        float[] values = new float[matrix.rows() * matrix.columns()];
        matrix.block().read(matrix.offset(), values, 0, values.length);
        return values;
    }

    @Override
    public int batch() {
        return c.batch();
    }

    @Override
    public int tokens(int side) {
        return c.tokens().get(side);
    }

    @Override
    public FloatBlock mask(int side) {
        return masks.get(side);
    }

    @Override
    public Segments segments() {
        return c.segments().orElse(null);
    }

    @Override
    public int[] ids(int side) {
        return null;
    }

    @Override
    public boolean training() {
        return true;
    }

    @Override
    public boolean keeps() {
        return true;
    }

    @Override
    public Matrix parameter(String name) {
        return parameters.get(name);
    }

    @Override
    public Matrix gradient(String name) {
        return gradients.get(name);
    }

    @Override
    public Matrix projection(Op.Attend op) {
        if (op.options().learnedProjection()) {
            return parameter(op.scope() + Op.Attend.PROJECTION);
        }
        return c.projection(op.options(), op.headSize())
                .map(w -> matrix(flat(w), op.headSize()))
                .orElse(null);
    }

    /** Returns rows one behind the other. */
    static float[] flat(double[]... rows) {
        float[] flat = new float[rows.length * rows[0].length];
        for (int i = 0; i < flat.length; i++) {
            flat[i] = (float) rows[i / rows[0].length][i % rows[0].length];
        }
        return flat;
    }

    @Override
    public long dropoutKey(Op.Drop op) {
        return c.dropoutKey(op);
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
    public INDArray before(String name, long... shape) {
        throw new IllegalStateException("cases are whole sequences; state=" + name);
    }

    @Override
    public INDArray after(String name, long... shape) {
        throw new IllegalStateException("cases are whole sequences; state=" + name);
    }

    @Override
    public boolean collecting() {
        return false;
    }

    @Override
    public void collect(String name, double[][] sums) {
        throw new IllegalStateException("cases keep no moments; parameter=" + name);
    }

    @Override
    public void addUnderflows(long count) {
        // a case is compared, and an underflow shows there
    }
}
