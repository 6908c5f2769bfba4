/** Trained models that attend in another way, or have other feed-forwards: the new model learns, or is fitted, to compute what the old one computes, from texts without labels. */
package io.github.performer4j.training.convert;
