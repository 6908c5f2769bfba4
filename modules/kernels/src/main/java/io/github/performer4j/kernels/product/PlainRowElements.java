package io.github.performer4j.kernels.product;

import io.github.performer4j.kernels.memory.Matrix;

/** {@link RowElements} in plain Java. */
public final class PlainRowElements implements RowElements {
    @Override
    public void multiply(Matrix a, RowWeights w, float beta, Matrix c) {
        float[] x = new float[a.columns()];
        a.block().read(a.offset(), x, 0, x.length);
        for (int block = 0; block < w.columns(); block += RowWeights.BLOCK) {
            w.columns(x, beta, c, block, 0);
        }
    }
}
