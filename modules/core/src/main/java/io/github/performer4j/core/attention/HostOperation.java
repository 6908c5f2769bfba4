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
import org.nd4j.linalg.factory.Nd4j;

/**
 * An operation of a graph that Java computes, not ND4J. No gradient flows through it, unless it is a {@link HostFunction}.
 *
 * <p>Only the runtimes of this project execute it; SameDiff's own sessions do not know it.
 */
public abstract class HostOperation extends DynamicCustomOp {
    private final long[][] shapes;
    private final DataType type;

    /**
     * Adds an operation to a graph.
     *
     * @param inputs what it reads
     * @param type of the outputs
     * @param shapes of the outputs
     */
    HostOperation(SameDiff sd, DataType type, SDVariable[] inputs, long[]... shapes) {
        super(null, sd, inputs);
        this.type = type;
        this.shapes = shapes;
    }

    /** Stands in a graph's place that has a name, and inputs and outputs already. */
    HostOperation(SameDiff sd, String name, DataType type, long[]... shapes) {
        setOwnName(name);
        setSameDiff(sd);
        this.type = type;
        this.shapes = shapes;
    }

    /**
     * Executes; all arrays have their final shapes.
     *
     * <p>Arrays are read and written whole: {@code slice} of M2.1 gives nothing, without a word, where a view begins within its own length of its buffer's beginning and the part
     * beyond that length.
     */
    public final void execute(INDArray[] inputs, INDArray[] outputs) {
        double[][] values = new double[inputs.length][];
        for (int i = 0; i < values.length; i++) {
            values[i] = inputs[i].dup('c').data().asDouble();
        }
        double[][] results = new double[outputs.length][];
        for (int i = 0; i < results.length; i++) {
            results[i] = new double[Math.toIntExact(outputs[i].length())];
        }
        compute(values, results);
        for (int i = 0; i < results.length; i++) {
            outputs[i].assign(Nd4j.create(results[i], outputs[i].shape(), 'c').castTo(outputs[i].dataType()));
        }
    }

    /**
     * Computes the outputs.
     *
     * @param inputs values in row-major order
     * @param outputs to be written, in row-major order; 0 at first
     */
    protected abstract void compute(double[][] inputs, double[][] outputs);

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
