package io.github.performer4j.core.attention;

import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * The mask with structure of attention, as it comes into a layer's graph.
 *
 * @param kind what it is
 * @param rows what each item says, [B,S,W], see {@link MaskKind}; null where the kind reads none
 * @param parameters the layer's, [H,P], which may be logarithms; null for 1
 * @param count S
 * @param width W
 * @param heads H
 * @param type float32 or float64
 * @param layer for messages
 */
public record GraphMask(
        MaskKind kind,
        SDVariable rows,
        SDVariable parameters,
        long count,
        int width,
        int heads,
        DataType type,
        String layer) {}
