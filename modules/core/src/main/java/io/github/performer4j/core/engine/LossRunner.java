package io.github.performer4j.core.engine;

import io.github.performer4j.kernels.memory.Matrix;

/** A {@link io.github.performer4j.core.program.LossProgram} in one layer of a net, float32. */
public interface LossRunner {

    /**
     * Computes probabilities.
     *
     * @param pass one side without a mask
     * @param x [B·T,n]; padded rows are 0
     * @param out softmax of the logits, [B·T,V], written
     */
    void activate(ProgramPass pass, Matrix x, Matrix out);

    /**
     * Computes the loss.
     *
     * @param labels ids below V, negative = ignored, [B·T]
     * @return its sum over the tokens that have a label
     */
    double loss(ProgramPass pass, Matrix x, int[] labels);

    /**
     * Computes the loss and the gradients of {@code weight ·} its sum: those of parameters are written where {@link
     * ProgramPass#gradient} says, 0 for parameters that are not trained.
     *
     * @param labels ids below V, negative = ignored, [B·T]
     * @param dx with respect to x, written
     * @return the unweighted sum over the tokens that have a label
     */
    double differentiate(ProgramPass pass, Matrix x, int[] labels, float weight, Matrix dx);
}
