package io.github.performer4j.core.workspace;

import io.github.performer4j.kernels.memory.FloatBlock;

/**
 * The tokens of one input of a pass.
 *
 * @param tokens T, padding included
 * @param mask 1 for real tokens and 0 for padding, [B,T]; null if all are real
 */
public record FusedSide(int tokens, FloatBlock mask) {}
