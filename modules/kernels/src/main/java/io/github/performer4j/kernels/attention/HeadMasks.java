package io.github.performer4j.kernels.attention;

import io.github.performer4j.kernels.mask.Mask;

/** Masks of linear attention with structure, one for each batch item and head, and who gets the derivatives of their parameters. Asked by many threads. */
public interface HeadMasks {

    /** Returns the mask of a head of a batch item, [T,T]. */
    Mask mask(int item, int head);

    /** Receives the derivatives with respect to the parameters of that mask, once for each head of each batch item in a backward pass. */
    void derivative(int item, int head, double... derivatives);
}
