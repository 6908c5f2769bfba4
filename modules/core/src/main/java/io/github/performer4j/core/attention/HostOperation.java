package io.github.performer4j.core.attention;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.api.ops.OpContext;
import org.nd4j.linalg.api.shape.LongShapeDescriptor;

/**
 * An operation of a graph that Java computes, not ND4J, and through which no gradient flows.
 *
 * <p>Only the runtimes of this project execute it; SameDiff's own sessions do not know it.
 */
public abstract class HostOperation extends DynamicCustomOp {
    private final long[][] shapes;
    private final DataType type;

    /**
     * Adds an operation to a graph.
     *
     * @param inputs read, never differentiated
     * @param type of all outputs
     * @param shapes of the outputs
     */
    protected HostOperation(SameDiff sd, SDVariable[] inputs, DataType type, long[]... shapes) {
        super(null, sd, inputs);
        this.type = type;
        this.shapes = shapes;
    }

    /** Returns what an operation reads that looks at the rows of each head: q, k and w, and the mask if there is one. */
    static SDVariable[] rows(AttentionInput in, SDVariable q, SDVariable k, SDVariable w) {
        return in.mask() == null ? new SDVariable[] {q, k, w} : new SDVariable[] {q, k, w, in.mask()};
    }

    /**
     * Returns the unpadded rows of a batch item and head, [n][D].
     *
     * @param inputs as {@link #rows} has them
     * @param which 0 for queries, 1 for keys
     * @param index b·H + h
     */
    static double[][] visible(INDArray[] inputs, int which, int index) {
        INDArray rows = inputs[which].slice(index);
        INDArray mask = inputs.length > 3 ? inputs[3].slice(index) : null;
        List<double[]> visible = new ArrayList<>();
        for (int t = 0; t < rows.size(0); t++) {
            if (mask == null || mask.getDouble(t) > 0.5) {
                visible.add(rows.getRow(t).toDoubleVector());
            }
        }
        return visible.toArray(double[][]::new);
    }

    /** Writes values of any shape and type into an output. */
    static void put(INDArray out, INDArray values) {
        out.assign(values.castTo(out.dataType()).reshape(out.shape()));
    }

    /** Computes the outputs; all arrays have their final shapes. */
    public abstract void compute(INDArray[] inputs, INDArray[] outputs);

    /** Returns the name of an operation that ND4J knows, because SameDiff looks up its description; never executed under this name. */
    @Override
    public String opName() {
        return "identity_n";
    }

    @Override
    public int getNumOutputs() {
        return shapes.length;
    }

    @Override
    public List<DataType> calculateOutputDataTypes(List<DataType> inputTypes) {
        return Collections.nCopies(shapes.length, type);
    }

    @Override
    public List<LongShapeDescriptor> calculateOutputShape(OpContext context) {
        return calculateOutputShape();
    }

    @Override
    public List<LongShapeDescriptor> calculateOutputShape() {
        return Arrays.stream(shapes)
                .map(shape -> LongShapeDescriptor.fromShape(shape, type))
                .toList();
    }

    @Override
    public List<SDVariable> doDiff(List<SDVariable> gradients) {
        List<SDVariable> zeros = new ArrayList<>();
        for (SDVariable input : args()) {
            zeros.add(sameDiff.zerosLike(input));
        }
        return zeros;
    }
}
