/** Layers whose settings Deeplearning4j's Arbiter chooses, for its {@code ComputationGraphSpace} and {@code MultiLayerSpace}. */
package io.github.performer4j.tuning.layer;
