package io.github.performer4j.core.engine;

import io.github.performer4j.kernels.memory.Matrix;
import java.util.List;

/**
 * A program in one layer of a net, float32. It keeps from a forward pass what the backward pass needs: the layer
 * calls backward at most once after each forward pass that
 * {@linkplain ProgramPass#keeps keeps}, with the same inputs.
 */
public interface ProgramRunner {

    /**
     * Returns whether it runs {@linkplain ProgramPass#segments packed rows} as they are. Where it does not, by default, they are taken apart first, a sequence in each row, and put together again
     * behind it.
     */
    default boolean packs() {
        return false;
    }

    /**
     * Computes the program's output.
     *
     * @param pass shapes, parameters and draws; it ends with the call
     * @param inputs of each side, [B·T,columns], T that of the side; padded rows are 0; null for token ids, see {@link
     *     ProgramPass#ids}
     * @param out written, [B·T,columns] of the output's side, or [B,columns] if it is pooled; what stands in padded
     *     rows does not matter
     */
    void forward(ProgramPass pass, List<Matrix> inputs, Matrix out);

    /**
     * Computes all gradients: those of parameters are written where {@link ProgramPass#gradient} says, 0 for
     * parameters that are not trained; those of state parameters are left alone.
     *
     * @param inputs of the forward pass
     * @param error derivative with respect to the output, of its shape; padded rows are 0
     * @param gradients with respect to each input, written; null for token ids
     */
    void backward(ProgramPass pass, List<Matrix> inputs, Matrix error, List<Matrix> gradients);
}
