package io.github.performer4j.core.layer;

import io.github.performer4j.kernels.Frames;
import io.github.performer4j.kernels.Heads;
import io.github.performer4j.kernels.Matrix;

/** How features are fitted to the queries and keys of a pass: chosen in the forward pass, and kept in the layer's memory for the backward one. */
interface FusedFitting {

    /**
     * Chooses frames and writes them into the layer's memory.
     *
     * @param w projection, [M,D]
     */
    void choose(Heads q, Heads k, Matrix w);

    /**
     * Returns the frames as they are in the layer's memory.
     *
     * @param features M
     */
    Frames last(int features);
}
