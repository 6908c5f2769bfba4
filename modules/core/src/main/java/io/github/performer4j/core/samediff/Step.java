package io.github.performer4j.core.samediff;

import io.github.performer4j.core.attention.HostOperation;
import java.util.Arrays;
import java.util.List;
import org.nd4j.autodiff.functions.DifferentialFunction;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.BaseOp;
import org.nd4j.linalg.api.ops.CustomOp;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.api.ops.Op;
import org.nd4j.linalg.api.ops.OpContext;
import org.nd4j.linalg.api.ops.ReduceOp;
import org.nd4j.linalg.api.ops.impl.shape.Reshape;
import org.nd4j.linalg.api.ops.impl.transforms.same.Identity;
import org.nd4j.linalg.api.shape.LongShapeDescriptor;
import org.nd4j.linalg.api.shape.Shape;
import org.nd4j.linalg.factory.Nd4j;

/** One operation of an execution plan with its context, which stays bound to its arrays from call to call. */
public final class Step {
    private final DifferentialFunction op;
    private final Slot[] inputs;
    private final Slot[] outputs;
    private final OpContext context = Nd4j.getExecutioner().buildContext();

    Step(DifferentialFunction op, Slot[] inputs, Slot[] outputs) {
        this.op = op;
        this.inputs = inputs;
        this.outputs = outputs;
    }

    /** Returns a step that computes nothing: the output is the input in the output's shape. */
    static Step view(Slot from, Slot to) {
        to.source = from;
        return new Step(null, new Slot[] {from}, new Slot[] {to});
    }

    /** Returns a step of a named operation. */
    static Step custom(String name, Slot[] inputs, Slot output, int... arguments) {
        DynamicCustomOp op = DynamicCustomOp.builder(name).build();
        Step step = new Step(op, inputs, new Slot[] {output});
        long[] integers = Arrays.stream(arguments).asLongStream().toArray();
        step.context.setIArguments(integers);
        return step;
    }

    /** Returns a step that sums over dimensions and keeps them with length 1. */
    static Step sum(Slot from, Slot to, int... axes) {
        Step step = custom("reduce_sum", new Slot[] {from}, to, axes);
        step.context.setTArguments(1.0);
        return step;
    }

    /** Returns the operation's name; empty for a view. */
    String name() {
        return op == null ? "" : op.opName();
    }

    Slot[] inputs() {
        return inputs;
    }

    Slot[] outputs() {
        return outputs;
    }

    /** Returns whether the output is the input in another shape, which needs no copy in row-major order. */
    boolean view() {
        return op == null || op instanceof Reshape || op instanceof Identity;
    }

    /** Finds the outputs' shapes from the inputs' arrays. */
    void inferShapes() {
        if (op instanceof Identity) {
            outputs[0].shape = inputs[0].array.shape();
            return;
        }
        List<LongShapeDescriptor> shapes;
        if (op instanceof DynamicCustomOp custom) {
            context.setArgs(arrays(inputs), custom.iArgs(), custom.dArgs(), custom.tArgs(), custom.bArgs());
            shapes = custom.calculateOutputShape(context);
        } else if (op instanceof Op legacy) {
            bindLegacyInputs(legacy);
            shapes = ((BaseOp) op).calculateOutputShape(context);
        } else {
            throw new IllegalStateException("operation cannot be planned; operation=" + op.opName() + ", class="
                    + op.getClass().getName());
        }
        for (int i = 0; i < outputs.length; i++) {
            outputs[i].shape = shapes.get(i).getShape();
        }
    }

    /** Binds the arrays of inputs and outputs. */
    void bind() {
        bindInputs();
        for (int i = 0; i < outputs.length; i++) {
            context.setOutputArray(i, outputs[i].array);
        }
    }

    /** Binds the inputs only, after placeholders have changed. */
    void bindInputs() {
        if (op instanceof DynamicCustomOp) {
            for (int i = 0; i < inputs.length; i++) {
                context.setInputArray(i, inputs[i].array);
            }
        } else {
            bindLegacyInputs((Op) op);
        }
    }

    private void bindLegacyInputs(Op legacy) {
        context.setInputArray(0, inputs[0].array);
        if (inputs.length < 2) {
            return;
        }
        if (legacy instanceof ReduceOp reduce && reduce.getOpType() != Op.Type.REDUCE3) {
            op.setDimensions(Shape.normalizeAxis(inputs[0].array.rank(), inputs[1].array.toIntVector()));
        } else {
            context.setInputArray(1, inputs[1].array);
        }
    }

    /** Executes; arrays must be bound. */
    void execute() {
        if (op instanceof HostOperation host) {
            host.execute(arrays(inputs), arrays(outputs));
        } else if (op instanceof CustomOp custom) {
            Nd4j.exec(custom, context);
        } else {
            Nd4j.exec((Op) op, context);
        }
    }

    private static INDArray[] arrays(Slot[] slots) {
        INDArray[] arrays = new INDArray[slots.length];
        for (int i = 0; i < slots.length; i++) {
            arrays[i] = slots[i].array;
        }
        return arrays;
    }

    @Override
    public String toString() {
        return name() + (outputs.length > 0 ? " -> " + outputs[0].name : "");
    }
}
