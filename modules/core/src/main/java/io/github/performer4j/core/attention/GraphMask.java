package io.github.performer4j.core.attention;

import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * The graph kernel that masks attention, as it comes into a layer's graph.
 *
 * @param entries of both factors, [B,S,2+2L], see {@link io.github.performer4j.kernels.graph.GraphRows}
 * @param logModulation logarithms of f, [H,L]; null for 1, where there is one length
 * @param count S
 * @param lengths L
 * @param heads H
 * @param type float32 or float64
 * @param layer for messages
 */
public record GraphMask(
        SDVariable entries,
        SDVariable logModulation,
        long count,
        int lengths,
        int heads,
        DataType type,
        String layer) {}
