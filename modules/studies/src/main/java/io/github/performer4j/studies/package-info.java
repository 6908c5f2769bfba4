/**
 * How well random features estimate the softmax kernel exp(x·y): measured over draws, beside closed forms where they exist.
 *
 * <p>Rows x and y are scaled as in attention, {@code x = q/D^¼}, so that {@code x·y = q·k/√D}.
 */
package io.github.performer4j.studies;
