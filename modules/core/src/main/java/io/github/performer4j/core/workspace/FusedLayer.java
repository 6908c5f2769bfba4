package io.github.performer4j.core.workspace;

import io.github.performer4j.kernels.memory.Matrix;

/** The maths of a layer on kernels, forward and backward; the same function as the layer's graph. */
public interface FusedLayer {

    /** Returns the columns of the output for an input with so many: as many, unless the layer says otherwise. */
    default int columns(int in) {
        return in;
    }

    /** Returns whether the output has a row for each sequence, [B,columns], and not for each token. */
    default boolean pools() {
        return false;
    }

    /** Returns whether it takes packed rows as they are; else they are taken apart for it. */
    default boolean packs() {
        return false;
    }

    /** Returns whether its backward pass makes again what its forward pass did not keep, so that nothing else need do so. */
    default boolean recovers() {
        return false;
    }

    /**
     * Computes the layer.
     *
     * @param pass parameters, draws and memory
     * @param x input, [B·T,E]; padded rows are 0
     * @param out written, [B·T,columns]
     */
    void forward(FusedPass pass, Matrix x, Matrix out);

    /**
     * Computes all gradients from what the forward pass left in its memory.
     *
     * @param x input of the forward pass
     * @param error derivative with respect to out, [B·T,columns]; padded rows are 0
     * @param dx derivative with respect to x, written
     */
    void backward(FusedPass pass, Matrix x, Matrix error, Matrix dx);
}
