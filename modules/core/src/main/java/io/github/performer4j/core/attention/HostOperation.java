package io.github.performer4j.core.attention;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.api.ops.OpContext;
import org.nd4j.linalg.api.shape.LongShapeDescriptor;
import org.nd4j.linalg.factory.Nd4j;

/**
 * An operation of a graph that Java computes, not ND4J, and through which no gradient flows.
 *
 * <p>Only the runtimes of this project execute it; SameDiff's own sessions do not know it.
 */
public abstract class HostOperation extends DynamicCustomOp {
    /** B·H. */
    final int batchHeads;

    private final int tokens;
    private final int keyTokens;
    /** D. */
    final int size;

    private final boolean queriesMasked;
    private final boolean keysMasked;
    private final long[][] shapes;
    private final DataType type;

    /**
     * Adds an operation to a graph.
     *
     * @param inputs read, never differentiated
     * @param shapes of the outputs, all of the attention's type
     */
    HostOperation(AttentionInput in, SDVariable[] inputs, long[]... shapes) {
        super(null, in.sd(), inputs);
        this.batchHeads = (int) in.batchHeads();
        this.tokens = (int) in.tokens();
        this.size = in.headSize();
        this.keyTokens = (int) in.keyTokens();
        this.queriesMasked = in.queryMask() != null;
        this.keysMasked = in.mask() != null;
        this.type = in.type();
        this.shapes = shapes;
    }

    /** Returns what an operation reads that calls {@link #queries} or {@link #keys}: the given inputs, and behind them the masks of queries and of keys, those that there are. */
    static SDVariable[] withMasks(AttentionInput in, SDVariable... inputs) {
        List<SDVariable> all = new ArrayList<>(List.of(inputs));
        if (in.queryMask() != null) {
            all.add(in.queryMask());
        }
        if (in.mask() != null) {
            all.add(in.mask());
        }
        return all.toArray(SDVariable[]::new);
    }

    /** Returns an input [BH,Tq,D] as rows; the inputs must be those of {@link #withMasks}. */
    final HeadRows queries(double[][] inputs, int which) {
        double[] mask = queriesMasked ? inputs[inputs.length - (keysMasked ? 2 : 1)] : null;
        return new HeadRows(inputs[which], mask, tokens, size);
    }

    /** Returns an input [BH,Tk,D] as rows; the inputs must be those of {@link #withMasks}. */
    final HeadRows keys(double[][] inputs, int which) {
        return new HeadRows(inputs[which], keysMasked ? inputs[inputs.length - 1] : null, keyTokens, size);
    }

    /** Returns a matrix of given values as rows of n. */
    static double[][] matrix(double[] values, int n) {
        double[][] rows = new double[values.length / n][];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = Arrays.copyOfRange(values, i * n, (i + 1) * n);
        }
        return rows;
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
