package io.github.performer4j.kernels.product;

import io.github.performer4j.kernels.memory.FloatBlock;
import io.github.performer4j.kernels.memory.Matrix;

/** {@link SplitElements} in plain Java: the fallback, and the reference of the vector form. */
final class PlainSplitElements implements SplitElements {

    @Override
    public void split(Matrix a, FloatBlock out, long high, long again, long low, long stride) {
        for (int r = 0; r < a.rows(); r++) {
            long from = a.at(r);
            long row = r * stride;
            for (int k = 0; k < a.columns(); k++) {
                SplitElements.split(a.block().get(from + k), out, high + row + k, again + row + k, low + row + k);
            }
        }
    }
}
