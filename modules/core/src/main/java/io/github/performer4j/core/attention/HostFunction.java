package io.github.performer4j.core.attention;

import java.util.List;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.internal.SameDiffOp;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * An operation in Java with one output and a gradient that Java computes, too.
 *
 * <p>M2.1 makes the graph of gradients from a copy by serialisation, in which an operation is what its name says. This one has the name of one with as many inputs as one likes, whose gradient
 * is one operation that reads them and the error and gives a derivative for each: a sum. {@link #keepDerivative} puts this one's gradient in its place. So no sum of that name may
 * stand in a layer's graph beside it.
 */
public abstract class HostFunction extends HostOperation {
    private static final String NAME = "mergeadd";
    private static final String DERIVATIVE = "mergeadd_bp";

    private final DataType type;
    private final long[][] inputShapes;

    /**
     * Adds a function to a graph.
     *
     * @param inputs what it reads, all of one floating-point type
     * @param inputShapes their shapes
     * @param shape of the output
     */
    HostFunction(SameDiff sd, DataType type, SDVariable[] inputs, long[][] inputShapes, long... shape) {
        super(sd, type, inputs, shape);
        this.type = type;
        this.inputShapes = inputShapes;
    }

    /**
     * Computes the derivatives.
     *
     * @param inputs values in row-major order, behind them the derivative with respect to the output
     * @param outputs derivatives with respect to each input, to be written; 0 at first
     */
    protected abstract void differentiate(double[][] inputs, double[][] outputs);

    @Override
    public final String opName() {
        return NAME;
    }

    /** Puts its gradient in the place of what a graph of gradients has for it. */
    public final void keepDerivative(SameDiff gradients) {
        for (SameDiffOp op : gradients.getOps().values()) {
            if (op.getOp().opName().equals(DERIVATIVE) && read(op)) {
                op.setOp(new Derivative(gradients, op.getName()));
            }
        }
    }

    /** Returns whether an operation reads what this one reads, and one thing more. Functions of one kind that read the same are equal, and so are their gradients but for the error. */
    private boolean read(SameDiffOp other) {
        String[] own = argNames();
        return other.getInputsToOp().size() == own.length + 1
                && other.getInputsToOp().subList(0, own.length).equals(List.of(own));
    }

    /** The gradient. */
    private final class Derivative extends HostOperation {
        Derivative(SameDiff sd, String name) {
            super(sd, name, type, inputShapes);
        }

        /** {@inheritDoc} Of a sum's gradient, so that what reads nothing but zeros may be left out. */
        @Override
        public String opName() {
            return DERIVATIVE;
        }

        @Override
        protected void compute(double[][] inputs, double[][] outputs) {
            differentiate(inputs, outputs);
        }
    }
}
