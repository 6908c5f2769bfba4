package io.github.performer4j.core.export;

import io.github.performer4j.core.attention.HostOperation;
import io.github.performer4j.core.base.GraphLayer;
import io.github.performer4j.core.base.ProgramLayer;
import io.github.performer4j.core.program.Op;
import java.util.ArrayList;
import java.util.List;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.VariableType;
import org.nd4j.autodiff.samediff.internal.SameDiffOp;
import org.nd4j.autodiff.samediff.internal.Variable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.shape.LongShapeDescriptor;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Replaces operations that only performer4j executes by what they give, where they read nothing but constants: the
 * frame of a feature map that is fitted to fixed statistics, or to none.
 *
 * <p>A SameDiff file would hold such an operation as the one whose name it bears, and compute something else.
 */
final class HostFolding {
    private HostFolding() {}

    /**
     * Replaces all of them in a graph.
     *
     * @param layer that has defined them, for the message
     * @throws IllegalArgumentException naming layer and feature map, if one reads values that change with the input
     */
    static void fold(SameDiff sd, GraphLayer layer) {
        for (SameDiffOp op : List.copyOf(sd.getOps().values())) {
            if (op.getOp() instanceof HostOperation host) {
                for (SDVariable argument : host.args()) {
                    if (!argument.isConstant()) {
                        throw refused(layer);
                    }
                }
                fold(sd, host);
            }
        }
    }

    private static void fold(SameDiff sd, HostOperation host) {
        SDVariable[] arguments = host.args();
        INDArray[] inputs = new INDArray[arguments.length];
        for (int i = 0; i < inputs.length; i++) {
            inputs[i] = arguments[i].getArr();
        }
        List<LongShapeDescriptor> shapes = host.calculateOutputShape();
        INDArray[] outputs = new INDArray[shapes.size()];
        for (int i = 0; i < outputs.length; i++) {
            outputs[i] = Nd4j.create(shapes.get(i).dataType(), shapes.get(i).getShape());
        }
        host.execute(inputs, outputs);
        String name = host.getOwnName();
        String[] results = host.outputVariablesNames();
        for (SDVariable argument : arguments) {
            Variable variable = sd.getVariables().get(argument.name());
            List<String> readers = new ArrayList<>(variable.getInputsForOp());
            readers.remove(name);
            variable.setInputsForOp(readers);
        }
        sd.getOps().remove(name);
        for (int i = 0; i < results.length; i++) {
            Variable variable = sd.getVariables().get(results[i]);
            variable.setOutputOfOp(null);
            variable.getVariable().setVariableType(VariableType.CONSTANT);
            sd.associateArrayWithVariable(outputs[i], results[i]);
        }
    }

    private static IllegalArgumentException refused(GraphLayer layer) {
        List<String> maps = new ArrayList<>();
        if (layer instanceof ProgramLayer program) {
            for (Op op : program.program().ops()) {
                if (op instanceof Op.AttendGraph) {
                    return new IllegalArgumentException(
                            "a SameDiff graph cannot hold attention under a mask of a graph or a grid, whose products are Java; layer="
                                    + layer.getLayerName());
                }
                if (op instanceof Op.Attend attend) {
                    maps.add(attend.options().featureMap().toString());
                }
            }
        }
        return new IllegalArgumentException(
                "a SameDiff graph cannot hold a feature map that fits itself to each sequence (fixed statistics it can);"
                        + " layer="
                        + layer.getLayerName() + ", featureMap=" + String.join(", ", maps));
    }
}
