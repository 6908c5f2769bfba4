package io.github.performer4j.core.base;

import java.io.Serializable;

/**
 * How far a layer has been trained; its configuration keeps it, so that clones, JSON and zips carry it.
 *
 * <p>The net's own count does not do: {@code ComputationGraph.clone} and {@code TransferLearning.GraphBuilder} begin it anew.
 *
 * @param steps training steps of the layer so far
 * @param ofNet the net's iteration count after the last of them
 */
public record Progress(long steps, long ofNet) implements Serializable {}
