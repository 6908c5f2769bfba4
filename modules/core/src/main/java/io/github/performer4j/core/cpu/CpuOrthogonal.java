package io.github.performer4j.core.cpu;

import io.github.performer4j.core.program.Weight;
import io.github.performer4j.core.workspace.FusedPass;
import io.github.performer4j.kernels.OrthogonalFrame;
import io.github.performer4j.kernels.memory.Matrix;

/**
 * {@link Weight.Orthogonal} in a pass: W is made when its vectors have changed, and then serves forward and backward.
 *
 * @param frame W's making, made of the pass's vectors
 */
record CpuOrthogonal(Weight.Orthogonal weight, OrthogonalFrame frame, Matrix w, Matrix b) implements CpuWeight {

    static CpuOrthogonal of(FusedPass pass, CpuPlan plan, Weight.Orthogonal weight) {
        OrthogonalFrame frame = plan.frame(weight);
        Matrix w = frame.of(pass.kernels, pass.parameter(weight.name()));
        return new CpuOrthogonal(weight, frame, w, weight.bias() == null ? null : pass.parameter(weight.bias()));
    }

    @Override
    public void finish(FusedPass pass) {
        if (weight.trained()) {
            frame.back(pass.kernels, pass.gradient(weight.name()));
        }
    }
}
