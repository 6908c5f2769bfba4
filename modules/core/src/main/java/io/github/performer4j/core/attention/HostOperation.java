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
