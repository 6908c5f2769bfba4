package io.github.performer4j.core.cpu;

import io.github.performer4j.core.program.Weight;
import io.github.performer4j.core.workspace.FusedMemory;
import io.github.performer4j.core.workspace.FusedPass;
import io.github.performer4j.kernels.memory.Matrix;
import java.util.Arrays;

/**
 * {@link Weight.Scaled} in a pass: W' is made once.
 *
 * @param w W'
 */
record CpuScaled(Weight.Scaled weight, Matrix w) implements CpuWeight {

    static CpuScaled of(FusedPass pass, Weight.Scaled weight) {
        Matrix w = FusedMemory.phase().matrix(weight, weight.in(), weight.out());
        scale(pass.parameter(weight.name()), weight.factor(), w);
        return new CpuScaled(weight, w);
    }

    @Override
    public Matrix b() {
        return null;
    }

    @Override
    public void finish(FusedPass pass) {
        Matrix gradient = pass.gradient(weight.name());
        scale(gradient, weight.factor(), gradient);
    }

    private static void scale(Matrix from, double factor, Matrix to) {
        float[] factors = new float[from.columns()];
        Arrays.fill(factors, (float) factor);
        CpuWeight.scale(from, factors, to);
    }
}
