package io.github.performer4j.gpu.verify;

import io.github.performer4j.core.program.LayerProgram;
import io.github.performer4j.core.program.Parameter;
import io.github.performer4j.gpu.DeviceRunner;
import io.github.performer4j.gpu.program.DeviceMemory;
import io.github.performer4j.kernels.memory.Matrix;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A case on a device. */
final class CaseRun {
    /** Name of the output among tensors. */
    static final String OUTPUT = "output";
    /** Of the gradient of an input, its number behind it. */
    static final String INPUT = "input ";

    private final VerifyCase c;
    private final CasePass pass;
    private final DeviceRunner runner;
    private final List<Matrix> inputs = new ArrayList<>();
    private final Matrix error;

    CaseRun(DeviceMemory memory, VerifyCase c) {
        this.c = c;
        pass = new CasePass(c);
        runner = new DeviceRunner(memory, c.program());
        LayerProgram program = c.program();
        for (int side = 0; side < c.tokens().size(); side++) {
            inputs.add(CasePass.matrix(c.input(side), program.inputs().get(side).columns()));
        }
        error = CasePass.matrix(c.error(), program.output().columns());
    }

    /** Returns the output. */
    float[] forward() {
        Matrix out = Matrix.allocate(c.outputRows(), c.program().output().columns());
        runner.forward(pass, inputs, out);
        return CasePass.values(out);
    }

    /** Returns the output, and the gradients of inputs and parameters. */
    Map<String, float[]> tensors() {
        Map<String, float[]> tensors = new LinkedHashMap<>();
        tensors.put(OUTPUT, forward());
        List<Matrix> gradients = new ArrayList<>();
        inputs.forEach(x -> gradients.add(Matrix.allocate(x.rows(), x.columns())));
        runner.backward(pass, inputs, error, gradients);
        for (int side = 0; side < inputs.size(); side++) {
            tensors.put(INPUT + side, CasePass.values(gradients.get(side)));
        }
        for (Parameter parameter : c.program().parameters()) {
            tensors.put(parameter.name(), CasePass.values(pass.gradient(parameter.name())));
        }
        return tensors;
    }

    /** Returns Σ output ⊙ error. */
    double loss() {
        float[] out = forward();
        float[] e = CasePass.values(error);
        double sum = 0;
        for (int i = 0; i < out.length; i++) {
            sum += (double) out[i] * e[i];
        }
        return sum;
    }

    /** Moves the first input and all parameters along a direction, by their names among tensors. */
    void move(Map<String, float[]> direction, double step) {
        direction.forEach((name, d) -> {
            if (!name.equals(OUTPUT) && !name.equals(INPUT + 1)) {
                move(name.equals(INPUT + 0) ? inputs.get(0) : pass.parameter(name), d, step);
            }
        });
    }

    private static void move(Matrix matrix, float[] direction, double step) {
        float[] values = CasePass.values(matrix);
        for (int i = 0; i < values.length; i++) {
            values[i] += (float) (step * direction[i]);
        }
        matrix.block().write(matrix.offset(), values, 0, values.length);
    }
}
