package io.github.performer4j.core.export;

import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Numbers of a net under a name that is one of a kind in it.
 *
 * @param name as {@code block-0.Wq}; equal names are equal numbers
 * @param array the net's own, or made of it; not to be written to
 */
public record NetTensor(String name, INDArray array) {}
