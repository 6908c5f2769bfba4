package io.github.performer4j.core.layer;

import io.github.performer4j.core.program.Weight;
import io.github.performer4j.kernels.Matrix;

/**
 * {@link Weight.Scaled} in a pass: W' is made once.
 *
 * @param w W'
 */
record CpuScaled(Weight.Scaled weight, Matrix w) implements CpuWeight {

    static CpuScaled of(FusedPass pass, Weight.Scaled weight) {
        Matrix w = FusedMemory.phase().matrix(weight, weight.in(), weight.out());
        scale(pass.parameter(weight.name()), (float) weight.factor(), w);
        return new CpuScaled(weight, w);
    }

    @Override
    public Matrix b() {
        return null;
    }

    @Override
    public void finish(FusedPass pass) {
        Matrix gradient = pass.gradient(weight.name());
        scale(gradient, (float) weight.factor(), gradient);
    }

    private static void scale(Matrix from, float factor, Matrix to) {
        float[] row = new float[from.columns()];
        for (int i = 0; i < from.rows(); i++) {
            from.block().read(from.at(i), row, 0, row.length);
            for (int j = 0; j < row.length; j++) {
                row[j] *= factor;
            }
            to.block().write(to.at(i), row, 0, row.length);
        }
    }
}
