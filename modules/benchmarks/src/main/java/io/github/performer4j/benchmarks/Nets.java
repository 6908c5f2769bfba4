package io.github.performer4j.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Parameters and gradients of Deeplearning4j nets from and to files. */
final class Nets {
    private Nets() {}

    /** Sets all parameters. */
    static void load(ComputationGraph net, Case c, Path inputs) throws IOException {
        long loaded = 0;
        for (Tensor tensor : Tensors.parameters(c)) {
            INDArray values = NativeArrays.read(inputs, tensor);
            INDArray parameter = net.getParam(tensor.name());
            parameter.assign(values.reshape(parameter.shape()).castTo(parameter.dataType()));
            values.close();
            loaded += tensor.length();
        }
        Rule.that(
                loaded == net.numParams(),
                "all parameters must be loaded; loaded=" + loaded + ", net=" + net.numParams());
    }

    /** Returns an input of the net, in the net's type. */
    static INDArray input(Case c, Path inputs, String name, DataType type) throws IOException {
        for (Tensor tensor : Tensors.inputs(c)) {
            if (tensor.name().equals(name)) {
                return NativeArrays.read(inputs, tensor, type);
            }
        }
        throw new IllegalArgumentException("no input of the case has this name; name=" + name);
    }

    /** Writes the gradients of the last backward pass. */
    static void writeGradients(ComputationGraph net, Case c, Path folder) throws IOException {
        for (Tensor tensor : Tensors.parameters(c)) {
            INDArray gradient = net.gradient().getGradientFor(tensor.name());
            NativeArrays.write(folder, Outputs.GRADIENT + tensor.name(), gradient);
        }
    }

    /** Writes the parameters as they are now. */
    static void writeUpdated(ComputationGraph net, Case c, Path folder) throws IOException {
        for (Tensor tensor : Tensors.parameters(c)) {
            NativeArrays.write(folder, Outputs.UPDATED + tensor.name(), net.getParam(tensor.name()));
        }
    }
}
