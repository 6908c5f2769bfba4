package io.github.performer4j.core.cpu;

import io.github.performer4j.core.program.Parameter;
import io.github.performer4j.core.program.Weight;
import io.github.performer4j.core.workspace.FusedPass;
import io.github.performer4j.kernels.Kernels.Factor;
import io.github.performer4j.kernels.memory.Matrix;
import java.util.Collection;

/** A {@link Weight} in a pass: W and b as products take them, and the way of their gradients back to parameters. */
interface CpuWeight {

    /**
     * Makes W and b.
     *
     * @param plan keeps what weights keep from pass to pass
     */
    static CpuWeight of(FusedPass pass, CpuPlan plan, Weight weight) {
        if (weight instanceof Weight.PerHead each) {
            return new CpuPerHead(pass, plan, each);
        }
        if (weight instanceof Weight.Orthogonal orthogonal) {
            return CpuOrthogonal.of(pass, plan, orthogonal);
        }
        if (weight instanceof Weight.Scaled scaled) {
            return CpuScaled.of(pass, scaled);
        }
        if (weight instanceof Weight.Tied tied) {
            return new CpuTied(
                    tied, pass.parameter(tied.name()), tied.bias() == null ? null : pass.parameter(tied.bias()));
        }
        return new Plain(
                (Weight.Plain) weight,
                pass.parameter(weight.name()),
                weight.bias() == null ? null : pass.parameter(weight.bias()));
    }

    /** Returns W. */
    Matrix w();

    /** Returns b; null for none. */
    Matrix b();

    /** Returns what it is made of. */
    Weight weight();

    /**
     * {@code out = x W + b} on a block of rows.
     *
     * @param ready W as it was made ready; null where it was not
     */
    default void product(FusedPass pass, Matrix x, Factor ready, Matrix out) {
        pass.product(x, ready == null ? new Factor(w(), false, null) : ready, b(), out);
    }

    /**
     * Goes back on a block of rows, {@code dx = error Wᵀ + beta · dx}.
     *
     * @param ready Wᵀ as it was made ready; null where it was not
     */
    default void back(FusedPass pass, Matrix error, Factor ready, float beta, Matrix dx) {
        pass.kernels.multiply(error, ready == null ? new Factor(w(), true, null) : ready, beta, dx);
    }

    /** Takes the gradients with respect to W and b, which lie where those of its first parameters are wanted, back to all parameters. */
    default void finish(FusedPass pass) {}

    /** Ends the backward pass of all weights of a program: some share parameters, whose gradients are sums, and some are not trained. */
    static void finish(FusedPass pass, Collection<CpuWeight> all) {
        for (CpuWeight one : all) {
            for (Parameter parameter : one.weight().parameters()) {
                if (parameter.kind() == Parameter.Kind.ZERO || !parameter.trained()) {
                    pass.elements.fill(pass.gradient(parameter.name()), 0);
                }
            }
        }
        all.forEach(one -> one.finish(pass));
    }

    /** Multiplies each column by its factor; to may be from. */
    static void scale(Matrix from, float[] factors, Matrix to) {
        float[] row = new float[factors.length];
        for (int i = 0; i < from.rows(); i++) {
            from.block().read(from.at(i), row, 0, row.length);
            for (int j = 0; j < row.length; j++) {
                row[j] *= factors[j];
            }
            to.block().write(to.at(i), row, 0, row.length);
        }
    }

    /** Parameters as they are. */
    record Plain(Weight.Plain weight, Matrix w, Matrix b) implements CpuWeight {}
}
