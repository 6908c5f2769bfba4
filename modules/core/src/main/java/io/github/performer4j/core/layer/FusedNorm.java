package io.github.performer4j.core.layer;

import io.github.performer4j.core.layer.FusedMemory.Part;
import io.github.performer4j.kernels.Matrix;

/** {@link LayerNorm} on kernels, in one pass, on blocks of rows; kept from forward to backward: two moments per row. */
final class FusedNorm {
    private final FusedPass pass;
    private final String gain;
    private final String bias;
    private final float epsilon;
    private final Matrix moments; // [N,2]

    /**
     * Takes the norm's memory.
     *
     * @param gain name of the gain
     * @param bias name of the bias
     * @param part where the moments are kept
     */
    FusedNorm(FusedPass pass, String gain, String bias, float epsilon, Part part) {
        this.pass = pass;
        this.gain = gain;
        this.bias = bias;
        this.epsilon = epsilon;
        moments = pass.matrix(part, 2);
    }

    /** Norms a block of rows into the task's memory. */
    Matrix forward(Matrix x, int from, int to) {
        Matrix out = FusedMemory.task().matrix(Part.NORMED_1, x.rows(), x.columns());
        forward(x, from, to, out);
        return out;
    }

    /** Norms a block of rows. */
    void forward(Matrix x, int from, int to, Matrix out) {
        pass.elements.layerNorm(x, pass.parameter(gain), pass.parameter(bias), epsilon, out, moments.rows(from, to));
    }

    /** Norms a block of rows once more, for the gradients of weights. */
    void again(Matrix x, int from, int to, Matrix out) {
        pass.elements.layerNormAgain(
                x, pass.parameter(gain), pass.parameter(bias), moments.rows(from, to), out.rows(from, to));
    }

    /**
     * Goes back through the norm on a block of rows.
     *
     * @param error derivative with respect to the normed rows
     * @param x what was normed
     * @param dx added to
     */
    void backward(Matrix error, Matrix x, int block, int from, int to, FusedSums sums, Matrix dx) {
        pass.elements.layerNormGradient(
                error, x, pass.parameter(gain), moments.rows(from, to), dx, sums.of(block, gain), sums.of(block, bias));
    }
}
